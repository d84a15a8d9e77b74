"""Questions to areas of the house in a real database: with the request's step and the messages, or not at all."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from sentinel.mention import Mention
from sentinel.notify.base import Delivery, Message, MessageKind, Urgency
from sentinel.requests.consultation import AreaAnswer, Consultation, ConsultationState, QuickAnswer
from sentinel.requests.consultation_steps import step_answered, step_asked
from sentinel.requests.request_record import RequestState, RequestStep
from sentinel.store.consultation_rows import asking_key
from sentinel.store.consultation_store import ConsultationStore
from sentinel.store.database import Database
from sentinel.store.heard_mention import HeardMention, Hearing
from sentinel.store.journal import Journal
from sentinel.store.mention_index import write_heard
from sentinel.store.outbox import Outbox
from sentinel.store.request_store import RequestStore
from sentinel.store.schema import consultations
from tests.fakes import START, FakeClock

MINUTE = timedelta(minutes=1)
QUESTION = Consultation(
    id="ask-1",
    number=1,
    area="billing",
    by="ana",
    question="¿Es cierto?",
    at=START,
    until=START + 60 * MINUTE,
    remind_every=25 * MINUTE,
    asked=("luis",),
    told=("ana",),
)


def a_row(contact: str, key: str) -> Delivery:
    message = Message(kind=MessageKind.DESK, urgency=Urgency.QUIET, language="es", title="?", body="?")
    return Delivery(
        id=0,
        key=key,
        incident=None,
        epoch=0,
        step=0,
        round=0,
        contact=contact,
        message=message,
        channel=0,
        attempts=0,
        ambiguous=False,
        created_at=START,
        tipped_at=None,
    )


@pytest.fixture
async def store(database: Database, journal: Journal) -> ConsultationStore:
    """One complaint was heard, and billing is asked about it."""
    mention = Mention(source="x", id="1", text="acme me cobra dos veces", published_at=START)
    await journal.append([mention])
    async with database.write() as connection:
        one = HeardMention(number=1, mention=mention, heard_at=START, at=START, hearing=Hearing())
        await write_heard(connection, [one])
    made = ConsultationStore(database, Outbox(database))
    done = await made.begin(QUESTION, step_asked(QUESTION), [a_row("luis", asking_key(QUESTION, "luis", 0))])
    assert done is not None
    assert done.took
    return made


async def test_what_is_due_comes_in_turn(store: ConsultationStore, database: Database) -> None:
    """The reminder at 25 minutes, the next at 50, the deadline at 60; a step that somebody took before is not taken."""
    assert await store.due(START + 24 * MINUTE) == []
    assert await store.due(START + 25 * MINUTE) == [QUESTION]
    after = QUESTION.after_reminder(("marta",), START + 25 * MINUTE)
    assert await store.go_on(QUESTION, after, None, [a_row("marta", asking_key(after, "marta", 1))])
    assert not await store.go_on(QUESTION, after, None, [a_row("marta", "twice")])
    assert await store.due(START + 49 * MINUTE) == []
    assert await store.due(START + 50 * MINUTE) == [after]
    assert (await store.open(), after.asked) == (1, ("luis", "marta"))
    assert {each.contact for each in await Outbox(database).due(START)} == {"luis", "marta"}


async def test_an_answer_takes_back_what_still_asks(store: ConsultationStore, database: Database) -> None:
    """The question was not sent yet: it is not sent any more; the answer's message is."""
    now = START + MINUTE
    after = QUESTION.answered(AreaAnswer(by="luis", at=now, quick=QuickAnswer.YES))
    assert await store.go_on(QUESTION, after, step_answered(QUESTION, after, now), [a_row("ana", "told")])
    assert [each.contact for each in await Outbox(database).due(now)] == ["ana"]
    found = await store.get("ask-1")
    assert found is not None
    assert (found[0].state, found[1].record.state) == (ConsultationState.ANSWERED, RequestState.TAKEN)
    assert await store.due(START + timedelta(days=9)) == []


async def test_a_second_question_waits_for_the_first(store: ConsultationStore) -> None:
    """Neither it nor its messages are written."""
    other = msgspec.structs.replace(QUESTION, id="ask-2")
    done = await store.begin(other, step_asked(other), [a_row("luis", "second")])
    assert done is not None
    assert not done.took
    assert await store.get("ask-2") is None


async def test_whoever_goes_on_ends_it(store: ConsultationStore, database: Database) -> None:
    """Answered without the area: withdrawn in the same transaction, and not sent any more."""
    await RequestStore(database).step(1, RequestStep(state=RequestState.ANSWERED, by="ana", at=START + MINUTE))
    found = await store.get("ask-1")
    assert found is not None
    assert found[0].state is ConsultationState.WITHDRAWN
    assert await Outbox(database).due(START + MINUTE) == []


async def test_a_damaged_question_is_passed_over(
    store: ConsultationStore, database: Database, clock: FakeClock
) -> None:
    """It is told to the operators, once, and is due no more."""
    async with database.write() as connection:
        await connection.execute(update(consultations).values(body=b"{"))
    assert await store.due(START + 30 * MINUTE) == []
    assert len(database.health.findings) == 1
    assert await store.due(START + 30 * MINUTE) == []
    assert await store.get("ask-1") is None
    await RequestStore(database).step(1, RequestStep(state=RequestState.ANSWERED, by="ana", at=START + MINUTE))
