"""Options that several commands share."""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from sentinel.clock import SystemClock
from sentinel.errors import BadInput

ConfigFile = Annotated[
    Path, typer.Option("-c", "--config", metavar="FILE", envvar="SENTINEL_CONFIG", help="Configuration file.")
]


def instant(text: str | None, option: str, zone: tzinfo | None = None) -> datetime:
    """What an option names, or now; without an offset it is wall time in ``zone``, and a mistake where there is none.

    Raises
    ------
    BadInput
        With the option, the value and how to write it.
    """
    if text is None:
        return SystemClock().now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option} {text!r} is no RFC 3339 instant; write 2026-08-20T10:15:30Z") from None
    if at.tzinfo is None and zone is None:
        raise BadInput(f"{option} {text!r} has no time zone; add Z or +02:00")
    if not 2000 <= at.year < 2100:
        raise BadInput(f"{option} {text!r} is not between the years 2000 and 2100")
    return at if at.tzinfo else at.replace(tzinfo=zone)
