"""A brand's day: whose hour a mention belongs to, and what is kept of many."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from sentinel.mention import Author
from sentinel.reports.day import AUTHORS, TERMS, AuthorDay, BrandDay, Heard, count
from sentinel.sentiment.sentiment import Label
from tests.builders import a_mention
from tests.reports.archive import EVIL, MADRID, heard


def test_a_mention_counts_on_the_local_day() -> None:
    """Half past eleven at night in UTC is past midnight in Madrid."""
    days = count([heard("hola acme", datetime(2026, 3, 9, hour, 30, tzinfo=UTC)) for hour in (22, 23)], MADRID)
    assert [(each.day, each.hours.index(1)) for each in days] == [(date(2026, 3, 9), 23), (date(2026, 3, 10), 0)]


def test_an_hour_that_clocks_repeat_is_one_hour_of_the_day() -> None:
    """Two o'clock comes twice on the 25th of October: both are at two."""
    (day,) = count([heard("hola acme", datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)], MADRID)
    assert (day.hours[2], day.mentions) == (2, 2)


def test_a_mention_of_two_brands_counts_for_both() -> None:
    """Once each."""
    both = Heard(
        mention=a_mention("acme y zeta"),
        at=datetime(2026, 3, 9, 9, tzinfo=UTC),
        brands=("Acme", "Zeta"),
        lang="es",
        label=Label.NEGATIVE,
    )
    assert [(each.brand, each.negative) for each in count([both], MADRID)] == [("Acme", 1), ("Zeta", 1)]


def test_only_public_handles_are_named() -> None:
    """Neither a name nor an id is; a handle in any script is, without what could bend a page."""
    at = datetime(2026, 3, 9, 9, tzinfo=UTC)
    authors = (Author(id="7", name="Ana García"), Author(handle="@アナ_山田"), Author(handle="a\u202eb\n"), None)
    said = [
        Heard(
            mention=a_mention("acme").__class__(source="x", id=f"{n}", text="acme", published_at=at, author=author),
            at=at,
            brands=("Acme",),
            lang="es",
            label=Label.NEUTRAL,
        )
        for n, author in enumerate(authors)
    ]
    (day,) = count(said, MADRID)
    assert sorted(each.handle for each in day.authors) == ["ab", "アナ_山田"]
    assert day.mentions == 4


def test_the_room_of_a_day_is_bounded() -> None:
    """A flood of words and accounts: the most said and the most followed are left."""
    at = datetime(2026, 3, 9, 9, tzinfo=UTC)
    flood = [
        heard(f"acme palabra{n} incendio", at + timedelta(seconds=n), handle=f"u{n}", followers=n)
        for n in range(2 * TERMS)
    ]
    (day,) = count(flood, MADRID)
    assert (day.mentions, day.terms["incendio"]) == (2 * TERMS, 2 * TERMS)
    assert len(day.terms) <= TERMS
    assert len(day.authors) <= AUTHORS
    assert max(each.followers for each in day.authors) == 2 * TERMS - 1


def test_an_account_that_speaks_twice_is_one() -> None:
    """With the most followers it was seen with."""
    at = datetime(2026, 3, 9, 9, tzinfo=UTC)
    (day,) = count(
        [
            heard("mal, acme", at, Label.NEGATIVE, handle="ana", followers=5),
            heard("bien, acme", at, handle="ana", followers=7),
        ],
        MADRID,
    )
    assert day.authors == (AuthorDay(source="bluesky", handle="ana", followers=7, mentions=2, negative=1),)


def test_a_hostile_text_leaves_words_alone() -> None:
    """What is kept of it are folded words, nothing that could be markup."""
    (day,) = count([heard(f"acme {EVIL}", datetime(2026, 3, 9, 9, tzinfo=UTC))], MADRID)
    assert all(term.isalnum() for term in day.terms)


def test_days_add_up_in_any_order() -> None:
    """What is counted in parts is what is counted at once."""
    at = datetime(2026, 3, 9, 9, tzinfo=UTC)
    said = [heard(f"acme avería {n % 3}", at + timedelta(minutes=n), handle=f"u{n % 4}") for n in range(20)]
    (whole,), (first,), (second,) = count(said, MADRID), count(said[:7], MADRID), count(said[7:], MADRID)
    assert first.plus(second) == whole
    assert second.plus(first).hours == whole.hours
    empty = BrandDay(brand="Acme", day=whole.day)
    assert empty.plus(whole) == whole


def test_counting_many_is_adding_one_to_the_other() -> None:
    """Also where words and accounts are too many, and are let go of on the way."""
    rng = Random(3)
    said = [
        heard(
            "acme " + " ".join(f"palabra{rng.randrange(900)}" for _ in range(9)),
            datetime(2026, 3, 9, 9, number % 60, tzinfo=UTC),
            handle=f"@cuenta{rng.randrange(150)}",
            followers=rng.randrange(1000),
        )
        for number in range(250)
    ]
    added = count(said[:1], MADRID)[0]
    for each in said[1:]:
        added = added.plus(count([each], MADRID)[0])
    assert count(said, MADRID) == [added]
    assert list(count(said, MADRID)[0].terms) == list(added.terms)
