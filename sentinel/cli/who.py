"""``sentinel who``: whom the engine would page, over what, in which minute; by the engine's own code."""

from datetime import UTC
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.assembly.build import build_engine
from sentinel.cli.asking import NoDaemon, Url, ask
from sentinel.cli.local_time import minute
from sentinel.cli.options import ConfigFile, instant
from sentinel.config.explain import unknown
from sentinel.config.loader import load
from sentinel.engine.paging_preview import foresee
from sentinel.errors import BadInput
from sentinel.scoring.level import Level
from sentinel.web.api.oncall_shapes import Who


def who(
    brand: Annotated[str, typer.Option(help="The brand.")],
    level: Annotated[str, typer.Option(help="watch, alert or crisis.")] = "crisis",
    at: Annotated[
        str | None,
        typer.Option(help="An instant, such as 2026-12-24T23:00 (the file's zone) or with an offset; default: now."),
    ] = None,
    config: ConfigFile = Path("config/sentinel.yaml"),
    url: Url = None,
    offline: Annotated[bool, typer.Option(help="By the file alone, without asking a daemon.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Who would be paged if BRAND reached LEVEL and nobody answered: over which channels, in which order and minute."""
    settings = load(config)
    if level not in ("watch", "alert", "crisis"):
        raise BadInput(f"--level: {level!r} is no level; write watch, alert or crisis")
    if brand not in (names := [each.name for each in settings.brands]):
        raise BadInput(f"--brand: {unknown(brand, names, 'brand')}")
    when = instant(at, "--at", settings.zone).astimezone(UTC)
    answer: Any = None
    if not offline:
        query = {"brand": brand, "level": level} | ({"at": when.isoformat()} if at else {})
        try:
            answer = ask(config, url, "GET", f"/api/v1/who?{urlencode(query)}")
        except NoDaemon:
            typer.echo(
                "no daemon answers: by the configuration alone, without silences and changes made while one runs",
                err=True,
            )
    if answer is None:
        found = foresee(build_engine(settings), brand, Level(level), when)
        answer = msgspec.to_builtins(Who.of(found))
    if json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    _show(answer, settings.zone)


def _show(answer: Any, zone: ZoneInfo) -> None:
    console = Console()
    at = minute(answer["at"], zone)
    console.print(f"{answer['brand']} at {answer['level']}, {at} ({zone.key})", highlight=False)
    if answer["capped_by"]:
        console.print(
            f"the campaign {answer['capped_by']!r} keeps the level down to {answer['level']}", highlight=False
        )
    if answer["silenced_by"]:
        console.print(f"silence {answer['silenced_by']} holds pages below a crisis back", highlight=False)
    table = Table("minute", "step", "who", "over", "")
    for each in answer["calls"]:
        step = (
            "catch-all"
            if each["catch_all"]
            else f"{each['step']}" + (f" (round {each['round'] + 1})" if each["round"] else "")
        )
        rest = f"not paged: {each['why']}" if each["why"] else f"may: {each['authority']}" if each["authority"] else ""
        table.add_row(
            f"{each['minute']:g}",
            step if each["step"] else "",
            each["contact"] or "",
            ", ".join(each["channels"]),
            rest,
        )
    console.print(table if answer["calls"] else "nobody is paged at this level")
