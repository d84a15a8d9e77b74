"""The JSON of silences, drills and who would be paged, as types; beside ``shapes.py``."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from sentinel.config.contact import Weekday
from sentinel.engine.paging_preview import PagingPreview
from sentinel.escalation.recurring_silence import RecurringSilence, SourceMaintenance
from sentinel.escalation.restriction import Restriction
from sentinel.escalation.silence import Silence
from sentinel.incidents.preview import Call
from sentinel.scoring.level import Level
from sentinel.web.answer import Instant
from sentinel.web.api.shapes import Name, Words

SilenceMinutes = Annotated[
    float, msgspec.Meta(gt=0, le=31 * 24 * 60, description="How long it lasts; a month at most.")
]


class SilenceAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A silence to make; no brands is all of them, without ``starts_at`` it begins now."""

    by: Name
    minutes: SilenceMinutes
    brands: tuple[str, ...] = ()
    reason: Words | None = None
    starts_at: Instant | None = None


class SilenceNow(msgspec.Struct, frozen=True, kw_only=True):
    """One silence as it is now."""

    silence: Silence


class WeeklySilence(msgspec.Struct, frozen=True, kw_only=True):
    """A silence of the configuration: the same hours of each week, in the wall time of ``zone``.

    Parameters
    ----------
    days
        On which it begins, such as ``sat``.
    until
        When it ends that is in force now; ``None`` while it is not.
    """

    id: str
    brands: tuple[str, ...]
    days: tuple[str, ...]
    begins: str
    ends: str
    zone: str
    level: Level
    signal: str | None
    by: str
    reason: str | None
    until: datetime | None
    next_start: datetime

    @classmethod
    def of(cls, each: RecurringSilence, at: datetime) -> "WeeklySilence":
        """As the configuration has it, and whether these are its hours."""
        present = each.silence(at)
        return cls(
            id=each.id,
            brands=each.brands,
            days=_days(each.hours),
            begins=f"{each.hours.starts:%H:%M}",
            ends=f"{each.hours.ends:%H:%M}",
            zone=each.zone,
            level=each.level,
            signal=each.signal,
            by=each.by,
            reason=each.reason,
            until=None if present is None else present.ends_at,
            next_start=each.next_start(at),
        )


class WeeklyMaintenance(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of each week, in the wall time of ``zone``, in which nobody is paged because this source goes silent.

    Parameters
    ----------
    days
        On which it begins, such as ``thu``.
    until
        When it ends that is in force now; ``None`` while it is not.
    """

    source: str
    days: tuple[str, ...]
    begins: str
    ends: str
    zone: str
    by: str
    reason: str | None
    until: datetime | None
    next_start: datetime

    @classmethod
    def of(cls, each: SourceMaintenance, at: datetime) -> "WeeklyMaintenance":
        """As the configuration has it, and whether these are its hours."""
        return cls(
            source=each.source,
            days=_days(each.hours),
            begins=f"{each.hours.starts:%H:%M}",
            ends=f"{each.hours.ends:%H:%M}",
            zone=each.zone,
            by=each.by,
            reason=each.reason,
            until=each.until(at),
            next_start=each.next_start(at),
        )


def _days(hours: Restriction) -> tuple[str, ...]:
    return tuple(day.value for number, day in enumerate(Weekday) if number in hours.weekdays)


class SilenceList(msgspec.Struct, frozen=True, kw_only=True):
    """Silences of the last month, the one that ends last first, those of every week, and hours of maintenance."""

    at: datetime
    silences: tuple[Silence, ...]
    recurring: tuple[WeeklySilence, ...]
    maintenance: tuple[WeeklyMaintenance, ...]


class DrillAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drill to begin."""

    brand: str
    by: Name
    level: Literal["alert", "crisis"] = "crisis"


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One page that would go out, ``minute`` minutes after the level was reached; with ``why``, one that would not."""

    minute: float
    at: datetime
    step: int
    round: int
    contact: str | None
    channels: tuple[str, ...]
    catch_all: bool
    authority: str | None
    why: str | None

    @classmethod
    def of(cls, call: Call) -> "CallView":
        """What the outside sees of it."""
        return cls(
            minute=round(call.after / timedelta(minutes=1), 2),
            at=call.at,
            step=call.step,
            round=call.round,
            contact=call.contact,
            channels=call.channels,
            catch_all=call.catch_all,
            authority=call.authority,
            why=call.why.value if call.why else None,
        )


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the engine would page if the brand reached the level and nobody answered; ``level`` is what a campaign
    leaves of it.
    """

    brand: str
    level: Level
    at: datetime
    capped_by: str | None
    silenced_by: str | None
    calls: tuple[CallView, ...]

    @classmethod
    def of(cls, found: PagingPreview) -> "Who":
        """What the outside sees of it."""
        return cls(
            brand=found.brand,
            level=found.level,
            at=found.at,
            capped_by=found.capped_by,
            silenced_by=found.silenced_by,
            calls=tuple(CallView.of(each) for each in found.calls),
        )
