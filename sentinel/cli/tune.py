"""``sentinel tune``: how often would you have been paged, with these thresholds and with others, over a recording or
your own history.
"""

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.assembly.build import engine_setup
from sentinel.assembly.event_calendars import with_files
from sentinel.cli.history import kept_pseudonyms, read_history
from sentinel.cli.options import ConfigFile
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.engine.engine import Engine
from sentinel.engine.setup import EngineSetup
from sentinel.errors import BadInput
from sentinel.mention import Mention
from sentinel.scoring.settings import ScoringSettings
from sentinel.sentiment.seed import load_seed
from sentinel.sources.lines import BadLine, read_mentions
from sentinel.tuning.first_reading import FirstReading, RepeatedReading
from sentinel.tuning.outcome import WhatIfOutcome, outcome_of
from sentinel.tuning.verdicts import Judged, believed, judged, proposed, read_verdicts, verdicts_of

STEPS = (-10, -5, 5, 10)
"""Points by which the thresholds of the other rows differ from the configuration's."""
SHOWN = 72
"""Columns of the chart."""
FORMATS = (".svg", ".png")
BLOCKS = " ▁▂▃▄▅▆▇█"


def tune(
    mentions: Annotated[
        str | None, typer.Argument(metavar="[MENTIONS.jsonl]", help="Default: the daemon's own history.")
    ] = None,
    config: ConfigFile = Path("config/sentinel.yaml"),
    against: Annotated[
        Path | None, typer.Option(metavar="OTHER.yaml", help="Compare with this configuration alone.")
    ] = None,
    verdicts: Annotated[
        Path | None, typer.Option(metavar="VERDICTS.jsonl", help="Which pages were real and which false.")
    ] = None,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE.svg|png", help="Write the score and the first pages as a picture.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how often you would have been paged, and when first; with these thresholds, and with others."""
    if chart is not None and chart.suffix.lower() not in FORMATS:
        raise BadInput(f"{chart}: a chart is written as {' or '.join(FORMATS)}; give the file such a name")
    settings = load(config)
    recording, judgements = _recording(mentions) if mentions else _own(settings)
    if verdicts:
        judgements = read_verdicts(enumerate(_lines(verdicts), 1), str(verdicts))
    gc.set_threshold(50_000, 50, 100)  # millions of short-lived objects and no cycles among them
    setup, first = _setup(settings), FirstReading()
    rows = [("now", setup, outcome_of(str(config), Engine(setup, load_seed()), recording, first))]
    others = _against(against) if against else _others(setup)
    for label, other, name in others:
        echo = RepeatedReading(first.said) if _same_brands(setup, other) else None
        rows.append((label, other, outcome_of(name, Engine(other, load_seed()), recording, echo)))
    console = Console(stderr=json)
    if json:
        typer.echo(_json(rows, judgements, settings))
    else:
        _said(console, rows[0][2], settings)
        _table(console, rows, settings)
        _chart(console, rows[0][2], setup)
        if judgements:
            _judge(console, rows[0][2], judgements, setup)
    if chart is not None:
        _picture(console, rows[0][2], setup, chart)


def _json(rows: list[tuple[str, EngineSetup, WhatIfOutcome]], judgements: list[Judged], settings: Config) -> str:
    """What the tables say; `better_alert` is the threshold that parts real pages from false ones better, if any."""
    found = judged(rows[0][2], judgements)
    shown = [
        {
            "label": label,
            "thresholds": dict(setup.brands[0].scoring.thresholds.steps),
            "pages": outcome.pages,
            "incidents": len(outcome.incidents),
            "at_night": outcome.at_night(settings.zone),
            "crises": outcome.crises,
            "first": outcome.first,
        }
        for label, setup, outcome in rows
    ]
    signals = [{"signal": each.signal, "spoke": each.spoke, "real": each.real} for each in believed(found)]
    judged_rows = {"given": len(judgements), "found": len(found), "signals": signals}
    better = proposed(found) if judgements else None
    return msgspec.json.encode({"rows": shown, "verdicts": judged_rows, "better_alert": better}).decode()


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None


def _recording(path: str) -> tuple[Callable[[], Iterable[Mention]], list[Judged]]:
    """The mentions, as often as they are wanted; nobody has judged them yet."""
    if path == "-":
        raise BadInput("tune reads the recording several times; give it a file instead of -")

    def read() -> Iterator[Mention]:
        for item in read_mentions(path):
            if not isinstance(item, BadLine):
                yield item

    return read, []


def _own(settings: Config) -> tuple[Callable[[], Iterable[Mention]], list[Judged]]:
    """The daemon's own history, and what people said of its incidents."""
    kept, incidents = asyncio.run(read_history(settings))
    if not kept:
        raise BadInput(
            "the daemon's history holds no mentions yet; give a recording, as in: sentinel tune MENTIONS.jsonl"
        )
    return lambda: kept, verdicts_of(incidents)


def _setup(settings: Config) -> EngineSetup:
    """As the daemon has it, with the calendars that are files and the pseudonyms that its store has."""
    return with_files(engine_setup(settings, kept_pseudonyms(settings)), settings)


def _against(path: Path) -> list[tuple[str, EngineSetup, str]]:
    return [("against", _setup(load(path)), str(path))]


def _others(setup: EngineSetup) -> list[tuple[str, EngineSetup, str]]:
    return [(f"{step:+d}", _shifted(setup, step), f"thresholds {step:+d}") for step in STEPS]


def _shifted(setup: EngineSetup, step: float) -> EngineSetup:
    """Alert and crisis of every brand higher or lower, watch left below them."""

    def moved(scoring: ScoringSettings) -> ScoringSettings:
        now = scoring.thresholds
        return replace(scoring, thresholds=now.moved(now.alert + step, now.crisis + step))

    return replace(setup, brands=tuple(replace(each, scoring=moved(each.scoring)) for each in setup.brands))


def _same_brands(one: EngineSetup, other: EngineSetup) -> bool:
    """Whether both hear the same mentions, and so classify them in the same order."""
    return [each.brand for each in one.brands] == [each.brand for each in other.brands]


def _said(console: Console, outcome: WhatIfOutcome, settings: Config) -> None:
    if outcome.first is None:
        console.print("You would not have been paged at all.", highlight=False)
        return
    first = outcome.first.astimezone(settings.zone)
    console.print(
        f"You would have been paged {outcome.pages} times for {len(outcome.incidents)} "
        f"incidents, first on {first:%Y-%m-%d at %H:%M}. "
        "Nobody acknowledges in a replay, so that every step of the ladder counts.",
        highlight=False,
        soft_wrap=True,
    )


def _table(console: Console, rows: list[tuple[str, EngineSetup, WhatIfOutcome]], settings: Config) -> None:
    table = Table("", "pages", "incidents", "at night", "crises", "first page")
    for label, _, outcome in rows:
        first = f"{outcome.first.astimezone(settings.zone):%m-%d %H:%M}" if outcome.first else "never"
        counts = (outcome.pages, len(outcome.incidents), outcome.at_night(settings.zone), outcome.crises)
        table.add_row(label, *map(str, counts), first)
    console.print(table)
    console.print("To paste into the configuration:", highlight=False)
    for label, setup, _ in rows:
        console.print(f"  {_yaml(setup.brands[0].scoring)}   # {label}", highlight=False, soft_wrap=True)


def _yaml(scoring: ScoringSettings) -> str:
    figures = ", ".join(f"{level}: {score:g}" for level, score in scoring.thresholds.steps)
    return f"scoring: {{thresholds: {{{figures}}}}}"


def _chart(console: Console, outcome: WhatIfOutcome, setup: EngineSetup) -> None:
    """One line a brand: the highest score of each stretch, and a mark under the stretches in which a first page went
    out.
    """
    times = [at for line in outcome.line.values() for at, _ in line]
    if not times:
        return
    begin, span = min(times), max(max(times) - min(times), timedelta(minutes=15))

    def column(at: datetime) -> int:
        return min(SHOWN - 1, max(0, int((at - begin) / span * SHOWN)))

    for each in setup.brands:
        highest = [0.0] * SHOWN
        for at, score in outcome.line.get(each.brand.name, []):
            highest[column(at)] = max(highest[column(at)], score)
        marks = {column(paged.first) for paged in outcome.incidents.values() if paged.brand == each.brand.name}
        console.print(
            f"{each.brand.name}, highest score, {begin:%Y-%m-%d} to {begin + span:%Y-%m-%d}; ^ first page",
            highlight=False,
        )
        console.print("".join(BLOCKS[min(8, int(score / 100 * 8 + 0.999))] for score in highest), highlight=False)
        console.print("".join("^" if n in marks else " " for n in range(SHOWN)).rstrip(), highlight=False)


def _picture(console: Console, outcome: WhatIfOutcome, setup: EngineSetup, path: Path) -> None:
    from sentinel.tuning.chart import draw

    draw(outcome, setup, path)
    console.print(f"Score, thresholds and first pages: {path}", highlight=False, soft_wrap=True)


def _judge(console: Console, outcome: WhatIfOutcome, judgements: list[Judged], setup: EngineSetup) -> None:
    """Precision by signal, and a threshold."""
    found = judged(outcome, judgements)
    console.print(f"{len(found)} of {len(judgements)} verdicts are about incidents of this replay.", highlight=False)
    table = Table("signal", "spoke for", "of them real", "precision")
    for each in believed(found):
        table.add_row(each.signal, str(each.spoke), str(each.real), f"{each.real / each.spoke:.0%}")
    console.print(table)
    alert = proposed(found)
    if alert is None:
        console.print("No threshold would have parted the real ones from the false ones better.", highlight=False)
        return
    scoring = setup.brands[0].scoring
    better = replace(scoring, thresholds=scoring.thresholds.moved(alert, scoring.thresholds.crisis))
    console.print(
        f"Keeps every real one, pages for fewer false ones:\n{_yaml(better)}", highlight=False, soft_wrap=True
    )
