"""Who would be paged: what is said beforehand is what would happen, budgets of the night included."""

from datetime import datetime, time, timedelta

from sentinel.escalation.budget import NightBudget, Spending
from sentinel.escalation.contact import Contact
from sentinel.incidents.preview import Call, rehearse
from sentinel.incidents.timeline import Why
from sentinel.scoring.level import Level
from tests.fakes import START
from tests.incidents.story import Story, a_policy, some_rules

NIGHT = NightBudget(zone="UTC", begins=time(22), ends=time(10), pages=1)
"""Until ten, an hour after `START`: one page."""


def minutes_of(calls: tuple[Call, ...]) -> list[tuple[float, str | None, Why | None]]:
    return [(call.after / timedelta(minutes=1), call.contact, call.why) for call in calls]


def spent_tonight(contact: str) -> Spending:
    at = datetime.fromisoformat("2026-03-02T03:00:00+00:00")
    return Spending().sent(at, page=True, nights=NIGHT) if contact == "ana" else Spending()


def test_it_is_what_would_happen() -> None:
    """The same people in the same minutes as a story in which nobody answers."""
    told = minutes_of(rehearse("Acme", Level.ALERT, a_policy(), some_rules(), START))
    lived = Story().score(Level.ALERT).wait(60)
    assert [(at, who) for at, who, _ in told] == lived.pages[: len(told)]


def test_whoever_has_had_enough_tonight_is_passed_over() -> None:
    """Ana had her page at three: the boss is paged at once. In a crisis Ana is paged all the same."""
    rules = some_rules()
    rules.contacts["ana"] = Contact(channels=("json",), nights=NIGHT)
    told = minutes_of(rehearse("Acme", Level.ALERT, a_policy(repeat=0), rules, START, spent=spent_tonight))
    assert told == [(0, "ana", Why.BUDGET), (0, "boss", None), (10, "chief", None)]
    crisis = minutes_of(rehearse("Acme", Level.CRISIS, a_policy(repeat=0), rules, START, spent=spent_tonight))
    assert crisis[0] == (0, "ana", None)


def test_a_rehearsal_counts_its_own_pages() -> None:
    """One page a night: Ana gets the first round's, the second round's goes to the boss at once."""
    rules = some_rules()
    rules.contacts["ana"] = Contact(channels=("json",), nights=NIGHT)
    told = minutes_of(rehearse("Acme", Level.ALERT, a_policy(), rules, START))
    assert told[:4] == [(0, "ana", None), (10, "boss", None), (20, "ana", Why.BUDGET), (20, "boss", None)]
