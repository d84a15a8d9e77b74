"""The wall clock is set back and ahead under a daemon that is killed in between: crises are paged, nobody is woken for
nothing, nothing posted is lost.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.incidents.incident import State
from sentinel.incidents.timeline import What, Why
from sentinel.mention import Mention
from sentinel.simulation.history import Story, history
from tests.crash.set_clock import OFFSET
from tests.crash.store import kept
from tests.crash.verdict import timers
from tests.forks.children import Child, commands
from tests.forks.patience import eventually
from tests.stories.daemon import RunningDaemon, just_now, settings_for
from tests.stories.phone import Phone, a_phone

HOUR = timedelta(hours=1)
TAKEN = ("delivery", "page", "accepted")


class SetDaemon(RunningDaemon):
    """A daemon whose wall clock is set by a file beside its configuration."""

    offset = timedelta(0)

    def launch(self, log: Path) -> Child:
        return commands().start(["run", "-c", str(self.config)], log, module="tests.crash.set_clock")

    def set(self, offset: timedelta) -> None:
        self.offset = offset
        written = self.folder / f"{OFFSET}.new"
        written.write_text(str(offset.total_seconds()))
        written.replace(self.folder / OFFSET)

    def written(self, *, storm: timedelta = timedelta(0), seed: int = 1) -> list[Mention]:
        """What is said now, by the clock that was set: calm days, or a storm."""
        days = timedelta(0) if storm else timedelta(days=1)
        end = just_now() + self.offset
        return list(history(Story(brand="Acme", language="es", end=end, seed=seed, calm=days, storm=storm)))

    @property
    def score(self) -> float | None:
        (brand,) = self.json("/api/v1/brands")["brands"]
        score: float | None = brand["score"]
        return score


@pytest.mark.timeout(900)
@pytest.mark.parametrize("killed", [False, True], ids=["running", "killed"])
def test_set_back_and_ahead(tmp_path: Path, killed: bool) -> None:
    """An hour back: calm is unknown, and a crisis is paged. Then ten hours ahead: a score of nothing wakes nobody."""
    with a_phone() as phone:
        daemon = SetDaemon(tmp_path, settings_for(phone.url("ana"), phone.url("boss"), language="en"))
        daemon.set(timedelta(0))
        with daemon:
            posted = daemon.written()
            daemon.send(posted)
            eventually(lambda: daemon.score is not None, "the score is known")
            _set(daemon, -HOUR, killed)
            eventually(lambda: daemon.score is None, "calm is unknown while the clock is doubted")
            eventually(lambda: b"min behind the journal" in daemon.get("/-/healthy")[1], "health says so")
            assert daemon.get("/-/healthy")[0] == 200
            assert daemon.metric("sentinel_clock_behind_seconds") > 3000
            storm = daemon.written(storm=timedelta(minutes=4), seed=2)
            daemon.send(storm)
            eventually(lambda: _taken(daemon), "the crisis is paged")
            _set(daemon, 10 * HOUR, killed)
            eventually(lambda: _waits(daemon), "the boss's page waits for the score")
            daemon.kill()
            store = kept(tmp_path / "sentinel.db")
            assert {mention.id for mention in (*posted, *storm)} <= {id for _, id, _ in store.journal}
            assert list(timers(store)) == []
            assert [incident.state for incident in store.incidents] == [State.OPEN]
        _nobody_woken_for_nothing(phone)


def _set(daemon: SetDaemon, offset: timedelta, killed: bool) -> None:
    if killed:
        daemon.kill()
    daemon.set(offset)
    if killed:
        daemon.start()


def _taken(daemon: SetDaemon) -> bool:
    """Whether a page was taken, and that is on disk: killed before, the daemon would rightly send it again."""
    lines = (json.loads(line) for line in daemon.log.splitlines() if line.endswith("}"))
    return any((line["event"], line.get("kind"), line.get("status")) == TAKEN for line in lines)


def _waits(daemon: SetDaemon) -> bool:
    store = kept(daemon.folder / "sentinel.db")
    lines = [line for each in store.timeline.values() for line in each]
    return any(line.what is What.NOT_SENT and line.why is Why.UNSEEN for line in lines)


def _nobody_woken_for_nothing(phone: Phone) -> None:
    assert [who for who, title, _ in phone.pages if "CRISIS" in title] == ["ana"], phone.titles
    assert not any("· 0" in title for title in phone.titles)
