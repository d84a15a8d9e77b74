"""What is kept of somebody who posts where authors are hashed: enough to count people, nothing that names them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.matching.account import AccountSet
from sentinel.matching.pseudonyms import Pseudonyms, called, is_pseudonym, shown
from sentinel.mention import Author, Mention, encode_mention
from tests.builders import a_mention

HIDDEN = Pseudonyms(bytes(range(32)), ours=["@acme_es", "did:plc:acme", "acme.example"], words=["acme", "Banco Sol"])
ANA = Author(id="did:plc:zq7candela", handle="candela_q", name="Candela Quintero", followers=12)


def said(text: str, author: Author | None = ANA, **changed: object) -> Mention:
    return msgspec.structs.replace(a_mention(text), author=author, **changed)  # type: ignore[arg-type]


def test_the_same_person_is_the_same_voice() -> None:
    """By id and by handle, in whatever letters; under another key somebody else."""
    kept = [
        HIDDEN.mention(said("hola @acme", each)) for each in (ANA, msgspec.structs.replace(ANA, handle="Candela_Q"))
    ]
    assert kept[0].author == kept[1].author
    assert kept[0].author is not None
    assert kept[0].author.followers == 12
    assert is_pseudonym(kept[0].author.handle or "")
    assert Pseudonyms(bytes(32)).of("candela_q") != HIDDEN.of("candela_q")
    assert HIDDEN.of("@Candela_Q") == HIDDEN.of("candela_q") == HIDDEN.of(HIDDEN.of("candela_q"))


@pytest.mark.parametrize(
    "mention",
    [
        said("yo, Candela Quintero, os digo que @candela_q está harta de @acme_es"),
        said("x", id="at://did:plc:zq7candela/app.bsky.feed.post/3k", parent_id="at://did:plc:zq7candela/a/1"),
        said("x", url="https://bsky.app/profile/candela_q/post/3k", links=("https://x.com/candela_q/status/1",)),
        said("mirad https://m.example/@candela_q/77 y https://x.com/CANDELA_Q", title="De Candela Quintero"),
        said("x", id="candela_q-17"),
        said("x", id="https://m.example/users/candela_q/statuses/9", root_id="https://m.example/users/candela_q/1"),
        said("x", author=Author(name="Candela Quintero")),
        said("lo dice @candela_q, con razón", author=Author(handle="other")),
        said("lo dice @candela_q@m.example", author=None),
    ],
)
def test_nothing_that_is_kept_names_them(mention: Mention) -> None:
    """Not the author, no id, address, link, title or text."""
    raw = encode_mention(HIDDEN.mention(mention)).lower()
    assert not any(name in raw for name in (b"candela_q", b"candela quintero", b"zq7candela"))


def test_brands_are_found_as_before() -> None:
    """Their own accounts, and handles that have a brand's word in them, stay."""
    text = "@acme_es @AcmeAyuda @banco_sol @bancosol @pepe_77"
    assert (
        HIDDEN.mention(said(text)).text
        == f"@acme_es @AcmeAyuda @{HIDDEN.of('banco_sol')} @{HIDDEN.of('bancosol')} @{HIDDEN.of('pepe_77')}"
    )
    own = said("hola", Author(handle="acme_es", name="Acme"), id="at://did:plc:acme/p/1", url="https://x.com/acme_es/1")
    assert HIDDEN.mention(own) == own
    answer = said("no", parent_id="at://did:plc:acme/app.bsky.feed.post/3k")
    assert AccountSet(["did:plc:acme"]).is_addressed(HIDDEN.mention(answer))


def test_a_delete_finds_what_was_kept() -> None:
    """By any of the forms in which an id may stand; all of an account by the beginning of its ids."""
    for id in ("at://did:plc:zq7candela/app.bsky.feed.post/3k", "candela_q-17", "17", "t1_abc"):
        assert HIDDEN.mention(said("x", id=id)).id in HIDDEN.keys(id)
    kept = HIDDEN.mention(said("x", id="at://did:plc:zq7candela/app.bsky.feed.post/3k")).id
    assert any(kept.startswith(each) for each in HIDDEN.prefix("at://did:plc:zq7candela/"))


def test_ordinary_ids_and_addresses_stay() -> None:
    """So that turning it on counts nothing twice, and articles can still be opened."""
    article = said("Acme cae", Author(name="Redacción"), id="t1_xyz", url="https://diario.example/economia/acme-cae")
    kept = HIDDEN.mention(article)
    assert (kept.id, kept.url, kept.text) == (article.id, article.url, article.text)


def test_accounts_as_people_write_them() -> None:
    """Handles and ids by their pseudonyms; a site is nobody."""
    assert HIDDEN.account("@pest") == f"@{HIDDEN.of('pest')}"
    assert HIDDEN.account("did:plc:abc") == HIDDEN.of("did:plc:abc")
    assert HIDDEN.account("spam.example") == "spam.example"
    assert AccountSet([HIDDEN.account("@candela_q")]).wrote(HIDDEN.mention(said("x")))
    assert AccountSet([HIDDEN.account(ANA.id or "")]).wrote(HIDDEN.mention(said("x")))


def test_people_are_shown_its_beginning() -> None:
    """In their language; a name that is none stays."""
    token = HIDDEN.of("candela_q")
    mark = token.removeprefix("author-")[:4]
    assert called(Author(handle=token), "en") == f"author {mark}…"
    assert shown(f"@{token}", "es") == f"autor {mark}…"
    assert called(ANA, "es") == "@candela_q"
    assert called(Author(name="Candela"), "es") == "Candela"


@given(st.text(max_size=300), st.text(min_size=1, max_size=40))
def test_any_text_is_kept_within_bounds(text: str, handle: str) -> None:
    """Doing it again changes nothing more, and a text grows in proportion."""
    once = HIDDEN.mention(said(text.replace("\0", "").encode("utf-8", "ignore").decode(), Author(handle=handle)))
    assert HIDDEN.mention(once).text == once.text
    assert len(once.text) <= 30 * len(text) + 30
