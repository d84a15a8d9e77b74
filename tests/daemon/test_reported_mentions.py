"""What reports ask of everything heard, over the real store: a day's selection, and how requests went."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.daemon.reported_mentions import ReportedMentions
from sentinel.mention import Author
from sentinel.reports.day import BrandDay
from sentinel.reports.selection import SelectionPart
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState, RequestStep
from sentinel.sentiment.sentiment import Label
from sentinel.store.database import Database
from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, Standing
from sentinel.store.journal import Journal
from sentinel.store.mention_search import MentionSearch
from sentinel.store.request_store import RequestStore
from sentinel.store.rollups import Counted, RollupStore
from tests.builders import a_mention
from tests.fakes import START, FakeClock

HOUR = timedelta(hours=1)
BEGIN, END = START - HOUR, START + 23 * HOUR


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Empty."""
    database = await Database.open(f"sqlite:///{tmp_path}/s.db")
    yield database
    await database.close()


async def heard(
    database: Database, *said: tuple[str, RequestKind, Label, Priority, Standing], also: str | None = None
) -> None:
    """Said of Acme, and of another brand ``also``, at START, in this order, each by somebody else."""
    journal, clock = Journal(database, FakeClock()), FakeClock()
    mentions = [
        msgspec.structs.replace(a_mention(text, at=timedelta()), id=f"m{place}", author=Author(handle=f"a{place}"))
        for place, (text, *_) in enumerate(said)
    ]
    await journal.append(mentions)
    entries = await journal.read(0)
    listened = [
        HeardMention(
            number=entry.seq,
            mention=mention,
            heard_at=entry.observed_at,
            at=clock.now(),
            hearing=Hearing(
                brands=tuple(
                    HeardAs(brand=brand, label=label, probability=0.9, standing=standing, priority=priority)
                    for brand in ("Acme", *((also,) if also else ()))
                ),
                lang="es",
                asks=asks,
            ),
        )
        for entry, mention, (_, asks, label, priority, standing) in zip(entries, mentions, said, strict=True)
    ]
    days: list[BrandDay] = []
    await RollupStore(database).add(days, Counted(seq=entries[-1].seq, shape="s"), listened, [])


async def test_a_day_is_selected_from_what_counted(database: Database) -> None:
    """Copies and the brand's own words are in no selection; another day and another brand neither."""
    complaint, counted = RequestKind.COMPLAINT, Standing.COUNTED
    await heard(
        database,
        ("me habéis cobrado dos veces", complaint, Label.NEGATIVE, Priority.HIGH, counted),
        ("me habéis cobrado dos veces", complaint, Label.NEGATIVE, Priority.HIGH, Standing.COPY),
        ("gracias por la ayuda", RequestKind.PRAISE, Label.POSITIVE, Priority.LOW, counted),
        ("somos los mejores", RequestKind.PRAISE, Label.POSITIVE, Priority.NONE, Standing.OWN),
    )
    reported = ReportedMentions(MentionSearch(database), lambda _: HOUR)
    selection = await reported.selection("Acme", BEGIN, END)
    assert [(each.part, each.author) for each in selection] == [
        (SelectionPart.ANSWER, "@a0"),
        (SelectionPart.PRAISE, "@a2"),
    ]
    assert await reported.selection("Zeta", BEGIN, END) == ()
    assert await reported.selection("Acme", END, END + 24 * HOUR) == ()


async def test_what_people_said_counts_for_each_brand_of_a_mention(database: Database) -> None:
    """Somebody says that a mention of two brands asks for nothing, and that another one asks: both brands' days keep to
    it.
    """
    of = (Label.NEUTRAL, Priority.NONE, Standing.COUNTED)
    await heard(database, ("Acme o Zeta", RequestKind.NONE, *of), also="Zeta")
    said = RequestStep(state=None, kind=RequestKind.QUESTION, by="ana", at=START)
    await RequestStore(database).step(1, said)
    (selected,) = await ReportedMentions(MentionSearch(database), lambda _: HOUR).selection("Acme", BEGIN, END)
    assert (selected.part, selected.priority) == (SelectionPart.ANSWER, Priority.NORMAL)


async def test_a_week_tells_how_requests_went(database: Database) -> None:
    """Answered, not ours, taken and waiting; late is what waits beyond its time."""
    of = (Label.NEGATIVE, Priority.NORMAL, Standing.COUNTED)
    await heard(database, *((f"queja {n}", RequestKind.COMPLAINT, *of) for n in range(4)))
    store = RequestStore(database)
    await store.step(1, RequestStep(state=RequestState.ANSWERED, by="ana", at=START + HOUR / 2))
    await store.step(2, RequestStep(state=RequestState.NOT_OURS, by="ana", at=START + HOUR, note="de la operadora"))
    await store.step(3, RequestStep(state=RequestState.TAKEN, by="ana", at=START + HOUR))
    reported = ReportedMentions(MentionSearch(database), lambda _: HOUR)
    early = await reported.requests("Acme", BEGIN, END, START + HOUR / 2)
    marks = await reported.requests("Acme", BEGIN, END, START + 3 * HOUR)
    assert marks.asked == {RequestKind.COMPLAINT: 4}
    assert marks.states == {
        RequestState.NEW: 1,
        RequestState.TAKEN: 1,
        RequestState.ANSWERED: 1,
        RequestState.NOT_OURS: 1,
    }
    assert (marks.to_answer, marks.in_time, early.late, marks.late) == (HOUR / 2, 1, 0, 1)
