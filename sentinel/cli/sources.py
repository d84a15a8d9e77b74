"""``sentinel sources``: what each source asks and what is left of its quota, one look by hand, and a new beginning."""

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sentinel import __version__
from sentinel.assembly.terms import brand_terms
from sentinel.cli.asking import Url, ask
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.config.source_settings import SourceSettings
from sentinel.errors import BadInput
from sentinel.registry import discover
from sentinel.sources.base import Source
from sentinel.sources.trial import Trial

app = typer.Typer(help="Sources: what they ask, what they bring, and how to make one begin anew.", no_args_is_help=True)
DEFAULT = Path("config/sentinel.yaml")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The source, as `sources` in the configuration has it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[str, typer.Option(help="Who you are: a contact's key, or a name.", envvar="SENTINEL_USER")]


@app.command("list")
def list_(config: ConfigFile = DEFAULT, json: AsJson = False) -> None:
    """Every source of the configuration, and what it asks its network for."""
    loaded = load(config)
    if json:
        made = {name: _source(loaded, name) for name in loaded.sources}
        listed = [
            {
                "name": name,
                "type": settings.type,
                "enabled": settings.enabled,
                "asks": list(made[name].asks()),
                "budget": made[name].budget(),
            }
            for name, settings in loaded.sources.items()
        ]
        typer.echo(msgspec.json.encode({"sources": listed}).decode())
        return
    table = Table("source", "type", "runs", "what it asks", "what that costs")
    for name, settings in loaded.sources.items():
        source = _source(loaded, name)
        asks = "\n".join(escape(question) for question in source.asks()) or "everything"
        table.add_row(name, settings.type, "yes" if settings.enabled else "no", asks, escape(source.budget()))
    Console().print(table)


@app.command("test")
def look(
    name: Name,
    config: ConfigFile = DEFAULT,
    seconds: Annotated[float, typer.Option(help="How long to listen at most.", min=1, max=600)] = 30.0,
    json: AsJson = False,
) -> None:
    """Ask once, beside a daemon that runs, and show what would be taken; nothing is stored."""
    loaded = load(config)
    source = _source(loaded, name)
    trial = Trial()
    asyncio.run(trial.run(source, seconds))
    if json:
        found = {
            "mentions": trial.mentions,
            "refused": trial.refusals,
            "troubles": [str(each) for each in trial.troubles],
        }
        typer.echo(msgspec.json.encode({"source": name, **found}).decode())
    else:
        for mention in trial.mentions[:20]:
            at = mention.published_at if mention.day_only else mention.published_at.astimezone(loaded.zone)
            shown = f"day of {at:%Y-%m-%d}" if mention.day_only else f"{at:%Y-%m-%d %H:%M}"
            typer.echo(f"{shown} {mention.kind.value} {mention.url or mention.id}")
        typer.echo(f"{name}: {len(trial.mentions)} mentions, {trial.refusals} items that are none")
    for trouble in trial.troubles:
        typer.echo(f"{name}: {trouble}", err=True)
    if trial.troubles:
        raise typer.Exit(1)


@app.command()
def reset(
    name: Name,
    by: By,
    address: Annotated[
        str | None, typer.Argument(metavar="[URL]", help="One of its addresses; default: all of them.")
    ] = None,
    config: ConfigFile = DEFAULT,
    url: Url = None,
) -> None:
    """Forget what a source learned: a feed that moved or is gone is asked at once, at the address you configured."""
    body = {"by": by, "url": address} if address else {"by": by}
    ask(config, url, "POST", f"/api/v1/sources/{name}/reset", body)
    typer.echo(f"{name} begins anew")


def _source(config: Config, name: str) -> Source[SourceSettings]:
    settings = config.sources.get(name)
    if settings is None:
        raise BadInput(f"{name} is no source of this configuration; it has {', '.join(config.sources) or 'none'}")
    kind: type[Source[SourceSettings]] = discover("sentinel.sources", Source)[settings.type]
    agent = f"Sentinel/{__version__} (+{config.web.external_url or 'self-hosted brand monitoring'})"
    terms = brand_terms(config)
    return kind(name, settings, SystemClock(), user_agent=agent, brands=lambda: terms)
