"""``sentinel simulate``: a made-up history that ends now, to see a page go out without waiting for a real fire."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from sentinel.cli.options import instant
from sentinel.errors import BadInput
from sentinel.mention import encode_mention
from sentinel.simulation.history import Story, history
from sentinel.simulation.kinds import ScenarioKind
from sentinel.simulation.scenario import scenario


def simulate(
    brand: Annotated[str, typer.Option(help="The brand that is spoken of.")] = "Acme",
    lang: Annotated[str, typer.Option(help="es, en or pt.")] = "es",
    seed: Annotated[int, typer.Option(help="The same seed and end make the same history.")] = 1,
    days: Annotated[float, typer.Option(min=0, max=400, help="Days of calm first.")] = 2.0,
    storm_minutes: Annotated[
        float, typer.Option(min=0, max=100_000, help="Length of the firestorm at the end; 0 for none.")
    ] = 10.0,
    per_hour: Annotated[float, typer.Option(min=0, max=1e6, help="Calm mentions an hour.")] = 10.0,
    storm_per_minute: Annotated[
        float, typer.Option(min=0.1, max=1e5, help="Mentions a minute at the storm's height.")
    ] = 60.0,
    end: Annotated[str | None, typer.Option(help="When it ends, RFC 3339; default: now.")] = None,
    kind: Annotated[
        ScenarioKind | None, typer.Option(help="A whole history of this kind instead; the numbers above do not apply.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(metavar="TRUTH.json", help="With --kind: write here when its crises begin.")
    ] = None,
) -> None:
    """Print a made-up history as mentions: calm days, then a firestorm that is going on now.

    With --kind, a history of one of the sorts that a detector must tell apart: a crisis, or what only looks like one.
    """
    if kind is not None:
        made, told = scenario(kind, brand=brand, language=lang, end=instant(end, "--end"), seed=seed)
        if truth is not None:
            truth.write_text(json.dumps({str(kind): told.as_json(len(made))}, indent=1) + "\n", encoding="utf-8")
        for mention in made:
            sys.stdout.write(encode_mention(mention).decode() + "\n")
        return
    if truth is not None:
        raise BadInput("--truth goes with --kind; add one, such as --kind firestorm_mid")
    story = Story(
        brand=brand,
        language=lang,
        end=instant(end, "--end"),
        seed=seed,
        per_hour=per_hour,
        calm=timedelta(days=days),
        storm=timedelta(minutes=storm_minutes),
        storm_per_minute=storm_per_minute,
    )
    for mention in history(story):
        sys.stdout.write(encode_mention(mention).decode() + "\n")
