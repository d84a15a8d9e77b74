"""Fold, in order: which mentions come before which tick. One rule for the daemon, `replay` and recovery.

Ticks stand on a grid; a mention observed at ``t`` is folded before the tick at ``T`` exactly when ``t <= T``. Ticks at
which no brand is due are passed over: they would have changed nothing.
"""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

from sentinel.engine.engine import MANY, Engine
from sentinel.incidents.change import Change

Ticks = Generator[tuple[datetime, list[Change]], None, None]
"""Ticks with what they decided; whoever breaks off closes them, and leaves due whoever had no turn."""
_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)


class Fold:
    """Runs an engine's due ticks.

    Parameters
    ----------
    engine
        What is folded.
    tick
        Width of the grid.
    decide_after
        Ticks up to this instant move the models only: what they decided is already in the store.
    """

    def __init__(self, engine: Engine, tick: timedelta, decide_after: datetime | None = None) -> None:
        self.engine = engine
        self.tick = tick
        self.decide_after = decide_after
        self.slice = MANY
        """Brands assessed before whoever runs the ticks gets a turn; at such a break nothing is decided yet."""
        self.ticked_at: datetime | None = None

    def before(self, instant: datetime) -> Ticks:
        """Run every due tick earlier than ``instant``; gives the tick and what it decided."""
        return self._run(instant, inclusive=False)

    def through(self, instant: datetime) -> Ticks:
        """Run every due tick up to ``instant``, itself included."""
        return self._run(instant, inclusive=True)

    def _run(self, instant: datetime, *, inclusive: bool) -> Ticks:
        while (due := self.engine.due()) is not None:
            if due > instant:
                return
            at = self._on_grid(due)
            if self.ticked_at is not None and at <= self.ticked_at:
                at = self.ticked_at + self.tick
            if at > instant or (at == instant and not inclusive):
                return
            self.ticked_at = at
            decide = self.decide_after is None or at > self.decide_after
            for changes in self.engine.assess_in_slices(at, decide=decide, most=self.slice):
                yield at, changes

    def jump(self, instant: datetime, *, away: bool = True, anew: bool = True) -> Ticks:
        """One assessment at the newest tick, whatever was missed before it: coming back after a long absence is never a
        burst, and the score is looked at before anybody is woken.

        ``away``: calm before it does not count any more. ``anew``: every brand is looked at, not only those that are
        due.
        """
        self.ticked_at = self._on_grid(instant)
        self.engine.come_back(away=away)
        if anew:
            self.engine.look_again(self.ticked_at)
        for changes in self.engine.assess_in_slices(self.ticked_at, most=self.slice):
            yield self.ticked_at, changes

    def _on_grid(self, instant: datetime) -> datetime:
        """The first tick at or after ``instant``."""
        return _ORIGIN - (_ORIGIN - instant) // self.tick * self.tick
