"""Who watches the watcher, and what it tells systemd."""

import socket
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sentinel import systemd
from sentinel.daemon.selfcheck.auditor import Auditor, ComplaintSeverity, ailing
from tests.fakes import START, FakeClock


def an_auditor(clock: FakeClock, **facts: datetime | None) -> Auditor:
    return Auditor(
        clock=clock,
        started_at=START,
        tick=lambda: timedelta(seconds=5),
        ticked_at=lambda: facts.get("ticked_at", clock.now()),
        overdue_since=lambda: facts.get("overdue_since"),
        oldest_waiting=lambda: facts.get("oldest_waiting"),
        checkpointed_at=lambda: facts.get("checkpointed_at", clock.now()),
        checkpoint_every=lambda: timedelta(minutes=1),
        looked_at=lambda: facts.get("looked_at", clock.now()),
        timer=lambda: facts.get("timer"),
    )


def test_content() -> None:
    """A daemon that ticks and sends has nothing to complain of."""
    assert an_auditor(FakeClock()).complaints() == []


def test_a_clock_behind_the_journal() -> None:
    """It is named with how far, in both languages."""
    complaint = ailing("clock_behind", span="59 min")
    assert complaint.said("en").startswith("the clock stands 59 min behind the journal")
    assert complaint.said("es").startswith("El reloj va 59 min por detrás del diario")


@pytest.mark.parametrize(
    ("fact", "after", "says", "severity"),
    [
        ("ticked_at", 66, "no tick", ComplaintSeverity.STUCK),
        ("overdue_since", 66, "a deadline", ComplaintSeverity.STUCK),
        ("timer", 66, "the timer of an incident", ComplaintSeverity.STUCK),
        ("looked_at", 66, "nobody looked into the outbox", ComplaintSeverity.STUCK),
        ("oldest_waiting", 61, "a page has been waiting", ComplaintSeverity.AILING),
        ("checkpointed_at", 361, "no checkpoint", ComplaintSeverity.AILING),
    ],
)
async def test_complains_after_its_patience(fact: str, after: int, says: str, severity: ComplaintSeverity) -> None:
    """Each fault is named once it has lasted longer than is allowed, not before; only what a restart mends counts as
    stuck.
    """
    clock = FakeClock()
    auditor = an_auditor(clock, **{fact: START})
    await clock.advance(after - 1)
    assert auditor.complaints() == []
    await clock.advance(1)
    (complaint,) = auditor.complaints()
    assert complaint.said("en").startswith(says)
    assert complaint.said("es") != complaint.said("en")
    assert complaint.severity is severity
    assert (auditor.stuck(), auditor.content()) == (severity is ComplaintSeverity.STUCK, False)


async def test_a_start_that_never_ticks() -> None:
    """Before the first tick the start counts."""
    clock = FakeClock()
    auditor = an_auditor(clock, ticked_at=None)
    await clock.advance(120)
    assert "no tick of the engine for 120 s, allowed are 65 s" in auditor.texts()
    assert "El motor no avanza desde hace 120 s; se admiten 65 s" in auditor.texts("es")


def test_systemd_hears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The datagram reaches the named socket; without one nothing happens."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert systemd.tell("READY=1") is False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert systemd.tell("READY=1") is True
        assert listener.recv(100) == b"READY=1"
        assert systemd.tell_starting("rebuilding, 34 %") is True
        assert listener.recv(100) == b"STATUS=rebuilding, 34 %\nEXTEND_TIMEOUT_USEC=60000000"
    (tmp_path / "notify").unlink()
    assert systemd.tell("READY=1") is False


def test_watchdog_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what systemd allows; nothing when it does not ask."""
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    assert systemd.watchdog_interval() == timedelta(seconds=30)
    for nothing in ("", "0", "x"):
        monkeypatch.setenv("WATCHDOG_USEC", nothing)
        assert systemd.watchdog_interval() is None
