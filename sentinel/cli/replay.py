"""``sentinel replay``: the daemon's own engine over a recording; nothing is sent, no store is touched."""

import contextlib
import csv
import gc
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Column, Table

from sentinel.assembly.build import engine_setup
from sentinel.assembly.event_calendars import with_files
from sentinel.cli.options import ConfigFile
from sentinel.config.loader import load
from sentinel.engine.engine import Engine
from sentinel.engine.replay import Replay
from sentinel.harmless import cell
from sentinel.incidents.change import Change, EventName
from sentinel.incidents.incident import Incident
from sentinel.mention import Mention
from sentinel.scoring.assessment import Assessment
from sentinel.sentiment.seed import load_seed
from sentinel.sources.lines import BadLine, read_mentions

SHOWN = 10
"""Refused lines that are named; the rest is counted."""
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class _Outcome:
    incidents: dict[str, Incident] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    refused: int = 0

    def take(self, change: Change) -> None:
        self.incidents[change.incident.id] = change.incident
        for event in change.events:
            if event.event is EventName.PAGE and event.kind == "page":
                self.pages[change.incident.id] = self.pages.get(change.incident.id, 0) + 1


def replay(
    mentions: Annotated[
        str, typer.Argument(metavar="MENTIONS.jsonl", help="Recording, may be gzipped; - reads standard input.")
    ],
    config: ConfigFile = Path("config/sentinel.yaml"),
    events: Annotated[
        Path | None, typer.Option(help="Write events here, one JSON object a line; - is standard output.")
    ] = None,
    scores: Annotated[Path | None, typer.Option(help="Write every score here, as CSV; - is standard output.")] = None,
) -> None:
    """Run the daemon's own engine over a recording, on event time, as fast as it can; send nothing."""
    settings = load(config)
    gc.set_threshold(50_000, 50, 100)  # millions of short-lived objects and no cycles among them
    run = Replay(Engine(with_files(engine_setup(settings), settings), load_seed()))
    outcome = _Outcome()
    started = time.perf_counter()
    with contextlib.ExitStack() as stack:
        out = _open(stack, events)
        table = _Scores(_open(stack, scores)) if scores else None
        progress = _progress(stack)
        for _, changes in run.run(_good(mentions, outcome, progress, run)):
            for change in changes:
                outcome.take(change)
                if out is not None:
                    for event in change.events:
                        out.write(_encode(event).decode() + "\n")
            if table is not None:
                table.write(run.engine.assessments)
    _report(run, outcome, time.perf_counter() - started)


def _good(path: str, outcome: _Outcome, progress: Progress | None, run: Replay) -> Iterator[Mention]:
    task = progress.add_task("replaying") if progress else None
    for count, item in enumerate(read_mentions(path)):
        if isinstance(item, BadLine):
            outcome.refused += 1
            if outcome.refused <= SHOWN:
                typer.echo(f"{path}:{item.line}: {item.error}", err=True)
            continue
        if progress is not None and task is not None and count % 1000 == 0:
            progress.update(
                task, description=f"replaying {run.counts.mentions:,} mentions, {item.published_at:%Y-%m-%d %H:%M}"
            )
        yield item


class _Scores:
    """The CSV of scores: one row an assessment, one column a signal."""

    def __init__(self, out: IO[str] | None) -> None:
        assert out is not None
        self._writer = csv.writer(out, lineterminator="\n")
        self._signals: list[str] = []

    def write(self, assessments: list[Assessment]) -> None:
        for each in assessments:
            if not self._signals:
                self._signals = list(each.contributions)
                self._writer.writerow(["at", "brand", "score", "level", *self._signals])
            at = each.at.isoformat().replace("+00:00", "Z")
            points = [each.contributions.get(signal, 0.0) for signal in self._signals]
            self._writer.writerow(
                [at, cell(each.brand), "" if each.score is None else each.score, each.level.value, *points]
            )


def _open(stack: contextlib.ExitStack, path: Path | None) -> IO[str] | None:
    if path is None:
        return None
    if str(path) == "-":
        return sys.stdout
    return stack.enter_context(path.open("w", encoding="utf-8", newline=""))


def _progress(stack: contextlib.ExitStack) -> Progress | None:
    if not sys.stderr.isatty():
        return None
    return stack.enter_context(
        Progress(SpinnerColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True)
    )


def _report(run: Replay, outcome: _Outcome, seconds: float) -> None:
    console = Console(stderr=True)
    counts = run.counts
    if outcome.incidents:
        table = Table(
            Column("incident", no_wrap=True, min_width=20), "brand", "opened", "peak", "score", "state", "pages"
        )
        for incident in outcome.incidents.values():
            pages = str(outcome.pages.get(incident.id, 0))
            opened = f"{incident.opened_at:%Y-%m-%d %H:%M}"
            table.add_row(
                incident.id,
                incident.brand,
                opened,
                incident.peak_level.value,
                f"{incident.peak_score:.0f}",
                incident.state.value,
                pages,
            )
        console.print(table)
    if outcome.refused > SHOWN:
        console.print(f"… and {outcome.refused - SHOWN} more lines refused")
    rate = counts.mentions / seconds if seconds else 0.0
    console.print(
        f"{counts.mentions:,} mentions, {counts.matched:,} about a brand, "
        f"{counts.duplicates} duplicates, {counts.late} late, "
        f"{outcome.refused + counts.misdated} refused; {len(outcome.incidents)} "
        f"incidents, {sum(outcome.pages.values())} pages; "
        f"{rate:,.0f} mentions/s",
        highlight=False,
        soft_wrap=True,
    )
