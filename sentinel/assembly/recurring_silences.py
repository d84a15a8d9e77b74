"""Recurring silences and maintenance of the configuration, as the core knows them."""

from collections.abc import Iterator

from sentinel.config.contact import Weekday
from sentinel.config.schema import Config
from sentinel.config.silences import SilenceSettings
from sentinel.config.wall import read_time
from sentinel.escalation.recurring_silence import RecurringSilence, SourceMaintenance, recurring_id
from sentinel.escalation.restriction import Restriction
from sentinel.scoring.level import Level


def recurring_silences(config: Config) -> Iterator[RecurringSilence]:
    """The hours of every week in which pages are held back."""
    for each in config.silences:
        if each.source is not None:
            continue
        hours, zone = _hours(each), each.timezone or config.timezone
        about = (*map(str, hours.weekdays), each.from_, each.to, zone, each.level, each.signal or "")
        yield RecurringSilence(
            id=recurring_id(each.of, about),
            brands=each.of,
            hours=hours,
            zone=zone,
            level=Level(each.level),
            signal=each.signal,
            by=each.by,
            reason=each.reason,
        )


def maintenance(config: Config) -> Iterator[SourceMaintenance]:
    """The hours of every week in which a source may be silent."""
    for each in config.silences:
        if each.source is not None:
            yield SourceMaintenance(
                source=each.source,
                hours=_hours(each),
                zone=each.timezone or config.timezone,
                by=each.by,
                reason=each.reason,
            )


def _hours(settings: SilenceSettings) -> Restriction:
    days = tuple(number for number, day in enumerate(Weekday) if day in settings.days)
    return Restriction(weekdays=days, starts=read_time(settings.from_), ends=read_time(settings.to))
