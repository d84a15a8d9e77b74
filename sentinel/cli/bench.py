"""``sentinel bench``: how many mentions a second this machine takes, stage by stage."""

import gc
import tempfile
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.assembly.build import build_engine
from sentinel.assembly.machine_speed import StageSpeed, measured_speeds
from sentinel.config.loader import load

NAMES = ("Acme", "Zeta", "Omega", "Kappa", "Sigma", "Delta")
"""Made-up brands that are spoken of, two in each language."""
SAID = {
    "door": "a post of 500, from its bytes to the disk",
    "decode": "JSON to a mention",
    "journal write": "500 in one transaction",
    "match": "which brands",
    "classify": "which language, which mood",
    "fold": "all of it that the engine does, with match and classify",
    "assess": "scores of one brand",
    "end to end": "door, journal, fold and ticks",
    "classify English": "the third of them that is in English",
    "VADER": "the same texts, by its word counts alone",
}


def bench(
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="Processor time to take, about.")] = 20.0,
    folder: Annotated[
        Path | None,
        typer.Option(help="Write the store here for as long as it lasts; default: the folder for temporary files."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a stage instead of a table.")] = False,
) -> None:
    """Measure this machine: made-up mentions of six brands in three languages through the daemon's own stages.

    Rates are of processor time, for one core: they say what the machine can do when it does nothing else. Nothing is
    sent, and no configuration or store of yours is read. Point --folder at the disk that the store is to be on.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix="sentinel-bench-") as room:
        config = Path(room) / "sentinel.yaml"
        config.write_text(f"brands: [{', '.join(f'{{name: {name}}}' for name in NAMES)}]\n", encoding="utf-8")
        settings = load(config, {})
        gc.set_threshold(50_000, 50, 100)  # as a replay: millions of short-lived objects and no cycles among them
        brands = [each.brand for each in build_engine(settings).setup.brands]
        speeds = measured_speeds(lambda: build_engine(settings), brands, Path(room), seconds)
    if as_json:
        for each in speeds:
            typer.echo(msgspec.json.encode(_row(each)).decode())
        return
    table = Table("stage", "what", "a second", "µs each", title="Mentions, of processor time on one core")
    for each in speeds:
        table.add_row(each.stage, SAID[each.stage], f"{each.rate:,.0f}", f"{1e6 / each.rate:,.1f}")
    Console().print(table)


def _row(speed: StageSpeed) -> dict[str, object]:
    return {
        "stage": speed.stage,
        "mentions": speed.mentions,
        "processor_seconds": round(speed.seconds, 4),
        "mentions_per_second": round(speed.rate, 1),
    }
