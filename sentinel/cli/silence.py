"""``sentinel silence``: make and end silences, by asking the running daemon."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from sentinel.cli.asking import Url, ask
from sentinel.cli.local_time import minutes
from sentinel.cli.options import ConfigFile
from sentinel.config.units import parse_duration
from sentinel.errors import BadInput

app = typer.Typer(
    help="Silences: for a while, pages below a crisis are held back; everything is still recorded.",
    no_args_is_help=True,
)
DEFAULT = Path("config/sentinel.yaml")
By = Annotated[str, typer.Option(help="Who you are: a contact's key, or a name.", envvar="SENTINEL_USER")]
Brands = Annotated[
    list[str] | None, typer.Option("--brand", help="Of this brand; may be given more than once. Default: all.")
]
For = Annotated[str, typer.Option("--for", help="How long, such as 30m, 2h or 1d.")]
Reason = Annotated[str | None, typer.Option(help="Why; goes on the timelines.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(config: ConfigFile = DEFAULT, url: Url = None, json: AsJson = False) -> None:
    """Silences of the last month, the one that ends last first, those of every week, and hours of maintenance."""
    answer = ask(config, url, "GET", "/api/v1/silences")
    if json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    said, zone = minutes(config)
    table = Table(Column("id", no_wrap=True), "brands", f"from ({zone})", "until", "by", "why")
    for each in answer["silences"]:
        span = (said(each["starts_at"]), said(each["ends_at"]))
        table.add_row(each["id"], ", ".join(each["brands"]) or "all", *span, each["by"], each["reason"] or "")
    if answer["silences"] or not (answer["recurring"] or answer["maintenance"]):
        Console().print(table if answer["silences"] else "no silences")
    if answer["recurring"]:
        Console().print(_weekly(answer["recurring"], said, zone))
    if answer["maintenance"]:
        Console().print(_maintained(answer["maintenance"], said, zone))


def _weekly(silences: list[dict[str, Any]], said: Callable[[str], str], zone: str) -> Table:
    """Those of the configuration, each in the wall time that it is written in."""
    table = Table(Column("id", no_wrap=True), "brands", "every week", f"now, or next ({zone})", "by", "why")
    for each in silences:
        only = [f"{each['level']} at most"] if each["level"] != "alert" else []
        only += [f"only {each['signal']}"] if each["signal"] else []
        why = "; ".join([*only, *([each["reason"]] if each["reason"] else [])])
        brands = ", ".join(each["brands"]) or "all"
        table.add_row(each["id"], brands, _hours(each), _present(each, said), each["by"], why)
    return table


def _maintained(hours: list[dict[str, Any]], said: Callable[[str], str], zone: str) -> Table:
    """When a source may go silent without anybody being paged for it."""
    table = Table(Column("source", no_wrap=True), "maintained every week", f"now, or next ({zone})", "by", "why")
    for each in hours:
        table.add_row(each["source"], _hours(each), _present(each, said), each["by"], each["reason"] or "")
    return table


def _hours(each: dict[str, Any]) -> str:
    return f"{', '.join(each['days'])} {each['begins']}–{each['ends']} {each['zone']}"


def _present(each: dict[str, Any], said: Callable[[str], str]) -> str:
    return f"until {said(each['until'])}" if each["until"] else said(each["next_start"])


@app.command()
def make(
    by: By,
    lasts: For = "1h",
    brand: Brands = None,
    reason: Reason = None,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Hold pages below a crisis back from now on."""
    try:
        span = parse_duration(lasts)
    except ValueError as error:
        raise BadInput(f"--for: {error}") from None
    assert isinstance(span, timedelta)
    body = {"brands": brand or [], "minutes": span / timedelta(minutes=1), "by": by, "reason": reason}
    _say(config, ask(config, url, "POST", "/api/v1/silences", {k: v for k, v in body.items() if v is not None}))


@app.command()
def end(
    silence: Annotated[str, typer.Argument(metavar="SILENCE", help="Its id.")],
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """End one now: whoever would have been paged is paged."""
    _say(config, ask(config, url, "POST", f"/api/v1/silences/{silence}/end", {}))


def _say(config: Path, answer: Any) -> None:
    found, (said, zone) = answer["silence"], minutes(config)
    typer.echo(f"{found['id']} {', '.join(found['brands']) or 'all brands'}: until {said(found['ends_at'])} ({zone})")
