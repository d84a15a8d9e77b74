"""Several web processes: what somebody does at one is so at the other, and nobody's doing is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial

import pytest
from pyotp import TOTP

from sentinel.cluster.partition_owner import PartitionOwner
from sentinel.daemon.lately_reader import LatelyReader
from sentinel.daemon.lately_said import LatelySaid
from sentinel.escalation.silence import Silence
from sentinel.incidents.command import Action, Command, Refusal
from sentinel.incidents.incident import State
from sentinel.incidents.infrastructure_alert import AlertSeverity, InfrastructureAlert, StandingAlert
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.sentiment.sentiment import Label
from sentinel.store.commands import CommandRows
from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, Standing
from sentinel.store.journal import Journal
from sentinel.store.kept_secrets import SecretName
from sentinel.store.mention_search import MentionSearch
from sentinel.store.rollups import Counted, RollupStore
from tests.builders import a_mention
from tests.cluster.test_partition_owner import ACME, storm, taken_up, ticked
from tests.cluster.webs import SECRET, Web, Webs, form, signed_in
from tests.cluster.workshop import PARTS, Workshop, breathe
from tests.postgres import PostgresServer
from tests.web.people import PASSWORD

HOUR = timedelta(hours=1)


@pytest.fixture
async def webs(workshop: Workshop) -> AsyncIterator[Webs]:
    """Nobody yet."""
    webs = Webs(workshop)
    yield webs
    await webs.close()


@pytest.fixture
async def pair(webs: Webs) -> tuple[Web, Web]:
    """Two of them."""
    return await webs.web("a"), await webs.web("b")


async def test_a_silence_holds_and_ends_everywhere(pair: tuple[Web, Web]) -> None:
    """Made at one it is in force at the other; ended there it is over here; whoever ends it again ends nothing."""
    one, other = pair
    made = await one.parts.silences.make(brands=("Acme",), starts_at=None, lasts=HOUR, by="ana", reason="obras")
    await other.hear()
    assert other.parts.silences.all() == (made,)
    ended = await other.parts.silences.end(made.id)
    assert ended is not None
    again = await one.parts.silences.end(made.id)
    assert again == ended
    await one.hear()
    assert one.parts.silences.all() == (ended,)


async def test_a_session_begins_and_ends_everywhere(webs: Webs, pair: tuple[Web, Web]) -> None:
    """Whoever signed in at one is signed in at the other at once; signed out there, they are out here."""
    one, other = pair
    assert (await signed_in(one)).status == 303
    webs.moved(one, other)
    assert (await other.browser.get("/account")).status == 200
    assert (await form(other, "/logout")).status in (200, 303)
    await one.hear()
    assert (await one.browser.get("/account")).status == 303


async def test_a_code_is_good_once(webs: Webs, pair: tuple[Web, Web], workshop: Workshop) -> None:
    """A second factor offered at one is confirmed at the other; its code of now works at one and not at the other."""
    one, other = pair
    await signed_in(one)
    assert (await form(one, "/account/factor/new", password=PASSWORD)).headers["Location"] == "/account/factor"
    webs.moved(one, other)
    found = SECRET.search((await other.browser.get("/account/factor")).text)
    assert found is not None
    app = TOTP(found[1])
    assert (await form(other, "/account/factor/confirm", code=app.at(workshop.wall.now()))).status == 200
    for web in pair:
        web.browser.session.cookie_jar.clear()
    await workshop.wall.advance(60)
    for web in pair:
        assert (await signed_in(web)).headers["Location"] == "/login/code"
    code = app.at(workshop.wall.now())
    assert (await one.browser.post("/login/code", data={"code": code})).status == 303
    assert (await other.browser.post("/login/code", data={"code": code})).status == 403


async def test_whoever_guesses_waits_everywhere(pair: tuple[Web, Web]) -> None:
    """Failed tries at one count at the other."""
    one, other = pair
    for web in (one, other, one, other, one):
        answer = await web.browser.post("/login", data={"account": "ana", "password": "no", "next": ""})
        assert answer.status == 403
    for web in pair:
        assert (await signed_in(web)).status == 429


async def test_a_word_that_got_lost_costs_a_second(
    pair: tuple[Web, Web], workshop: Workshop, postgres: PostgresServer
) -> None:
    """The database wakes the other at once; with its connection cut what changed is found within a second, and after
    a while it is woken again.
    """
    one, other = pair
    assert other.parts.front is not None
    news, silences = other.parts.front.news, other.parts.silences
    other.follow()
    await until(lambda: news.hears)
    first = await a_silence(one)
    await until(lambda: first in silences.all())
    await postgres.ask("cluster", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    await until(lambda: not news.hears)
    second = await a_silence(one)
    await workshop.pass_time(1)
    await until(lambda: second in silences.all())
    await workshop.pass_time(2)
    await until(lambda: news.hears)


async def test_a_request_is_taken_by_one(pair: tuple[Web, Web], workshop: Workshop) -> None:
    """Two people take a mention at two webs: one has it, the other is told who; what one says that it asks for the
    other's process learns, once.
    """
    one, other = pair
    number = await heard(workshop)
    ours = await one.parts.requests.act(number, RequestState.TAKEN, "ana", kind=RequestKind.COMPLAINT, seen=0)
    theirs = await other.parts.requests.act(number, RequestState.TAKEN, "boss", seen=0)
    assert ours is not None
    assert theirs is not None
    assert (ours.took, theirs.took, theirs.record) == (True, False, ours.record)
    for _ in range(2):
        await other.hear()
    assert (one.parts.requests.learnt, other.parts.requests.learnt) == (1, 1)


async def test_changes_of_schedules_are_taken_back_once(pair: tuple[Web, Web], workshop: Workshop) -> None:
    """What one has not heard of yet it can take back; whoever is second is told that there is none."""
    one, other = pair
    begin = workshop.wall.now()
    made = await one.parts.oncall.override("night", ("ana",), begin, begin + HOUR, by="ana", reason="")
    assert await other.parts.oncall.take_back(made.id) == made
    assert await one.parts.oncall.take_back(made.id) is None
    assert one.parts.oncall.all() == other.parts.oncall.all() == ()


async def test_an_alert_has_one_holder(pair: tuple[Web, Web], workshop: Workshop) -> None:
    """Alertmanager says the same to both: people are told once; taken at one, it cannot be taken at the other, and its
    next repeat there leaves it taken.
    """
    one, other = pair
    now = workshop.wall.now()
    alert = InfrastructureAlert(
        fingerprint="f",
        name="DiskFull",
        severity=AlertSeverity.CRITICAL,
        firing=True,
        started_at=now,
        summary="",
        runbook="",
    )
    told = [await web.parts.alerts.take([alert], now) for web in pair]
    assert told[1] == 0
    taken = await one.parts.alerts.hold(alert.id, "ana")
    assert await other.parts.alerts.hold(alert.id, "boss") is Refusal.ALREADY_ACKNOWLEDGED
    await other.parts.alerts.take([alert], now)
    await one.hear()
    assert isinstance(taken, StandingAlert)
    assert one.parts.alerts.find(alert.id) == taken


async def test_an_incident_is_acknowledged_once(pair: tuple[Web, Web], workshop: Workshop) -> None:
    """Two people acknowledge at two webs: the owner does one after the other, and the second is answered as in one
    process; both webs show who has it.
    """
    owner = await burning(workshop)
    (incident,) = await workshop.incidents()
    asked = [
        asyncio.ensure_future(web.parts.loop.command(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by=by)))
        for web, by in zip(pair, ("ana", "boss"), strict=True)
    ]
    while not all(each.done() for each in asked):
        await breathe()
        await owner.fold.desk.look()
        await workshop.wall.advance(0.2)
    answers = [await each for each in asked]
    assert sorted(type(each).__name__ for each in answers) == ["Change", "Refusal"]
    assert Refusal.ALREADY_ACKNOWLEDGED in answers
    for web in pair:
        await web.hear()
        shown = web.parts.engine.incident(incident.id)
        assert shown is not None
        assert shown.state is State.ACKNOWLEDGED


async def test_pages_of_a_partition_say_what_happened(pair: tuple[Web, Web], workshop: Workshop) -> None:
    """Its process reads what was heard, beside everything else; of a partition that it has not it knows nothing."""
    await heard(workshop)
    owned, lately = {ACME}, LatelySaid(lambda _: {"acme"})
    reader = LatelyReader(MentionSearch(workshop.database), lately, lambda: owned, workshop.wall)
    for _ in range(2):
        await reader.look()
    assert [each.mention.id for each in lately._posts["Acme"]] == ["m1"]
    elsewhere = LatelySaid(lambda _: {"acme"})
    await LatelyReader(MentionSearch(workshop.database), elsewhere, lambda: {1}, workshop.wall).look()
    assert not elsewhere._posts


async def test_secrets_are_rotated_for_all(webs: Webs, pair: tuple[Web, Web], workshop: Workshop) -> None:
    """Rotated at one while a worker decides: its owner pages anew under the new secret, once; the other web reads new
    links and forms, and tells old links from made-up ones.
    """
    one, other = pair
    owner = await burning(workshop)
    owner.fold.desk._secrets = other.parts.secrets.refresh
    before, pages = one.parts.secrets.form_secret, len(await workshop.pages())
    rotating = asyncio.ensure_future(one.parts.secrets.rotate([SecretName.LINKS, SecretName.FORMS], one.parts.loop))
    for part in (each for each in range(1, PARTS + 1) if each != ACME):
        await workshop.until(partial(asked, workshop, part), "asked")
    await owner.fold.desk.look()
    await workshop.pass_time(12)
    assert (await rotating).paged == 1
    assert len(await workshop.pages()) == 2 * pages
    await other.hear()
    assert other.parts.secrets.form_secret == one.parts.secrets.form_secret != before
    assert other.access.sessions.secret == other.parts.secrets.form_secret
    await other.parts.secrets.start(other.parts.loop, other.parts.store)
    assert await CommandRows(workshop.database).asked_parts() == frozenset(range(1, PARTS + 1)) - {ACME}


async def asked(workshop: Workshop, part: int) -> bool:
    return part in await CommandRows(workshop.database).asked_parts()


async def a_silence(web: Web) -> Silence:
    return await web.parts.silences.make(brands=("Acme",), starts_at=None, lasts=HOUR, by=str(id(web)), reason=None)


async def heard(workshop: Workshop) -> int:
    """Somebody complains; the number under which it was heard."""
    journal = Journal(workshop.database, workshop.wall, part=ACME)
    await journal.append([a_mention("acme no funciona", id="m1")])
    (entry,) = await journal.read(0)
    assert entry.mention is not None
    to = HeardAs(brand="Acme", label=Label.NEGATIVE, probability=0.9, standing=Standing.COUNTED)
    mention = HeardMention(
        number=entry.seq,
        mention=entry.mention,
        heard_at=entry.observed_at,
        at=entry.observed_at,
        hearing=Hearing(lang="es", brands=(to,)),
    )
    await RollupStore(workshop.database).add([], Counted(seq=entry.seq), [mention])
    return entry.seq


async def burning(workshop: Workshop) -> PartitionOwner:
    """The owner of Acme's partition, with an incident of which people were told."""
    owner = await taken_up(await workshop.owner(ACME, "w"))
    await workshop.put(storm())
    await workshop.wall.advance(0.2)
    await owner.fold.shared.look(owner.fold.loop)
    await owner._take_in(await anext(workshop.carrier.take(owner.owned.id, owner._accepted)))
    await ticked(owner)
    return owner


async def until(holds: Callable[[], bool]) -> None:
    """The database answers in its own time."""
    for _ in range(500):
        if holds():
            return
        await breathe()
    raise AssertionError("never")
