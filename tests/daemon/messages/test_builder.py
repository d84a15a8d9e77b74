"""Messages with links that act: the contact's own, the same after a recovery, short enough, and only where there is
something to do.
"""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.config.loader import load
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.incidents.change import Notice, NoticeKind
from sentinel.incidents.command import Action
from sentinel.incidents.incident import GivenVerdict, Incident, State, Verdict
from sentinel.incidents.links import ActionLinks, Grant, LinkFlaw
from sentinel.notify.base import Message
from sentinel.notify.fit import MOST
from sentinel.notify.render import LINK
from sentinel.playbooks.reader import read_playbooks
from sentinel.scoring.level import Level
from tests.builders import a_mention
from tests.daemon.setups import CONFIG
from tests.fakes import START
from tests.incidents.story import Story

LINKS = ActionLinks(bytes(range(32)))
BASE = "https://sentinel.example.org"
LONG = "x" * 80


def a_briefing(folder: Path, links: ActionLinks | None = LINKS, more: str = "") -> MessageBuilder:
    path = folder / "briefing.yaml"
    path.write_text(
        CONFIG.replace("  boss:", f"  {LONG}: {{channels: ['log://'], language: en}}\n  boss:") + more, encoding="utf-8"
    )
    return MessageBuilder(load(path, {}), read_playbooks(None), BASE, links)


def an_incident() -> Incident:
    incident = Story().score(Level.CRISIS).incident
    assert incident is not None
    return msgspec.structs.replace(incident, samples=(a_mention("Tercer día sin servicio"),))


def a_notice(kind: NoticeKind = NoticeKind.PAGE, contact: str = "ana", *, step: int = 1, round_: int = 0) -> Notice:
    return Notice(kind=kind, contact=contact, step=step, round=round_, due_at=START)


def granted(url: str | None, at: timedelta = timedelta(0)) -> Grant | LinkFlaw:
    assert url is not None
    assert url.startswith(f"{BASE}/a/")
    return LINKS.read(url.rpartition("/")[2], START + at)


@pytest.mark.parametrize("kind", [NoticeKind.PAGE, NoticeKind.EXPIRING])
def test_what_asks_for_something_carries_the_contacts_own_link(tmp_path: Path, kind: NoticeKind) -> None:
    """To the page, and a button that takes it; both of this incident and epoch."""
    incident = an_incident()
    message = a_briefing(tmp_path).message(incident, a_notice(kind), START)
    page, take = granted(message.link), granted(message.buttons[0].url)
    assert isinstance(page, Grant)
    assert isinstance(take, Grant)
    assert (page.incident, page.epoch, page.contact, page.action) == (incident.id, incident.epoch, "ana", None)
    assert take == msgspec.structs.replace(page, action=Action.ACKNOWLEDGE)
    assert [(button.label, button.acts) for button in message.buttons] == [("Lo tengo yo", True), ("Abrir", False)]
    assert message.buttons[1].url == message.link
    assert message.link is not None
    assert message.body.endswith(message.link)


@pytest.mark.parametrize("kind", [NoticeKind.UPDATE, NoticeKind.ACKNOWLEDGED, NoticeKind.RESOLVED])
def test_news_leads_to_the_incident_and_asks_for_nothing(tmp_path: Path, kind: NoticeKind) -> None:
    """Nothing that acts is sent where nothing is to be done."""
    incident = an_incident()
    message = a_briefing(tmp_path).message(incident, a_notice(kind), START)
    assert (message.link, message.buttons) == (f"{BASE}/incidents/{incident.id}", ())


def test_the_same_decision_gives_the_same_message(tmp_path: Path) -> None:
    """A recovery renders what it rendered before; another step, round or contact gives another link."""
    briefing, incident = a_briefing(tmp_path), an_incident()

    def link(notice: Notice) -> Message:
        return briefing.message(incident, notice, START)

    assert link(a_notice()) == link(a_notice())
    several = [a_notice(), a_notice(step=2), a_notice(round_=1), a_notice(contact="boss")]
    assert len({link(notice).link for notice in several}) == len(several)


def test_it_ends_a_day_after_the_decision_or_as_configured(tmp_path: Path) -> None:
    """Counted from when the page was decided, not from when it should have gone: a page that is hours late still
    acts.
    """
    late = START - timedelta(hours=3)
    message = a_briefing(tmp_path).message(
        an_incident(), Notice(kind=NoticeKind.PAGE, contact="ana", step=1, round=0, due_at=late), START
    )
    assert isinstance(granted(message.link, timedelta(hours=24, seconds=-1)), Grant)
    assert granted(message.link, timedelta(hours=24)) is LinkFlaw.EXPIRED
    shorter = a_briefing(tmp_path, more="web: {link_expires: 2h}\n").message(an_incident(), a_notice(), START)
    assert granted(shorter.link, timedelta(hours=2)) is LinkFlaw.EXPIRED


def test_the_longest_key_still_fits_the_page(tmp_path: Path) -> None:
    """The body has its link and stays within its kilobyte."""
    message = a_briefing(tmp_path).message(an_incident(), a_notice(contact=LONG), START)
    assert message.link is not None
    assert len(message.link) <= LINK
    assert message.link in message.body
    assert len(message.body.encode()) <= MOST


def test_without_a_secret_there_are_no_links(tmp_path: Path) -> None:
    """Before the store is open there is nothing to sign with."""
    message = a_briefing(tmp_path, None).message(an_incident(), a_notice(), START)
    assert (message.link, message.buttons) == (f"{BASE}/incidents/{an_incident().id}", ())


def test_a_false_alarm_is_told_as_one(tmp_path: Path) -> None:
    """To everybody who was paged, in their language, with the end."""
    incident = msgspec.structs.replace(
        an_incident(), judgement=GivenVerdict(verdict=Verdict.FALSE_ALARM, by="ana", at=START)
    )
    briefing = a_briefing(tmp_path)
    spanish, english = (
        briefing.message(
            incident, Notice(kind=NoticeKind.RESOLVED, contact=who, step=0, round=0, due_at=START, by="ana"), START
        )
        for who in ("boss", LONG)
    )
    assert spanish.title == "✅ Acme: falsa alarma, según ana"
    assert "como falsa alarma" in spanish.body
    assert english.title == "✅ Acme: false alarm, says ana"
    assert "as a false alarm" in english.body


def test_whoever_is_next_themselves_is_told_so(tmp_path: Path) -> None:
    """Nobody is told of themselves as of a third person; with others beside them they are named like these."""
    briefing, incident, soon = a_briefing(tmp_path), an_incident(), START + timedelta(minutes=5)

    def told(contact: str, *following: str) -> str:
        notice = Notice(
            kind=NoticeKind.PAGE, contact=contact, step=1, round=0, due_at=START, following=following, following_at=soon
        )
        return briefing.message(incident, notice, START).body

    assert "Si no te haces cargo, en 5 min volveremos a avisarte." in told("boss", "boss")
    assert "If you do not acknowledge, you will be paged again in 5 min." in told(LONG, LONG)
    assert "en 5 min se avisará a boss." in told("ana", "boss")
    assert "en 5 min se avisará a ana, boss." in told("ana", "ana", "boss")


def test_the_playbook_names_the_waits_of_the_ladder_that_is_climbed(tmp_path: Path) -> None:
    """In a crisis twice as fast, so that it says what the page says."""
    briefing, incident = a_briefing(tmp_path), an_incident()
    alert = msgspec.structs.replace(incident, level=Level.ALERT)
    crisis, slower = (
        briefing._facts(each, "es", START).owners[-1].after  # the second step's
        for each in (incident, alert)
    )
    assert (crisis, slower) == (timedelta(minutes=5), timedelta(minutes=10))


def test_the_playbook_says_how_long_it_lasts_as_of_now_and_of_an_end_for_good(tmp_path: Path) -> None:
    """Not as of the last change: a page that is read an hour later tells of an hour."""
    briefing, incident = a_briefing(tmp_path), an_incident()
    later = START + timedelta(hours=1)
    assert "hace 1 h" in str(briefing.playbook(incident, "es", incident.opened_at + timedelta(hours=1)).sections)
    ended = msgspec.structs.replace(incident, state=State.CLOSED)
    assert briefing.playbook(ended, "es", later) == briefing.playbook(ended, "es", later + timedelta(days=2))
