"""``sentinel report``: an incident told afterwards, a brand's day, week or month, by asking the running daemon."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

import typer

from sentinel.cli.asking import Url, ask_text
from sentinel.cli.options import ConfigFile
from sentinel.config.base import Language
from sentinel.config.loader import load
from sentinel.errors import BadInput
from sentinel.reports.letter import path_of
from sentinel.reports.period import Every, read_period

app = typer.Typer(help="Reports of the running daemon: incidents, days, weeks, months.", no_args_is_help=True)
DEFAULT = Path("config/sentinel.yaml")
NEWEST = "newest"


class Format(StrEnum):
    """How a report is written."""

    MD = "md"
    HTML = "html"
    JSON = "json"


Incident = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its id.")]
Brand = Annotated[str | None, typer.Option(help="Whose; may be left out where there is one brand alone.")]
Day = Annotated[str, typer.Option("--of", metavar="DAY", help="Such as 2026-03-09; default: the newest that is over.")]
Week = Annotated[str, typer.Option("--of", metavar="WEEK", help="Such as 2026-W11; default: the newest that is over.")]
Month = Annotated[str, typer.Option("--of", metavar="MONTH", help="Such as 2026-03; default: the newest that is over.")]
As = Annotated[
    Format, typer.Option("--format", help="Markdown, a page in one file to read or print, or the bare facts.")
]
Out = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it there; default: print it.")]
Lang = Annotated[Language | None, typer.Option(help="Default: the configuration's.")]


@app.command()
def incident(
    incident: Incident,
    format: As = Format.MD,
    output: Out = None,
    lang: Lang = None,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """What happened, minute by minute; who was told and who acted; what to talk about."""
    _write(config, url, f"/api/v1/incidents/{quote(incident, safe='')}/report", format, lang, output)


@app.command()
def daily(
    brand: Brand = None,
    of: Day = NEWEST,
    format: As = Format.MD,
    output: Out = None,
    lang: Lang = None,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """What matters of a brand's day: what waits for an answer, what to know, praise, ideas, the press."""
    _periodic(Every.DAY, brand, of, format, output, lang, config, url)


@app.command()
def weekly(
    brand: Brand = None,
    of: Week = NEWEST,
    format: As = Format.MD,
    output: Out = None,
    lang: Lang = None,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """A brand's week: what was said and how, when and by whom, and what became of its incidents."""
    _periodic(Every.WEEK, brand, of, format, output, lang, config, url)


@app.command()
def monthly(
    brand: Brand = None,
    of: Month = NEWEST,
    format: As = Format.MD,
    output: Out = None,
    lang: Lang = None,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """A brand's month."""
    _periodic(Every.MONTH, brand, of, format, output, lang, config, url)


def _periodic(
    every: Every,
    brand: str | None,
    of: str,
    format: Format,
    output: Path | None,
    lang: Language | None,
    config: Path,
    url: str | None,
) -> None:
    label = of if of == NEWEST else read_period(every, of).label
    name = brand or _only_brand(config)
    _write(config, url, f"/api/v1/reports/{quote(name, safe='')}/{path_of(every)}/{label}", format, lang, output)


def _only_brand(config: Path) -> str:
    brands = [each.name for each in load(config).brands]
    if len(brands) > 1:
        raise BadInput(f"--brand: missing, and there are several: {', '.join(brands)}")
    return brands[0]


def _write(
    config: Path, url: str | None, path: str, format: Format, lang: Language | None, output: Path | None
) -> None:
    wanted = {"format": format.value} | ({"lang": lang.value} if lang else {})
    text = ask_text(config, url, f"{path}?{urlencode(wanted)}")
    if output is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{output}: {error.strerror}") from None
