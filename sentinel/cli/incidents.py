"""``sentinel incidents``: list, show, acknowledge, resolve, by asking the running daemon."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from sentinel.cli.asking import Url, ask
from sentinel.cli.local_time import minute, minutes
from sentinel.cli.options import ConfigFile
from sentinel.config.loader import load
from sentinel.incidents.incident import Verdict

app = typer.Typer(help="Incidents of the running daemon.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reason = Annotated[str | None, typer.Option(help="Why; goes on the timeline.")]
By = Annotated[str, typer.Option(help="Who you are: a contact's key, or a name.", envvar="SENTINEL_USER")]
Incident = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its id.")]
Every = Annotated[bool, typer.Option("--all", help="Closed ones too.")]
Text = Annotated[str, typer.Argument(help="What to write down.")]
What = Annotated[Verdict, typer.Argument(metavar="VERDICT", help="real, or false_alarm.")]
Minutes = Annotated[int, typer.Option(min=1, help="For how long.")]
DEFAULT = Path("config/sentinel.yaml")


@app.command("list")
def list_(config: ConfigFile = DEFAULT, url: Url = None, every: Every = False, json: AsJson = False) -> None:
    """Incidents, newest first."""
    answer = ask(config, url, "GET", "/api/v1/incidents" + ("?state=all" if every else ""))
    if json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    said, zone = minutes(config)
    opened = f"opened ({zone})"
    table = Table(Column("id", no_wrap=True, min_width=20), "brand", "level", "state", "score", opened, "who has it")
    for each in answer["incidents"]:
        score = "?" if each["score"] is None else f"{'≥' if each.get('at_least') else ''}{each['score']:.0f}"
        table.add_row(
            each["id"],
            each["brand"],
            each["level"],
            each["state"],
            score,
            said(each["opened_at"]),
            each.get("acknowledged_by") or "",
        )
    Console().print(table if answer["incidents"] else "no incidents")


@app.command()
def show(incident: Incident, config: ConfigFile = DEFAULT, url: Url = None, json: AsJson = False) -> None:
    """One incident with its timeline."""
    answer = ask(config, url, "GET", f"/api/v1/incidents/{incident}")
    if json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    found, zone = answer["incident"], load(config).zone
    console = Console()
    score = f"{'at least ' if found.get('at_least') else ''}{found['score']}"
    opened = f"{minute(found['opened_at'], zone)} ({zone.key})"
    console.print(f"[bold]{found['brand']}[/] {found['level']} {found['state']} · score {score} · opened {opened}")
    for signal, points in found["contributions"].items():
        console.print(f"  {points:6.2f}  {signal}")
    for line in answer["timeline"]:
        rest = " ".join(f"{key}={line[key]}" for key in ("contact", "step", "by", "detail") if line.get(key))
        at = minute(line["at"], zone, "%Y-%m-%d %H:%M:%S")
        console.print(f"  {at}  {line['what']} ({line['why']}) {rest}", highlight=False, soft_wrap=True)


@app.command()
def ack(incident: Incident, by: By, reason: Reason = None, config: ConfigFile = DEFAULT, url: Url = None) -> None:
    """Take it: nobody else is paged until it gets worse."""
    _act(config, url, incident, "ack", {"by": by, "reason": reason})


@app.command()
def unack(incident: Incident, by: By, config: ConfigFile = DEFAULT, url: Url = None) -> None:
    """Give it back: the ladder resumes."""
    _act(config, url, incident, "unack", {"by": by})


@app.command()
def snooze(
    incident: Incident,
    by: By,
    minutes: Minutes = 30,
    reason: Reason = None,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """No pages for a while, unless it gets worse."""
    _act(config, url, incident, "snooze", {"by": by, "minutes": minutes, "reason": reason})


@app.command()
def escalate(incident: Incident, by: By, reason: Reason = None, config: ConfigFile = DEFAULT, url: Url = None) -> None:
    """Page the next people now."""
    _act(config, url, incident, "escalate", {"by": by, "reason": reason})


@app.command()
def resolve(incident: Incident, by: By, reason: Reason = None, config: ConfigFile = DEFAULT, url: Url = None) -> None:
    """It is over; holds until the brand has been calm, unless it gets worse."""
    _act(config, url, incident, "resolve", {"by": by, "reason": reason})


@app.command()
def false_alarm(
    incident: Incident, by: By, reason: Reason = None, config: ConfigFile = DEFAULT, url: Url = None
) -> None:
    """It never was a crisis: ends it like `resolve`, and says so to everybody who was paged."""
    _act(config, url, incident, "false_alarm", {"by": by, "reason": reason})


@app.command()
def note(incident: Incident, text: Text, by: By, config: ConfigFile = DEFAULT, url: Url = None) -> None:
    """Write a note on its timeline, also after the end."""
    _act(config, url, incident, "notes", {"by": by, "text": text})


@app.command()
def judge(
    incident: Incident, verdict: What, by: By, reason: Reason = None, config: ConfigFile = DEFAULT, url: Url = None
) -> None:
    """Say whether it was real or a false alarm, also after the end; the latest verdict counts."""
    _act(config, url, incident, "verdict", {"by": by, "verdict": verdict.value, "reason": reason})


@app.command()
def verdicts(config: ConfigFile = DEFAULT, url: Url = None) -> None:
    """What people said of incidents, as JSON lines for `sentinel tune --verdicts`."""
    answer = ask(config, url, "GET", "/api/v1/incidents?state=all&limit=500")
    for each in reversed(answer["incidents"]):
        if each["verdict"] and not each["drill"]:
            verdict = "real" if each["verdict"] == Verdict.REAL else "false"
            typer.echo(
                msgspec.json.encode({"brand": each["brand"], "at": each["opened_at"], "verdict": verdict}).decode()
            )


def _act(config: Path, url: str | None, incident: str, action: str, body: Mapping[str, object]) -> None:
    answer = ask(
        config, url, "POST", f"/api/v1/incidents/{incident}/{action}", {k: v for k, v in body.items() if v is not None}
    )
    found = answer["incident"]
    typer.echo(f"{found['id']} {found['brand']}: {found['state']}")
