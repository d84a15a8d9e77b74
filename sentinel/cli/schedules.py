"""``sentinel schedules``: who is on call, by the configuration file; changes are made by asking the running daemon."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.assembly.build import roster
from sentinel.cli.asking import Url, ask
from sentinel.cli.local_time import minutes
from sentinel.cli.options import ConfigFile, instant
from sentinel.config.explain import unknown
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.errors import BadInput
from sentinel.escalation.schedule import Schedule
from sentinel.escalation.shift import Shift
from sentinel.escalation.wall import ends_at, starts_at, wall_time

app = typer.Typer(help="On-call schedules of the configuration file.", no_args_is_help=True)
DEFAULT = Path("config/sentinel.yaml")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name in the configuration.")]
At = Annotated[str | None, typer.Option(metavar="TIME", help="As of this instant, RFC 3339; default: now.")]
Days = Annotated[int, typer.Option(min=1, max=400, help="How far ahead.")]
Begin = Annotated[
    str, typer.Option(metavar="TIME", help="Wall time in the schedule's zone, such as '2026-12-24 18:00'.")
]
End = Annotated[str, typer.Option(metavar="TIME", help="Wall time; it ends there.")]
By = Annotated[str, typer.Option(help="Who you are: a contact's key, or a name.", envvar="SENTINEL_USER")]
Who = Annotated[list[str] | None, typer.Option(help="Who is on call instead; may be given more than once.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(config: ConfigFile = DEFAULT, at: At = None, json: AsJson = False) -> None:
    """Who is on call now and next, a line a schedule."""
    now, schedules = instant(at, "--at"), roster(load(config)).schedules.values()
    found = [(each, each.shift_at(now), each.next_after(now)) for each in schedules]
    if json:
        shown = [
            {"name": each.name, "timezone": each.timezone, "now": shift, "next": following}
            for each, shift, following in found
        ]
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
    now, schedule = instant(at, "--at"), _schedule(load(config), name)
    shifts = schedule.shifts(now, now + timedelta(days=days))
    if json:
        typer.echo(msgspec.json.encode({"name": name, "timezone": schedule.timezone, "shifts": shifts}).decode())
        return
    table = Table("from", "until", "on call", "by", "reason", title=f"{name} ({schedule.timezone})")
    for each in shifts:
        table.add_row(
            _wall(schedule, each.starts_at), _wall(schedule, each.ends_at), _people(each), each.why.value, each.reason
        )
    Console().print(table)


@app.command()
def export(name: Name, config: ConfigFile = DEFAULT, at: At = None) -> None:
    """A schedule as iCalendar on standard output: a week back, ninety days ahead."""
    from sentinel.web.ical import calendar

    settings = load(config)
    schedule = _schedule(settings, name)
    names = {key: contact.name or key for key, contact in settings.contacts.items()}
    sys.stdout.buffer.write(calendar(schedule, names, instant(at, "--at")))
    sys.stdout.buffer.flush()


@app.command()
def override(
    name: Name,
    begin: Begin,
    end: End,
    by: By,
    who: Who = None,
    reason: Why = "",
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Somebody else on call for a while; without --who, nobody."""
    body = {"contacts": who or [], "by": by, "reason": reason, **_span(load(config), name, begin, end)}
    made = ask(config, url, "POST", f"/api/v1/schedules/{name}/overrides", body)["override"]
    typer.echo(f"{made['id']} {name}: {', '.join(made['contacts']) or 'nobody'}, {begin} to {end}")


@app.command()
def swap(
    name: Name,
    one: Annotated[str, typer.Argument(help="A contact's key.")],
    other: Annotated[str, typer.Argument(help="Another's.")],
    begin: Begin,
    end: End,
    by: By,
    reason: Why = "",
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Two people do each other's shifts for a while."""
    body = {"between": [one, other], "by": by, "reason": reason, **_span(load(config), name, begin, end)}
    made = ask(config, url, "POST", f"/api/v1/schedules/{name}/swaps", body)["swap"]
    typer.echo(f"{made['id']} {name}: {one} and {other} swap, {begin} to {end}")


@app.command()
def changes(config: ConfigFile = DEFAULT, url: Url = None, json: AsJson = False) -> None:
    """Overrides and swaps that people made while the daemon runs."""
    answer = ask(config, url, "GET", "/api/v1/oncall-changes")
    if json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    said, zone = minutes(config)
    table = Table("id", "schedule", "who", f"from ({zone})", "until", "by", "why")
    rows = [(each, ", ".join(each["contacts"]) or "nobody") for each in answer["overrides"]]
    rows += [(each, " ⇄ ".join(each["between"])) for each in answer["swaps"]]
    for each, people in rows:
        span = [said(each[key]) for key in ("starts_at", "ends_at")]
        table.add_row(each["id"], each["schedule"], people, *span, each["by"], each["reason"])
    Console().print(table if rows else "no changes")


@app.command()
def undo(
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="Its id.")],
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Take an override or a swap back."""
    gone = ask(config, url, "POST", f"/api/v1/oncall-changes/{change}/undo", {})
    typer.echo(f"{gone['id']} {gone['schedule']}: taken back")


def _span(config: Config, name: str, begin: str, end: str) -> dict[str, str]:
    """Wall times of the schedule's zone as instants."""
    zone = _schedule(config, name).zone
    walls = []
    for option, text in (("--begin", begin), ("--end", end)):
        try:
            walls.append(datetime.fromisoformat(text).replace(tzinfo=None))
        except ValueError:
            raise BadInput(f"{option}: {text!r} is no wall time; write one such as '2026-12-24 18:00'") from None
    return {"starts_at": starts_at(walls[0], zone).isoformat(), "ends_at": ends_at(walls[1], zone).isoformat()}


def _schedule(config: Config, name: str) -> Schedule:
    schedules = roster(config).schedules
    if name not in schedules:
        raise BadInput(unknown(name, schedules, "schedule"))
    return schedules[name]


def _people(shift: Shift) -> str:
    return ", ".join(shift.contacts) or "nobody"


def _wall(schedule: Schedule, at: datetime) -> str:
    return f"{wall_time(at, schedule.zone):%a %Y-%m-%d %H:%M}"
