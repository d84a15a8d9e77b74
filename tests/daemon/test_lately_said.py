"""What was said lately is kept within one bound for all brands: of the loudest the oldest goes first."""

from datetime import timedelta

from sentinel.daemon.lately_said import ALL, POSTS, ROOM, LatelySaid
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, Standing
from tests.builders import a_mention
from tests.fakes import START

LOUD = 300


def heard(brand: str, number: int) -> HeardMention:
    """A post of a brand."""
    to = HeardAs(brand=brand, label=Label.NEGATIVE, probability=0.9, standing=Standing.COUNTED)
    at = START + number * timedelta(seconds=1)
    mention = a_mention(f"{brand} dice {number}", source="x", id=str(number))
    return HeardMention(number=number, mention=mention, heard_at=at, at=at, hearing=Hearing(brands=(to,), lang="es"))


def kept(said: LatelySaid) -> dict[str, list[int]]:
    """By brand, the numbers of its posts."""
    return {brand: [post.number for post in posts] for brand, posts in said._posts.items()}


def test_very_many_loud_brands_keep_fewer_each_and_quiet_ones_what_they_have() -> None:
    """Of three hundred loud brands each keeps its newest, as many as the others; who said ten things keeps ten."""
    said, number, most = LatelySaid(lambda _: ()), 0, 0
    said.add([heard("quiet", n) for n in range(10)])
    for _ in range(POSTS):
        number += 1
        said.add([heard(f"loud{n}", number) for n in range(LOUD)])
        most = max(most, sum(map(len, said._posts.values())))
    assert ALL * (1 - ROOM) - LOUD <= most <= ALL
    found = kept(said)
    assert found.pop("quiet") == list(range(10))
    assert len(found) == LOUD
    assert {len(posts) for posts in found.values()} <= set(range(60, POSTS))
    assert all(posts == list(range(number - len(posts) + 1, number + 1)) for posts in found.values())


def test_few_loud_brands_keep_all_that_a_brand_may() -> None:
    """Below the bound nothing is let go of but what is beyond a brand's own."""
    said = LatelySaid(lambda _: ())
    for number in range(POSTS + 5):
        said.add([heard("loud", number)])
    assert kept(said) == {"loud": list(range(5, POSTS + 5))}
