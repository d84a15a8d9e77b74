"""An area of the house is asked before somebody answers: it answers, is reminded, or its time runs out; a process that
dies in between does nothing twice and forgets nothing.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sentinel.daemon.consultation_keeper import NotAsked
from sentinel.daemon.person_keeper import PersonKeeper
from sentinel.mention import Author, Mention, encode_mention
from sentinel.requests.consultation import DelegatedAuthority, QuickAnswer
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState
from sentinel.store.heard_mention import MentionFilter
from sentinel.store.outbox import Outbox
from sentinel.store.person import Sought
from sentinel.store.retention import delete_older
from sentinel.store.schema import consultations, journal
from sentinel.store.withdrawn import withdraw
from tests.daemon.consulting import CONFIG, MINUTE, House
from tests.fakes import FakeClock


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[House]:
    opened = await House(tmp_path, clock).open()
    yield opened
    await opened.close()


async def kept(house: House) -> int:
    async with house.database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(consultations))).scalar_one())


async def test_asked_answered_and_told(house: House) -> None:
    """Ana takes it and asks billing; Luis answers by one press; Ana has it again and reads who said what."""
    number = await house.hears()
    await house.takes(number)
    name = await house.ask(number)
    asked = await house.record(number)
    assert (asked.state, asked.holder) == (RequestState.CONSULTING, "ana")
    assert await house.sent() == [
        ("luis", "Ana asks Billing about Acme"),
        ("marta", "Ana pregunta a Facturación por Acme"),
    ]
    assert "cobrado dos veces" in (await house.rows())[0].body
    await house.clock.advance(10 * MINUTE)
    assert await house.consultations.answer(name, "luis", QuickAnswer.YES, "se devuelve hoy")
    record = await house.record(number)
    assert (record.state, record.holder) == (RequestState.TAKEN, "ana")
    step = record.steps[-1]
    assert (step.by, step.area, step.quick, step.note) == ("luis", "billing", QuickAnswer.YES, "se devuelve hoy")
    told = (await house.rows())[-1]
    assert (told.contact, told.title) == ("ana", "Facturación ha contestado: Acme")
    assert "Luis: Sí. se devuelve hoy" in told.body
    assert not await house.consultations.answer(name, "marta", QuickAnswer.NO, "")


async def test_reminded_until_the_deadline_and_then_whoever_asked_may_answer(house: House) -> None:
    """At 25 and 50 minutes both are asked again; at 60 Ana hears what she may do alone, and has it back."""
    number = await house.hears()
    await house.ask(number)
    for minutes in (24, 1, 25, 10):
        await house.clock.advance(minutes * MINUTE)
        await house.consultations.look()
        await house.consultations.look()
    titles = [title for contact, title in await house.sent(state="dropped") if contact == "luis"]
    assert titles == [
        "Ana asks Billing about Acme",
        "Billing has not answered yet: Acme",
        "Billing has not answered yet: Acme",
    ]
    (told,) = [row for row in await house.rows() if row.contact == "ana"]
    assert told.title == "Facturación no ha contestado en 1 h: Acme"
    assert "Puedes responder en nombre de la marca con los borradores" in told.body
    assert "/playbooks/customer_care" in told.body
    record = await house.record(number)
    assert (record.state, record.holder) == (RequestState.TAKEN, "ana")
    assert record.unanswered is not None
    assert record.unanswered.authority is DelegatedAuthority.REPLY


async def test_nothing_that_somebody_signs_or_writes_makes_lines_of_its_own(house: House) -> None:
    """A name with a line break, an answer that turns the line round: a title stays a title."""
    number = await house.hears()
    await house.consultations.ask(number, "billing", "¿Sí?\u202e\x07", "Eva\r\nBcc: x@evil.example")
    (first, *_) = await house.rows()
    assert first.title == "Eva Bcc: x@evil.example asks Billing about Acme"
    assert not any(sign in first.body for sign in "\u202e\x07\r")


@pytest.mark.parametrize("minutes", [0, 25, 50, 60])
async def test_a_process_that_dies_says_nothing_twice(house: House, minutes: int) -> None:
    """Killed after any step, and before the next one: each message stands once, whatever was slept through."""
    number = await house.hears()
    name = await house.ask(number)
    for until in (25, 50, 60):
        await house.clock.advance((until - (0, 25, 50)[(25, 50, 60).index(until)]) * MINUTE)
        await house.consultations.look()
        if until == minutes or not minutes:
            await house.dies()
            await house.consultations.look()
    rows = await house.rows()
    assert len(rows) == len({row.key for row in rows}) == 7
    assert (await house.record(number)).unanswered is not None
    assert await house.consultations.answer(name, "luis", None, "ya está")


async def test_what_was_being_sent_when_the_process_died_goes_again(house: House) -> None:
    """The question was leased: nobody knows whether it went, so it goes once more and says so; an answer as well."""
    name = await house.ask(await house.hears())
    store = Outbox(house.database)
    await store.lease(await store.due(house.clock.now()))
    await house.dies()
    assert await Outbox(house.database).recover() == 2
    again = await Outbox(house.database).due(house.clock.now())
    assert [(each.contact, each.ambiguous) for each in again] == [("luis", True), ("marta", True)]
    await house.consultations.answer(name, "luis", QuickAnswer.YES, "")
    (told,) = await Outbox(house.database).due(house.clock.now())
    await Outbox(house.database).lease([told])
    await Outbox(house.database).recover()
    assert [each.contact for each in await Outbox(house.database).due(house.clock.now())] == ["ana"]


async def test_what_is_slept_through_is_done_once(house: House) -> None:
    """The machine stood still over both reminders and the deadline: nobody is reminded of what is over."""
    number = await house.hears()
    await house.ask(number)
    await house.clock.advance(timedelta(hours=5))
    await house.dies()
    await house.consultations.look()
    assert [contact for contact, _ in await house.sent()] == ["ana"]
    assert (await house.record(number)).state is RequestState.TAKEN


async def test_a_commit_that_fails_leaves_nothing_half_done(house: House) -> None:
    """The disk fails in the middle of an overdue question: question, timeline and message are as before, and then
    done.
    """
    number = await house.hears()
    await house.ask(number)
    await house.clock.advance(61 * MINUTE)
    store = house.consultations._store
    enqueue = store._outbox.enqueue

    async def breaks(*_: object) -> None:
        raise OSError("no space")

    store._outbox.enqueue = breaks  # type: ignore[method-assign, assignment]
    with pytest.raises(OSError, match="no space"):
        await house.consultations.look()
    assert (await house.record(number)).state is RequestState.CONSULTING
    store._outbox.enqueue = enqueue  # type: ignore[method-assign]
    await house.dies()
    await house.consultations.look()
    assert (await house.record(number)).state is RequestState.TAKEN
    assert [contact for contact, _ in await house.sent()] == ["ana"]


async def test_a_late_answer_still_helps(house: House) -> None:
    """After the deadline Luis answers: it stands on the timeline, moves nothing, and Ana hears it."""
    number = await house.hears()
    name = await house.ask(number)
    await house.clock.advance(61 * MINUTE)
    await house.consultations.look()
    assert await house.consultations.answer(name, "luis", QuickAnswer.NO, "")
    record = await house.record(number)
    assert (record.state, record.holder, record.unanswered) == (RequestState.TAKEN, "ana", None)
    assert (await house.sent())[-1] == ("ana", "Facturación ha contestado: Acme")


async def test_whoever_goes_on_alone_ends_the_question(house: House) -> None:
    """Ana answers without waiting: what was not sent yet is taken back, nobody is reminded, no answer is taken."""
    number = await house.hears()
    await house.takes(number)
    name = await house.ask(number)
    await house.takes(number, state=RequestState.ANSWERED)
    assert await house.sent() == []
    await house.clock.advance(61 * MINUTE)
    await house.consultations.look()
    assert await house.sent() == []
    assert not await house.consultations.answer(name, "luis", QuickAnswer.YES, "")
    assert (await house.record(number)).state is RequestState.ANSWERED


async def test_what_cannot_be_asked(house: House) -> None:
    """No such mention, area or brand; an area that means nobody yet; a second question; a closed request."""
    number = await house.hears()
    other = await house.hears("otra", "Rival")
    ask = house.consultations.ask
    assert await ask(999, "billing", "?", "ana") is NotAsked.GONE
    assert await ask(number, "press", "?", "ana") is NotAsked.AREA
    assert await ask(number, "legal", "?", "ana") is NotAsked.BRAND
    await house.ask(number)
    assert await ask(number, "billing", "?", "ana") is NotAsked.STANDS
    await house.takes(other, state=RequestState.IMPROPER)
    assert await ask(other, "legal", "?", "ana") is NotAsked.STANDS
    bureau = 'schedules: {bureau: {layers: [{people: [boss], starts: "2030-01-01"}]}}\n'
    house.configure(bureau + CONFIG.replace("legal: {contacts: [boss]", "legal: {contacts: [bureau]"))
    assert await ask(await house.hears("más", "Rival"), "legal", "?", "ana") is NotAsked.NOBODY


async def test_without_a_question_the_usual_one_is_asked(house: House) -> None:
    """By what the post asks for, in the file's language; who only noted that they asked may ask here as well."""
    number = await house.hears(asks=RequestKind.HELP)
    await house.takes(number, state=RequestState.CONSULTING)
    await house.ask(number, question="")
    step = (await house.record(number)).consulted
    assert step is not None
    assert step.note == "¿Se puede resolver este caso, quién lo hace y qué le decimos?"


async def test_whoever_is_no_contact_asks_for_whoever_is_on_call(house: House) -> None:
    """A name that no contact has: the answer goes to the first step of the brand's policy; a contact's name is that
    contact's.
    """
    for by, contact in (("Zoe", "boss"), ("ANA", "ana")):
        number = await house.hears(f"acme fatal, {by}")
        name = await house.ask(number, by=by)
        await house.consultations.answer(name, "luis", QuickAnswer.YES, "")
        assert (await house.sent())[-1][0] == contact


async def test_an_area_that_a_reload_took_away_is_asked_to_the_end(house: House) -> None:
    """Whoever was asked is reminded and may answer; the deadline stays as it was."""
    number = await house.hears()
    name = await house.ask(number)
    house.configure(CONFIG.partition("areas:")[0])
    await house.clock.advance(25 * MINUTE)
    await house.consultations.look()
    assert [contact for contact, _ in await house.sent()] == ["luis", "marta"] * 2
    assert await house.consultations.answer(name, "marta", None, "sí")
    assert (await house.record(number)).state is RequestState.TAKEN


async def test_quiet_hours_are_left_alone(house: House) -> None:
    """Luis sleeps at one in the morning: he is asked with the first reminder after his quiet hours; Marta at once."""
    quiet = 'luis: {name: Luis, channels: ["log://"], language: en, quiet_hours: {begin: "00:00", end: "10:20"}}'
    house.configure(CONFIG.replace('luis: {name: Luis, channels: ["log://"], language: en}', quiet))
    number = await house.hears()
    await house.ask(number)
    assert [contact for contact, _ in await house.sent()] == ["marta"]
    await house.clock.advance(25 * MINUTE)
    await house.consultations.look()
    assert [contact for contact, _ in await house.sent()] == ["marta", "luis", "marta"]


async def test_what_is_gone_takes_its_questions_along(house: House) -> None:
    """Retention deletes the mention: no question is left, nobody is reminded, the link leads nowhere."""
    number = await house.hears()
    name = await house.ask(number)
    await delete_older(house.database, house.clock.now() + MINUTE, number)
    assert await kept(house) == 0
    await house.clock.advance(61 * MINUTE)
    await house.consultations.look()
    assert not await house.consultations.answer(name, "luis", QuickAnswer.YES, "")
    assert await house.consultations.find(name) is None


async def test_a_post_that_was_deleted_is_quoted_no_more(house: House) -> None:
    """The question that waits to be sent says that it is gone."""
    number = await house.hears()
    await house.ask(number)
    (mention,) = [each.mention for each in await house.search.find(MentionFilter())]
    await withdraw(house.database, [mention.key])
    bodies = [row.body for row in await house.rows()]
    assert all("cobrado" not in body and "¿Es cierto?" in body for body in bodies)
    assert "(La publicación citada aquí se ha borrado.)" in bodies[1]


async def test_a_persons_erasure_reaches_questions_and_answers(house: House) -> None:
    """Of a post by somebody erased nothing is left; in a question about another's, their name is gone."""
    own = await house.hears()
    other = await house.hears("Rival fatal", "Rival")
    await house.ask(own)
    async with house.database.write() as connection:
        mention = Mention(
            source="bluesky",
            id="z",
            text="Rival fatal",
            published_at=house.clock.now(),
            author=Author(handle="zoe_paz"),
        )
        await connection.execute(
            journal.update().where(journal.c.seq == other).values(body=encode_mention(mention), id="z")
        )
    name = await house.ask(other, "legal", question="¿Es cliente @eva_gil?")
    await house.consultations.answer(name, "boss", None, "sí, eva_gil lo es")
    keeper = PersonKeeper(house.database, house.journal, None, house.clock)
    assert any(row.table == "consultations" for row in (await keeper.show(Sought(author="eva_gil"))).rows)
    await keeper.erase(Sought(author="eva_gil"))
    found = await house.consultations.find(name)
    assert found is not None
    one, about = found
    assert "eva_gil" not in f"{one} {about.record}"
    assert one.question == "¿Es cliente [erased]?"
    assert await kept(house) == 1
    assert "eva_gil" not in " ".join(f"{row.title} {row.body}" for row in await house.rows())
    assert await house.consultations.ask(own, "billing", "?", "ana") is NotAsked.GONE


async def test_what_areas_do_is_counted(house: House) -> None:
    """One answered after ten minutes, one overdue, one that waits."""
    first, second = await house.hears("uno"), await house.hears("dos")
    name = await house.ask(first)
    await house.ask(second)
    await house.clock.advance(10 * MINUTE)
    await house.consultations.answer(name, "luis", QuickAnswer.YES, "")
    await house.clock.advance(50 * MINUTE)
    await house.consultations.look()
    await house.ask(await house.hears("tres"))
    await house.consultations.look()
    shown = b"".join(house.metrics.expose("text/plain")[0]).decode()
    for line in (
        'sentinel_consultations_total{area="billing",outcome="asked"} 3.0',
        'sentinel_consultations_total{area="billing",outcome="answered"} 1.0',
        'sentinel_consultations_total{area="billing",outcome="overdue"} 1.0',
        "sentinel_consultations_open 1.0",
        "sentinel_consultation_answer_seconds_sum 600.0",
    ):
        assert line in shown, line


def test_a_record_without_consultations_reads_as_before() -> None:
    """What an earlier Sentinel wrote of a request."""
    assert RequestRecord().consulted is None
    assert RequestRecord().unanswered is None
