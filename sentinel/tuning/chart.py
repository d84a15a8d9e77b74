"""A what-if as a picture: each brand's score over time, its thresholds, and where a first page would have gone out."""

from io import BytesIO
from pathlib import Path

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from sentinel.engine.setup import EngineSetup
from sentinel.errors import BadInput
from sentinel.notify.chart import COLOURS
from sentinel.scoring.level import Level
from sentinel.tuning.outcome import WhatIfOutcome

WIDTH, HEIGHT, DPI = 9.0, 2.4, 150
"""Inches, the height for each brand, and dots an inch."""


def draw(outcome: WhatIfOutcome, setup: EngineSetup, path: Path) -> None:
    """Write the picture to ``path``; one band a brand. The ending, .svg or .png, says in what form."""
    out = BytesIO()
    figure = Figure(figsize=(WIDTH, HEIGHT * len(setup.brands)), layout="constrained")
    for axes, each in zip(figure.subplots(len(setup.brands), squeeze=False)[:, 0], setup.brands, strict=True):
        line = outcome.line.get(each.brand.name, [])
        axes.plot([at for at, _ in line], [score for _, score in line], color="#1f2933", linewidth=0.8)
        for level, score in each.scoring.thresholds.steps:
            axes.axhline(score, color=COLOURS[level], linewidth=0.8, linestyle="--")
        for paged in outcome.incidents.values():
            if paged.brand == each.brand.name:
                axes.axvline(paged.first, color=COLOURS[Level.CRISIS], linewidth=1.2)
        locator = AutoDateLocator()  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
        axes.set_ylim(0, 100)
        axes.set_title(each.brand.name, loc="left", fontsize=9)
    figure.savefig(out, format=path.suffix.lower()[1:], dpi=DPI)
    try:
        path.write_bytes(out.getvalue())
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
