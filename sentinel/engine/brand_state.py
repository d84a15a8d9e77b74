"""One brand's running state within the engine: what it has heard, what it believes, and its latest incident.

Most of many brands are quiet: nobody speaks of them for hours. What such a brand has learnt is kept as the bytes that a
checkpoint has of it, and becomes objects again when it is spoken of or due. It is the same state either way.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sentinel.engine.own_accounts import OwnAccounts
from sentinel.engine.packed_brand import (
    CALM,
    NOTHING_SHOWN,
    Learnt,
    PackedBrand,
    Pending,
    decode_packed,
    nothing_learnt,
)
from sentinel.engine.setup import BrandSetup
from sentinel.incidents.incident import Incident, State
from sentinel.matching.duplicates import Voices
from sentinel.mention import Mention
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.brand_scorer import BrandScorer
from sentinel.scoring.event_calendar import KnownEvents

COPIES_WITHIN = timedelta(hours=6)
"""A text said again within the longest window that signals read is the same voice; later it is news again."""
QUIET = timedelta(hours=1)
"""After so long without a mention a brand that is due at no instant is kept as bytes."""
MOST_PENDING = 16
"""Of what happened to a brand kept as bytes; with more it becomes objects, and is done."""


class BrandState:
    """Mutable; owned by the engine alone. ``remembered`` voices are known again, at the most."""

    __slots__ = (
        "_blind",
        "_events",
        "_learnt",
        "_packed",
        "_packed_for",
        "_pending",
        "_remembered",
        "_setup",
        "assessment",
        "due",
        "incident",
        "name",
        "observed_at",
        "own",
        "policy",
    )

    def __init__(self, setup: BrandSetup, remembered: int) -> None:
        self._setup = setup
        self._remembered = remembered
        self.name = setup.brand.name
        self.policy = setup.policy
        self.own = OwnAccounts(setup.brand)
        self.incident: Incident | None = None
        self.assessment: Assessment | None = None
        self.observed_at: datetime | None = None
        """When its newest mention was observed."""
        self.due: datetime | None = None
        """When it wants to be assessed."""
        self._learnt: Learnt | None = None
        self._packed: bytes | None = None
        """As a checkpoint has it, while nothing has changed since; of a brand without objects all there is of it."""
        self._packed_for: tuple[datetime | None, datetime | None] | None = None
        self._pending: list[tuple[Pending, datetime | None]] = []
        self._blind = False
        self._events: Sequence[KnownEvents] = ()

    def kept(self, setup: BrandSetup, remembered: int) -> "BrandState":
        """The same brand under new settings, perhaps another name: its history stays, its running incident keeps the
        policy it opened with.
        """
        other = BrandState(setup, remembered)
        other.own.restore(self.own.snapshot())
        if self._learnt is not None:
            watch, voices = self._learnt.watch, self._learnt.voices
            if setup.scoring != self._setup.scoring or other.name != self.name:
                watch = BrandScorer(other.name, setup.scoring)
                watch.restore(self._learnt.watch.snapshot())
                watch.is_blind = self._learnt.watch.is_blind
            voices.keep(remembered)
            other._learnt = Learnt(watch, voices)
        else:
            if self._packed is not None:
                other.restore(self.packed())
            other._pending = list(self._pending)
        other._blind = self._blind
        other.assessment, other.observed_at, other.due = self.assessment, self.observed_at, self.due
        other.incident = self.incident
        if other.incident is not None and other.incident.brand != other.name:
            other.incident = msgspec.structs.replace(other.incident, brand=other.name)
        return other

    # -- its objects

    @property
    def watch(self) -> BrandScorer:
        """What scores it; whoever asks may change it."""
        return self._changing().watch

    @property
    def voices(self) -> Voices:
        """What was said of it lately; whoever asks may change it."""
        return self._changing().voices

    @property
    def is_packed(self) -> bool:
        """Whether it is kept as bytes."""
        return self._learnt is None

    def _changing(self) -> Learnt:
        if self._learnt is None:
            self._learnt = self._unpacked()
        self._packed = None
        return self._learnt

    def _unpacked(self) -> Learnt:
        watch, voices = BrandScorer(self.name, self._setup.scoring), Voices(COPIES_WITHIN, self._remembered)
        if self._packed is not None:
            record = decode_packed(self._packed)
            watch.restore(msgspec.msgpack.decode(record.watch))
            voices.restore(msgspec.msgpack.decode(record.voices))
        watch.events.use(self._events)
        watch.is_blind = self._blind
        for what, at in self._pending:
            if at is None:
                watch.is_blind = self._blind
            else:
                watch.blind(what is Pending.BLIND, at)
        self._pending = []
        return Learnt(watch, voices)

    # -- what happens to it

    def know_events(self, events: Sequence[KnownEvents]) -> None:
        """These calendars concern it from now on."""
        self._events = events
        if self._learnt is not None:
            self.watch.events.use(events)

    def blind(self, is_blind: bool, now: datetime) -> None:
        """Its sources are silent, or speak again."""
        if self._learnt is None and len(self._pending) < MOST_PENDING:
            self._pending.append((Pending.BLIND if is_blind else Pending.SEES, now))
            self._packed_for = None
        else:
            self.watch.blind(is_blind, now)

    def spoke(self) -> None:
        """It spoke itself: what is known of that may be news to a checkpoint."""
        self._packed_for = None

    def came_back(self) -> None:
        """Nobody looked for a while. Of what is kept as bytes most is calm, and has no level to leave; all that is due
        at no instant, and whatever only a look at all brands has made due.
        """
        if self._learnt is not None or (self.due is not None and CALM not in (self._packed or CALM)):
            self.watch.came_back()

    def is_pressing(self, now: datetime) -> bool:
        """Whether a look at all brands begins with this one: it is due, or has an incident."""
        if self.incident is not None and self.incident.state is not State.CLOSED:
            return True
        return self.due is not None and self.due <= now and not self.waits_quietly

    @property
    def waits_quietly(self) -> bool:
        """Whether nothing but a look at all brands wants it, if anything does: it is bytes, calm and without an
        incident, and nobody spoke of it since it became due.
        """
        if self._learnt is not None or CALM not in (self._packed or CALM):
            return False
        heard = self.due is not None and self.observed_at is not None and self.due <= self.observed_at
        return not heard and (self.incident is None or self.incident.state is State.CLOSED)

    # -- what it shows

    @property
    def shows(self) -> bool:
        """Whether it may have any mention to show."""
        if self.incident is not None or self._shown:
            return True
        if self._learnt is not None:
            return self._learnt.watch.shows
        return self._packed is not None and NOTHING_SHOWN not in self._packed

    def forget(self, key: tuple[str, str]) -> None:
        """A mention was deleted where it stood: it is no longer shown."""
        if self._learnt is not None:
            if self._learnt.watch.shows:
                self.watch.forget(key)
        elif self._packed is not None and msgspec.json.encode(key[1])[1:-1] in self._packed:
            self.watch.forget(key)
        if self.incident is not None:
            self.incident = self.incident.without_sample(key)
        self._show(tuple(each for each in self._shown if each.key != key))

    def reword(self, reword: Callable[[Mention], Mention]) -> None:
        """What may be shown is shown in other words."""
        if not self.shows:
            return
        self.watch.reword(reword)
        if self.incident is not None:
            self.incident = self.incident.reworded(reword)
        self._show(tuple(map(reword, self._shown)))

    @property
    def _shown(self) -> tuple[Mention, ...]:
        return self.assessment.samples if self.assessment is not None else ()

    def _show(self, samples: tuple[Mention, ...]) -> None:
        if self.assessment is not None and samples != self.assessment.samples:
            self.assessment = replace(self.assessment, samples=samples)

    # -- checkpoints

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        learnt = self._changing()
        return {
            "watch": learnt.watch.snapshot(),
            "voices": learnt.voices.snapshot(),
            "own": self.own.snapshot(),
            "observed_at": self.observed_at,
            "due": self.due,
        }

    @property
    def has_changed(self) -> bool:
        """Whether `packed` makes its bytes anew."""
        return self._packed is None or self._packed_for != (self.observed_at, self.due)

    def packed(self) -> object:
        """The same as bytes of msgpack, those of the last time where nothing changed; plain values where msgpack cannot
        hold them.
        """
        if self.has_changed:
            try:
                self._packed = msgspec.msgpack.encode(self._record())
            except (OverflowError, UnicodeError):
                return self.snapshot()
            self._packed_for = self.observed_at, self.due
        assert self._packed is not None, "what has not changed has its bytes"
        return msgspec.Raw(self._packed)

    def _record(self) -> PackedBrand:
        if self._learnt is not None:
            watch, voices = (
                msgspec.Raw(msgspec.msgpack.encode(each.snapshot()))
                for each in (self._learnt.watch, self._learnt.voices)
            )
        elif self._packed is not None:
            before = decode_packed(self._packed)
            watch, voices = before.watch, before.voices
        else:
            watch, voices = nothing_learnt()
        return PackedBrand(watch, voices, self.own.snapshot(), self.observed_at, self.due, self._pending)

    def rest(self, now: datetime) -> None:
        """Be bytes only, where it is quiet and they are at hand."""
        heard = self.observed_at is not None and now - self.observed_at < QUIET
        lives = self.incident is not None and self.incident.live
        if self._learnt is None or self._packed is None or self.due is not None or heard or lives:
            return
        self._blind = self._learnt.watch.is_blind
        self._learnt = None

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` or `packed` gave. Blindness is not part of it: it stays as sources have said."""
        packed = bytes(plain) if isinstance(plain, msgspec.Raw) else msgspec.msgpack.encode(plain)
        record, blind = decode_packed(packed), self.is_blind
        self._learnt, self._packed, self._blind = None, packed, blind
        self.own.restore(record.own)
        self.observed_at, self.due = record.observed_at, record.due
        self._packed_for = self.observed_at, self.due
        self._pending = [*record.pending, (Pending.ANEW, None)] if record.pending else []

    @property
    def is_blind(self) -> bool:
        """Whether sources of it are silent, as they last said."""
        if self._learnt is not None:
            return self._learnt.watch.is_blind
        last = self._pending[-1][0] if self._pending else Pending.ANEW
        return self._blind if last is Pending.ANEW else last is Pending.BLIND
