"""``sentinel drill``: a whole made-up crisis through the real chain, and how long it takes somebody to answer."""

from pathlib import Path
from typing import Annotated

import typer

from sentinel.cli.asking import Url, ask
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.errors import SentinelError

PACE = 2.0
"""Seconds between looks."""


def drill(
    brand: Annotated[str, typer.Option(help="Whose people are paged.")],
    by: Annotated[str, typer.Option(help="Who you are; goes on the timeline.", envvar="SENTINEL_USER")] = "drill",
    level: Annotated[str, typer.Option(help="alert or crisis.")] = "crisis",
    wait: Annotated[bool, typer.Option(help="Wait until somebody acknowledges, and say how long it took.")] = True,
    config: ConfigFile = Path("config/sentinel.yaml"),
    url: Url = None,
) -> None:
    """Page the people of a brand as a crisis would, marked DRILL on everything.

    Exit 1 when nobody acknowledges within an hour.
    """
    incident = ask(config, url, "POST", "/api/v1/drills", {"brand": brand, "level": level, "by": by})["incident"]
    typer.echo(
        f"{incident['id']} {incident['brand']}: DRILL, {incident['level']}; "
        f"paging {', '.join(incident['told']) or 'nobody'}"
    )
    if not wait:
        return
    pause = SystemClock().pause
    while incident["acknowledged_at"] is None and incident["state"] in ("open", "acknowledged"):
        pause(PACE)
        incident = ask(config, url, "GET", f"/api/v1/incidents/{incident['id']}")["incident"]
    if incident["acknowledged_at"] is None:
        raise SentinelError(f"nobody acknowledged the drill; paged were {', '.join(incident['told'])}")
    typer.echo(f"acknowledged by {incident['acknowledged_by']} after {incident['seconds_to_acknowledge']:.0f} s")
