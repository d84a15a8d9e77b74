"""``sentinel schedules``: who is on call, by the configuration file; no daemon is needed."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.build import roster
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.explain import unknown
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.errors import BadInput
from sentinel.escalation.schedule import Schedule
from sentinel.escalation.shift import Shift
from sentinel.escalation.wall import wall_time

app = typer.Typer(help="On-call schedules of the configuration file.", no_args_is_help=True)
DEFAULT = Path("config/sentinel.yaml")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name in the configuration.")]
At = Annotated[str | None, typer.Option(metavar="TIME", help="As of this instant, RFC 3339; default: now.")]
Days = Annotated[int, typer.Option(min=1, max=400, help="How far ahead.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(config: ConfigFile = DEFAULT, at: At = None, json: AsJson = False) -> None:
    """Who is on call now and next, a line a schedule."""
    now, schedules = _instant(at), roster(load(config)).schedules.values()
    found = [(each, each.shift_at(now), each.next_after(now)) for each in schedules]
    if json:
        shown = [{"name": each.name, "timezone": each.timezone, "now": shift, "next": following} for each, shift, following in found]
        typer.echo(msgspec.json.encode({"at": now, "schedules": shown}).decode())
        return
    table = Table("schedule", "on call", "until", "next", "from", "zone")
    for each, shift, following in found:
        then = (_people(following), _wall(each, following.starts_at)) if following else ("", "")
        table.add_row(each.name, _people(shift), _wall(each, shift.ends_at) if following else "", *then, each.timezone)
    Console().print(table if found else "no schedules")


@app.command()
def show(name: Name, config: ConfigFile = DEFAULT, at: At = None, days: Days = 14, json: AsJson = False) -> None:
    """A schedule's shifts, in its own wall time."""
    now, schedule = _instant(at), _schedule(load(config), name)
    shifts = schedule.shifts(now, now + timedelta(days=days))
    if json:
        typer.echo(msgspec.json.encode({"name": name, "timezone": schedule.timezone, "shifts": shifts}).decode())
        return
    table = Table("from", "until", "on call", "by", "reason", title=f"{name} ({schedule.timezone})")
    for each in shifts:
        table.add_row(_wall(schedule, each.starts_at), _wall(schedule, each.ends_at), _people(each), each.why.value, each.reason)
    Console().print(table)


@app.command()
def export(name: Name, config: ConfigFile = DEFAULT, at: At = None) -> None:
    """A schedule as iCalendar on standard output: a week back, ninety days ahead."""
    from sentinel.web.ical import calendar

    settings = load(config)
    schedule = _schedule(settings, name)
    names = {key: contact.name or key for key, contact in settings.contacts.items()}
    sys.stdout.buffer.write(calendar(schedule, names, _instant(at)))
    sys.stdout.buffer.flush()


def _schedule(config: Config, name: str) -> Schedule:
    schedules = roster(config).schedules
    if name not in schedules:
        raise BadInput(unknown(name, schedules, "schedule"))
    return schedules[name]


def _people(shift: Shift) -> str:
    return ", ".join(shift.contacts) or "nobody"


def _wall(schedule: Schedule, at: datetime) -> str:
    return f"{wall_time(at, schedule.zone):%a %Y-%m-%d %H:%M}"


def _instant(text: str | None) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--at {text!r} is no RFC 3339 instant; write 2026-08-20T10:15:30Z") from None
    if at.tzinfo is None:
        raise BadInput(f"--at {text!r} has no time zone; add Z or +02:00")
    return at
