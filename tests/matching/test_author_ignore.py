"""Accounts that people ignore while Sentinel runs."""

from datetime import timedelta

import pytest

from sentinel.matching.author_ignore import AuthorIgnore, AuthorIgnoreSet
from sentinel.mention import Author, Mention
from tests.fakes import START

NAMES = (("Acme", "Acme Old"), ("Zara",))


def an_ignore(who: str = "7", *, brands: tuple[str, ...] = ("Acme",), source: str | None = "test") -> AuthorIgnore:
    return AuthorIgnore(
        id="i-1",
        who=who,
        name="@pest",
        brands=brands,
        starts_at=START,
        ends_at=START + timedelta(days=30),
        by="ana",
        source=source,
    )


def left(ignore: AuthorIgnore, at: timedelta = timedelta(0), **author: str) -> tuple[int, ...]:
    mention = Mention(source="test", id="1", text="acme", published_at=START, author=Author(**author))
    return AuthorIgnoreSet([ignore], NAMES).without((0, 1), mention, START + at)


def test_it_does_not_count_from_its_beginning_to_its_end() -> None:
    """Half-open, by the instant of observation; for the brands it names, also by their earlier names."""
    assert left(an_ignore(), id="7") == (1,)
    assert left(an_ignore(), -timedelta(microseconds=1), id="7") == (0, 1)
    assert left(an_ignore(), timedelta(days=30), id="7") == (0, 1)
    assert left(an_ignore(brands=("Acme Old",)), id="7") == (1,)
    assert left(an_ignore(brands=()), id="7") == ()
    assert left(an_ignore(brands=("Gone",)), id="7") == (0, 1)


@pytest.mark.parametrize(
    ("who", "author", "ignored"),
    [
        ("7", {"id": "7"}, True),
        ("7", {"id": "77"}, False),
        ("ana.lopez", {"id": "Ana.Lopez"}, True),
        ("did:plc:abc", {"id": "did:plc:abc", "handle": "new.example"}, True),
        ("@pest", {"handle": "Pest"}, True),
        ("@pest", {"id": "7", "handle": "pest_es"}, False),
    ],
)
def test_whom_it_is_about(who: str, author: dict[str, str], ignored: bool) -> None:
    """By id or handle; case does not count."""
    assert (left(an_ignore(who), **author) == (1,)) is ignored


def test_an_id_means_somebody_else_elsewhere() -> None:
    """So it counts for the source alone where it was seen."""
    assert left(an_ignore(source="reddit"), id="7") == (0, 1)
    assert left(an_ignore(source=None), id="7") == (1,)


def test_an_ignore_follows_its_brand_to_a_new_name() -> None:
    """What was chosen for a brand holds for it under another name, and other brands keep theirs."""
    chosen = AuthorIgnore(
        id="i-1",
        who="@pest",
        name="@pest",
        brands=("Acme", "Zeta"),
        starts_at=START,
        ends_at=START + timedelta(days=1),
        by="ana",
    )
    assert chosen.renamed({"Acme": "Acme Plus"}).brands == ("Acme Plus", "Zeta")
