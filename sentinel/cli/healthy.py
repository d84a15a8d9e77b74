"""``sentinel healthy``: whether the daemon that runs is well. Asked every half minute, so it takes next to nothing."""

import json
import sys
from pathlib import Path
from typing import Annotated
from urllib.error import HTTPError, URLError

import typer

from sentinel.cli.address import base_of, opener_for, written_in
from sentinel.cli.options import ConfigFile
from sentinel.errors import SentinelError


def healthy(
    config: ConfigFile = Path("config/sentinel.yaml"),
    url: Annotated[
        str | None, typer.Option(help="The daemon's address; default: from the configuration.", envvar="SENTINEL_URL")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Exit 0 if the running daemon is well, 1 with its complaints otherwise; for containers' health checks."""
    base = url.rstrip("/") if url else base_of(*(written_in(config) or _loaded(config)))
    try:
        with opener_for(base, elsewhere=url is not None).open(f"{base}/-/healthy", timeout=5) as answer:
            said = answer.read().decode().strip()
            typer.echo(_json(200, said) if as_json else said)
    except HTTPError as error:
        said = error.read().decode("utf-8", "replace")
        if as_json:
            typer.echo(_json(error.code, said))
        else:
            sys.stderr.write(said)
        raise typer.Exit(1) from None
    except (URLError, OSError) as error:
        raise SentinelError(f"no daemon answers: {error}") from None


def _json(status: int, said: str) -> str:
    """Whether a restart would mend nothing, and what is complained of, a line each."""
    lines = [line for line in said.splitlines() if line and line != "healthy"]
    return json.dumps({"healthy": status == 200, "said": lines}, ensure_ascii=False)


def _loaded(config: Path) -> tuple[str, int]:
    """Host and port as the whole file has them, or every mistake in it."""
    from sentinel.config.loader import load  # takes seconds of what `healthy` has no use for

    web = load(config).web
    return web.host, web.port
