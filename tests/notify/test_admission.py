"""What goes at once, what goes together, what waits and for how long, what is passed on: on a clock that jumps."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.escalation.budget import PATIENCE, Budget, BudgetKind, NightBudget
from sentinel.escalation.contact import Contact, Occasion
from sentinel.escalation.digest import DailyDigest
from sentinel.notify.base import Delivery, MessageKind, Sent, Status, Urgency
from sentinel.notify.bundle import bundle
from sentinel.notify.plan import Limits, Send
from tests.fakes import START
from tests.notify.desk import CONTACT, GENEROUS, USUAL, Desk, a_page, a_row, seconds, some_news

READS_DIGESTS = Contact(channels=("json",), digest=DailyDigest(zone="UTC", at=time(9)))
TIGHT = Budget(messages=4, per=timedelta(hours=1), first_pages=2)


def at_most(pages: int) -> NightBudget:
    """A night that lasts from midnight to midnight."""
    return NightBudget(zone="UTC", begins=time(0, 0), ends=time(23, 59), pages=pages)


ALWAYS_NIGHT = at_most(2)


def test_one_page_goes_at_once_and_others_go_together() -> None:
    """Three brands flare up within ten seconds: one page now, one message for the other two half a minute after it."""
    desk = Desk().post(a_page("Acme")).wait(4).post(a_page("Zeta")).wait(5).post(a_page("Iota")).wait(60)
    assert [(at, names) for at, _, names, _ in desk.sent] == [(0, ["Acme"]), (30, ["Zeta", "Iota"])]


def test_pages_far_apart_all_go_at_once() -> None:
    """Nobody waits for a group that is not there."""
    desk = Desk().post(a_page("Acme")).wait(31).post(a_page("Zeta")).wait(31).post(a_page("Iota"))
    assert desk.messages == [(0, 1), (31, 1), (62, 1)]


def test_everybody_has_a_window_of_their_own() -> None:
    """A page to one person holds up nobody else's."""
    desk = Desk().post(a_page("Acme"), a_page("Zeta", contact="boss"))
    assert [who for _, who, _, _ in desk.sent] == ["ana", "boss"]


def test_a_crisis_goes_at_once_and_alone() -> None:
    """Amid pages that wait, and a second one in the same second."""
    desk = Desk().post(a_page("Acme")).wait(2).post(a_page("Zeta"))
    desk.post(a_page("Fire", crisis=True), a_page("Flood", crisis=True)).wait(60)
    assert [(at, names) for at, _, names, _ in desk.sent] == [
        (0, ["Acme"]),
        (2, ["Fire"]),
        (2, ["Flood"]),
        (30, ["Zeta"]),
    ]


def test_a_storm_of_forty_brands() -> None:
    """One a second to one person: three messages tell of all forty, and none waits longer than its group."""
    desk = Desk()
    for number in range(40):
        desk.post(a_page(f"b{number:02}")).wait(1)
    desk.wait(60)
    assert desk.messages == [(0, 1), (30, 29), (60, 10)]
    assert len(desk.arrived) == 40
    assert set(desk.states()) == {"accepted"}


def test_a_storm_in_one_instant_after_a_long_silence() -> None:
    """Forty at once, an hour late: the first, and one message for all others."""
    desk = Desk()
    for number in range(40):
        desk.post(a_page(f"b{number:02}", contact="nobody yet"))
    late = Desk(now=START + timedelta(hours=1), lines=[replace(line, state="queued", at=None) for line in desk.lines])
    for line in late.lines:
        line.row = replace(line.row, contact="ana")
    late.look()
    assert [count for _, count in late.messages] == [1, 39]


def test_an_exhausted_budget_holds_pages_a_minute_and_sends_them_together() -> None:
    """Four an hour, two of them for first pages: the third later page waits a minute; what comes meanwhile goes with
    it.
    """
    desk = Desk(limits=Limits(contact=TIGHT))
    for number in range(9):
        desk.post(a_page(f"b{number}", step=2)).wait(10)
    desk.wait(120)
    assert desk.messages == [(0, 1), (10, 1), (80, 6), (140, 1)]
    assert [(each.budget, each.contact) for each in desk.exhausted] == [(BudgetKind.CONTACT, "ana")]


def test_the_first_page_of_an_incident_has_room_of_its_own() -> None:
    """Later pages have had theirs; a new incident's first page goes at once and takes the waiting ones along."""
    desk = Desk(limits=Limits(contact=TIGHT)).post(*(a_page(f"b{n}", step=2) for n in range(4)))
    assert desk.messages == [(0, 1), (0, 1)]
    desk.wait(5).post(a_page("New"))
    assert [(at, names) for at, _, names, _ in desk.sent][2:] == [(5, ["New", "b2", "b3"])]


def test_a_crisis_in_the_middle_of_an_exhausted_budget() -> None:
    """It goes in the second in which it is due, and costs what it costs: the page that waits goes on waiting."""
    desk = Desk(limits=Limits(contact=TIGHT, provider=Budget(messages=1, per=timedelta(hours=1))))
    desk.post(*(a_page(f"b{n}") for n in range(6))).wait(10)
    before = len(desk.sent)
    desk.post(a_page("Fire", crisis=True))
    assert desk.sent[before:] == [(10, "ana", ["Fire"], "json://one/ana")]
    desk.wait(60)
    assert set(desk.states()) == {"accepted"}


def test_a_provider_that_has_had_enough() -> None:
    """The contact's next channel takes the page; when none has room it waits a minute at most."""
    limits = Limits(provider=Budget(messages=1, per=timedelta(hours=1)))
    desk = Desk(limits=limits, people={"ana": ("json://one/a", "json://two/a")})
    desk.post(a_page("b0"), a_page("b1"), a_page("b2")).wait(90)
    assert [(at, names, url) for at, _, names, url in desk.sent] == [
        (0, ["b0"], "json://one/a"),
        (0, ["b1"], "json://two/a"),
        (60, ["b2"], "json://one/a"),
    ]
    assert [each.budget for each in desk.exhausted] == [BudgetKind.PROVIDER]


def test_an_exhausted_budget_is_told_once_in_its_while() -> None:
    """However many rows meet it; again in the next while."""
    desk = Desk(limits=Limits(contact=Budget(messages=1, per=timedelta(minutes=5))))
    for number in range(20):
        desk.post(a_page(f"b{number}", step=2)).wait(30)
    assert [each.at - START for each in desk.exhausted] == [seconds(30), seconds(300)]


def test_news_of_an_exhausted_contact_goes_into_the_digest() -> None:
    """Who reads a digest is spared; who does not gets it late and together."""
    limits = Limits(contact=Budget(messages=2, per=timedelta(hours=1), first_pages=1))
    desk = Desk(limits=limits, contacts={"ana": READS_DIGESTS})
    desk.post(*(some_news(f"b{n}", contact=who) for who in ("ana", "boss") for n in range(4))).wait(90)
    assert [(who, at, len(names)) for at, who, names, _ in desk.sent] == [
        ("ana", 0, 1),
        ("boss", 0, 1),
        ("boss", 60, 3),
    ]
    assert desk.states().count("digest") == 3


def test_a_question_of_the_desk_goes_into_no_digest() -> None:
    """Somebody waits for the answer: it comes late, together with others, and the news beside it is spared."""
    limits = Limits(contact=Budget(messages=2, per=timedelta(hours=1), first_pages=1))
    desk = Desk(limits=limits, contacts={"ana": READS_DIGESTS})
    asks = [some_news(f"q{n}", kind=MessageKind.DESK) for n in range(3)]
    desk.post(some_news("b0"), *asks, some_news("b1")).wait(90)
    assert desk.states("b0", "q0", "q1", "q2", "b1") == ["accepted", "accepted", "accepted", "accepted", "digest"]


def test_newer_news_overtakes_older() -> None:
    """Held back for want of room, only the newest of an incident goes; news of other incidents is its own."""
    desk = Desk(limits=Limits(contact=Budget(messages=1, per=timedelta(seconds=40))))
    desk.post(some_news("First")).post(some_news("Acme")).wait(2).post(some_news("Zeta"))
    desk.wait(2).post(some_news("Acme", kind=MessageKind.RESOLVED)).wait(60)
    assert [(at, names) for at, _, names, _ in desk.sent] == [(0, ["First"]), (40, ["Zeta", "Acme"])]
    assert desk.states("Acme") == ["superseded", "accepted"]


def test_what_never_waits() -> None:
    """The word that one's acknowledgement runs out, a test, a digest: with every budget empty."""
    desk = Desk(limits=Limits(group_wait=PATIENCE, contact=TIGHT, provider=TIGHT)).post(
        *(a_page(f"b{n}") for n in range(9))
    )
    before = len(desk.sent)
    for kind, urgency in (
        (MessageKind.UPDATE, Urgency.ALERT),
        (MessageKind.TEST, Urgency.ALERT),
        (MessageKind.DIGEST, Urgency.QUIET),
    ):
        desk.post(a_row(kind.value, contact="ana", step=0, kind=kind, urgency=urgency))
    assert [names for _, _, names, _ in desk.sent[before:]] == [["update"], ["test"], ["digest"]]


def test_a_night_s_pages_are_few() -> None:
    """Two messages, then pages are passed on; a crisis still comes, and so does the word that a source is silent."""
    desk = Desk(contacts={"ana": Contact(channels=("json",), nights=ALWAYS_NIGHT)})
    for name in ("b0", "b1", "b2"):
        desk.post(a_page(name)).wait(60)
    desk.post(
        a_page("Fire", crisis=True),
        a_row("blind", contact="ana", step=0, kind=MessageKind.PAGE, urgency=Urgency.ALERT, incident=False),
    )
    assert desk.states("b0", "b1", "b2") == ["accepted", "accepted", "night_budget"]
    assert desk.states("Fire", "blind") == ["accepted", "accepted"]
    assert [(each.budget, each.window) for each in desk.exhausted] == [(BudgetKind.NIGHT, "2026-03-02")]


def test_pages_that_wait_when_the_night_s_last_one_goes_are_passed_on() -> None:
    """They are not sent to a person who has had enough, and wait no longer than they had to."""
    nights = at_most(1)
    desk = Desk(contacts={"ana": Contact(channels=("json",), nights=nights)}).post(
        a_page("b0"), a_page("b1"), a_page("b2")
    )
    assert desk.states() == ["accepted", "night_budget", "night_budget"]


def test_a_bundle_is_one_of_a_night_s_pages() -> None:
    """One buzz for three incidents counts once."""
    desk = Desk(contacts={"ana": Contact(channels=("json",), nights=ALWAYS_NIGHT)})
    desk.post(*(a_page(f"b{n}") for n in range(4))).wait(60)
    assert set(desk.states()) == {"accepted"}
    assert desk.post(a_page("b9")).states("b9") == ["night_budget"]


def test_a_page_that_reached_nobody_does_not_count() -> None:
    """Every try failed: what is left of the night, of the budget and of the window is as before."""
    desk = Desk(contacts={"ana": Contact(channels=("json",), nights=at_most(1))})
    send = Send(rows=(a_page("b0"),), place=0, url="json://one/ana", at=START)
    desk.admission.account.count("ana", START, page=True)
    desk.admission.account.withdraw(send)
    desk.admission.account.withdraw(replace(send, rows=(a_page("b0", contact="stranger"),)))
    assert desk.post(a_page("b1")).states() == ["accepted"]


def test_a_second_try_costs_the_contact_nothing() -> None:
    """The provider hiccups once: of the night's two pages one is left; the provider's own budget pays for every
    request.
    """
    answers = [Status.RETRY]
    desk = Desk(
        limits=Limits(provider=Budget(messages=2, per=timedelta(hours=1))),
        contacts={"ana": Contact(channels=("json",), nights=at_most(2))},
        provider=lambda _: answers.pop() if answers else Status.ACCEPTED,
    )
    desk.post(a_page("b0")).wait(10).post(a_page("b1")).wait(60)
    assert [(at, names) for at, _, names, _ in desk.sent] == [(0, ["b0"]), (5, ["b0"]), (70, ["b1"])]
    assert desk.states() == ["accepted", "accepted"]


def test_a_restart_in_the_middle_of_a_window() -> None:
    """What was sent is read back: the group still waits for its end, the night's count and the budgets still hold."""
    desk = Desk(
        limits=replace(USUAL, contact=TIGHT), contacts={"ana": Contact(channels=("json",), nights=ALWAYS_NIGHT)}
    )
    desk.post(a_page("b0")).wait(10).post(a_page("b1"))
    desk.restart()
    desk.admission.account.remember([Sent(contact="ana", occasion=Occasion.ALERT, page=True, channel=0, at=START)])
    desk.wait(5).post(a_page("b2")).wait(60)
    assert [(at, names) for at, _, names, _ in desk.sent] == [(0, ["b0"]), (30, ["b1", "b2"])]
    assert desk.post(a_page("b3")).states("b3") == ["night_budget"]


def test_without_a_memory_a_restart_would_forget() -> None:
    """The counterpart of the test above: an empty account sends at once."""
    desk = Desk().post(a_page("b0")).wait(10)
    desk.restart()
    assert desk.post(a_page("b1")).messages == [(0, 1), (10, 1)]


def test_no_limits_no_waiting() -> None:
    """Everything goes at once, each alone."""
    desk = Desk(limits=Limits()).post(*(a_page(f"b{n}") for n in range(30)))
    assert desk.messages == [(0, 1)] * 30


def test_a_full_pool_takes_nothing_from_a_budget() -> None:
    """A provider whose sends hang: rows stay as they are, and are named so that the look goes past them."""
    desk = Desk(room=lambda _: False).post(a_page("b0"), some_news("b1"))
    assert (desk.sent, desk.states()) == ([], ["queued", "queued"])
    desk.room = lambda _: True
    desk.wait(1)
    assert desk.messages == [(1, 1), (1, 1)]


def test_a_contact_without_channels_fails_at_once() -> None:
    """A reload took it away."""
    assert Desk(people={}).post(a_page("b0"), a_page("b1"), some_news("b2")).states() == ["failed"] * 3


def test_a_bundle_s_words() -> None:
    """How many and which in the title; each with its line and its link; those for which no line is left by name; a
    kilobyte at most.
    """
    three = bundle([a_page(name).message for name in ("Acme", "Zeta", "Iota")])
    assert three.title == "🟠 3 incidents: Acme 72, Zeta 72, Iota 72"
    assert three.body.splitlines()[:2] == ["ALERT · Acme · 72", "https://s.example/Acme"]
    assert (three.kind, three.urgency, three.link) == (MessageKind.PAGE, Urgency.ALERT, None)
    forty = bundle([a_page(f"Marca {n}").message for n in range(40)])
    assert len(forty.body.encode()) <= 1000
    assert "more: Marca" in forty.body
    news = bundle([replace(some_news(name).message, language="es") for name in ("Acme", "Zeta")])
    assert (news.title, news.kind, news.urgency) == ("2 novedades: Acme 72, Zeta 72", MessageKind.UPDATE, Urgency.QUIET)


@given(st.lists(st.text(max_size=400), min_size=1, max_size=60))
def test_a_bundle_fits_whatever_brands_are_called(names: list[str]) -> None:
    """A kilobyte of body, a short title, in whole characters."""
    message = bundle([a_page(name).message for name in names])
    assert len(message.body.encode()) <= 1000
    assert len(message.title.encode()) <= 120


ROWS = st.lists(
    st.tuples(
        st.integers(0, 40),  # seconds since the one before
        st.sampled_from(["ana", "boss", "nobody"]),
        st.sampled_from(["page", "page", "later page", "crisis", "news", "end", "blind"]),
        st.integers(0, 6),
    ),
    max_size=40,
)
ANSWERS = st.lists(st.sampled_from([Status.ACCEPTED, Status.ACCEPTED, Status.RETRY, Status.FAILED]), max_size=30)


def a_row_of(sort: str, contact: str, brand: str) -> Delivery:
    match sort:
        case "page" | "later page":
            return a_page(brand, contact=contact, step=1 if sort == "page" else 2)
        case "crisis":
            return a_page(brand, contact=contact, crisis=True)
        case "blind":
            return a_row(brand, contact=contact, step=0, kind=MessageKind.PAGE, urgency=Urgency.ALERT, incident=False)
        case _:
            return some_news(brand, contact=contact, kind=MessageKind.RESOLVED if sort == "end" else MessageKind.UPDATE)


@pytest.mark.parametrize("digest", [True, False])
@given(
    rows=ROWS,
    answers=ANSWERS,
    contact=st.sampled_from([CONTACT, TIGHT, GENEROUS, None]),
    provider=st.sampled_from([TIGHT, GENEROUS, None]),
    group_wait=st.sampled_from([0, 7, 30, 60]),
    restarts=st.booleans(),
)
def test_nothing_is_lost_whatever_comes(
    rows: list[tuple[int, str, str, int]],
    answers: list[Status],
    contact: Budget | None,
    provider: Budget | None,
    group_wait: int,
    restarts: bool,
    digest: bool,
) -> None:
    """Every page is accepted, fails on every channel, or is passed on; a crisis is tried when it is due; nothing waits
    over a minute.
    """
    ana = Contact(channels=("json",), nights=ALWAYS_NIGHT, digest=READS_DIGESTS.digest if digest else None)
    left = list(answers)
    desk = Desk(
        limits=Limits(group_wait=seconds(group_wait), contact=contact, provider=provider),
        contacts={"ana": ana},
        people={"ana": ("json://one/a", "json://two/a"), "boss": ("json://one/b",)},
        provider=lambda _: left.pop() if left else Status.ACCEPTED,
    )
    tried: dict[int, timedelta] = {}
    send = desk._send

    def noted(each: Send) -> None:
        for row in each.rows:
            tried.setdefault(row.id, desk.now - row.created_at)
        send(each)

    desk._send = noted  # type: ignore[method-assign]
    for pause, who, sort, number in rows:
        desk.wait(pause).post(a_row_of(sort, who, f"b{number}"))
        if restarts and number == 0:
            desk.restart()
    desk.wait(90)
    for line in desk.lines:
        allowed = {"accepted", "failed"}
        if line.row.message.kind is not MessageKind.PAGE:
            allowed |= {"superseded", "digest"} if digest and line.row.contact == "ana" else {"superseded"}
        elif line.row.message.urgency is Urgency.ALERT and line.row.incident and line.row.contact == "ana":
            allowed.add("night_budget")
        assert line.state in allowed, line
        if line.row.message.urgency is Urgency.CRISIS:
            assert tried[line.row.id] == timedelta(0)
        assert tried.get(line.row.id, (line.at or desk.now) - line.row.created_at) <= PATIENCE
