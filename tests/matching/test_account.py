"""Accounts of the configuration: who wrote a mention, and whom one answers."""

from datetime import timedelta
from random import Random

import msgspec
import pytest

from sentinel.matching.account import AccountSet, IgnoredAccount
from sentinel.matching.account_index import AccountIndex
from sentinel.matching.brand import Brand
from sentinel.matching.matcher import Matcher
from sentinel.mention import Author
from tests.builders import a_mention
from tests.fakes import START

OWN = AccountSet(["@Acme_ES", "did:plc:abc", "acme.example"])


@pytest.mark.parametrize(
    ("author", "url", "wrote"),
    [
        (Author(handle="acme_es"), None, True),
        (Author(handle="@acme_es"), None, True),
        (Author(id="did:plc:abc", handle="x"), None, True),
        (Author(handle="acme.example"), None, True),
        (Author(handle="care.acme.example"), None, True),
        (None, "https://www.acme.example/news/1", True),
        (Author(handle="acme_es_fan"), None, False),
        (Author(id="did:plc:abcd"), None, False),
        (Author(handle="notacme.example"), "https://x.example/acme.example", False),
        (None, None, False),
        (Author(), "http://[broken", False),
    ],
)
def test_who_wrote_it(author: Author | None, url: str | None, wrote: bool) -> None:
    """By handle, by the network's id, by site; never by something that only resembles one."""
    assert OWN.wrote(msgspec.structs.replace(a_mention(), author=author, url=url)) is wrote


@pytest.mark.parametrize(
    ("members", "addressed"),
    [
        ({"parent_id": "at://did:plc:abc/app.bsky.feed.post/3k"}, True),
        ({"root_id": "at://did:plc:abc/app.bsky.feed.post/3k"}, True),
        ({"links": ("https://x.com/acme_es/status/1",)}, True),
        ({"links": ("https://bsky.app/profile/care.acme.example/post/1",)}, False),
        ({"links": ("https://acme.example/offer",)}, True),
        ({"parent_id": "at://did:plc:zzz/app.bsky.feed.post/3k"}, False),
        ({"parent_id": "4711"}, False),
    ],
)
def test_whom_it_answers(members: dict[str, object], addressed: bool) -> None:
    """Replies to and quotes of the brand's posts, by what their addresses say."""
    assert OWN.is_addressed(msgspec.structs.replace(a_mention(), **members)) is addressed


def test_posts_without_an_author_in_their_id_are_known_by_what_was_posted() -> None:
    """A number says nothing of its author."""
    answer = msgspec.structs.replace(a_mention(), parent_id="4711")
    assert OWN.is_addressed(answer, {"4711"})


def test_the_brand_s_own_words_and_answers_to_them_are_found() -> None:
    """They are about the brand whatever they say; only what others say is a voice."""
    matcher = Matcher([Brand(name="Acme", any=("acme",), own=("@acme_es", "did:plc:abc")), Brand(name="Other")])
    own = a_mention("Buenos días", author="acme_es")
    answer = msgspec.structs.replace(a_mention("vaya"), parent_id="at://did:plc:abc/app.bsky.feed.post/3k")
    tag = a_mention("hola @acme_es")
    for mention, voiced in ((own, ()), (answer, (0,)), (tag, (0,))):
        found = matcher.match(mention)
        assert found == (0,)
        assert matcher.voiced(found, mention, START) == voiced


def test_an_ignored_account_does_not_count_until_its_end() -> None:
    """By brand: another brand still hears it."""
    pest = IgnoredAccount(who="@pest", until=START + timedelta(days=1), because="spam")
    matcher = Matcher([Brand(name="Acme", ignore=(pest,)), Brand(name="Both", any=("acme",))])
    mention = a_mention("acme", author="pest")
    assert matcher.voiced((0, 1), mention, START) == (1,)
    assert matcher.voiced((0, 1), mention, START + timedelta(days=1)) == (0, 1)
    assert matcher.voiced((0, 1), a_mention("acme", author="ana"), START) == (0, 1)


def test_an_index_of_many_brands_says_what_each_says_of_itself() -> None:
    """Who wrote, and who is answered, quoted or linked to: the same brands as when each is asked."""
    rng = Random(4)
    accounts = [
        "@ana",
        "@Acme.bsky.social",
        "did:plc:x",
        "acme.example",
        "www.es.acme.example",
        "@bo",
        "social",
        "4711",
    ]
    brands = [rng.sample(accounts, rng.randrange(4)) for _ in range(12)]
    index = AccountIndex(enumerate(brands))
    handles = [None, "Ana", "@bo", "acme.bsky.social", "shop.acme.example", "notacme.example", "social"]
    links = [
        "https://acme.example/x",
        "https://x.com/Ana/1",
        "at://did:plc:x/post/3",
        "https://es.acme.example?a",
        ":",
        "",
    ]
    for _ in range(300):
        mention = msgspec.structs.replace(
            a_mention(),
            author=Author(handle=rng.choice(handles), id=rng.choice(["did:plc:X", "4711", None])),
            url=rng.choice([*links, None]),
            parent_id=rng.choice([*links, None]),
            links=tuple(rng.sample(links, rng.randrange(3))),
        )
        alone = [AccountSet(each) for each in brands]
        assert index.writers(mention) == {place for place, own in enumerate(alone) if own.wrote(mention)}
        assert index.addressed(mention) == {place for place, own in enumerate(alone) if own.is_addressed(mention)}
