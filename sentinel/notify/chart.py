"""The picture that goes with a page: how the score got here, the thresholds it crossed, and what it is made of now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from io import BytesIO
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from sentinel.phrases.phrases import catalogue, number, say
from sentinel.scoring.level import Level
from sentinel.scoring.score_line import Point, stretches
from sentinel.scoring.thresholds import Thresholds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, DPI = 7.2, 3.0, 150
"""Inches, and dots an inch: sharp on a phone, some 40 kB."""
SHORTEST, STEPS = 1800.0, (300.0, 600.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0)
"""Seconds: of the shortest axis, and between ticks."""
STEP = timedelta(minutes=5)
"""For which a point of the line stands."""
BARS, NAME = 5, 40
"""Signals shown, and letters of a brand's name."""
INK, FAINT, PAPER = "#1f2933", "#9aa5b1", "#ffffff"
COLOURS = {Level.WATCH: "#d9a400", Level.ALERT: "#e8710a", Level.CRISIS: "#c5221f"}
_ONE = Lock()
"""One drawing at a time: on a small machine a second would only slow the first."""


class Charts(Protocol):
    """Draws for pages."""

    async def of(self, incident: str, language: str) -> bytes | None:
        """A PNG about an incident's brand, in a reader's language; ``None`` when there is none to be had in time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartFacts:
    """What is drawn.

    Parameters
    ----------
    line
        (instant, score) in order; a score of ``None`` is a gap.
    contributions
        Signal to points, now.
    """

    brand: str
    language: str
    zone: tzinfo
    level: Level
    score: float | None
    at_least: bool = False
    line: Sequence[Point]
    thresholds: Thresholds
    contributions: dict[str, float]


def a_sample(brand: str, language: str, at: datetime) -> ChartFacts:
    """A made-up rise of the day that ends at ``at``: for test pages and for warming up."""
    points = range(0, 24 * 60, 15)
    line = [
        (at - timedelta(minutes=minute), max(12.0, 84.0 - minute * 0.22) + minute % 7) for minute in reversed(points)
    ]
    return ChartFacts(
        brand=brand,
        language=language,
        zone=at.tzinfo or UTC,
        level=Level.CRISIS,
        score=84.0,
        line=line,
        thresholds=Thresholds(),
        contributions={"volume": 41.0, "negativity": 28.0, "spread": 15.0},
    )


def draw(facts: ChartFacts) -> bytes:
    """The PNG.

    Takes some tenths of a second, the first one several whole ones: matplotlib is imported here. Safe in any thread.
    """
    with _ONE:
        return _draw(facts)


def _draw(facts: ChartFacts) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    curve, bars = figure.subplots(1, 2, width_ratios=(2.4, 1))
    _curve(curve, facts)
    _bars(bars, facts)
    figure.suptitle(
        _drawable(_title(facts)),
        x=0.015,
        y=0.97,
        ha="left",
        fontsize=12,
        fontweight="bold",
        color=INK,
        parse_math=False,
    )
    figure.subplots_adjust(left=0.055, right=0.985, top=0.84, bottom=0.115, wspace=0.62)
    out = BytesIO()
    figure.savefig(out, format="png", dpi=DPI, facecolor=PAPER, metadata={"Software": None})
    return out.getvalue()


def _title(facts: ChartFacts) -> str:
    level = say(facts.language, f"page.level_{facts.level.value}")
    brand = facts.brand if len(facts.brand) <= NAME else f"{facts.brand[: NAME - 1]}…"
    score = "page.score_at_least" if facts.at_least else "page.score"
    if facts.score is None:
        return f"{brand} · {level} · {say(facts.language, 'page.unknown')}"
    return f"{brand} · {level} · {say(facts.language, score, score=f'{facts.score:.0f}')}"


def _curve(axes: "Axes", facts: ChartFacts) -> None:
    times = [at.timestamp() for at, _ in facts.line]
    for level, threshold in facts.thresholds.steps:
        axes.axhline(threshold, color=COLOURS[level], linewidth=1.1, linestyle=(0, (4, 3)))
        name = say(facts.language, f"page.level_{level.value}")
        axes.text(
            0.008,
            threshold + 1,
            name,
            transform=axes.get_yaxis_transform(),
            fontsize=7,
            color=COLOURS[level],
            va="bottom",
        )
    for stretch in stretches(facts.line, STEP, facts.line[-1][0]) if facts.line else ():
        if stretch.known:
            xs, ys = zip(*((at.timestamp(), score) for at, score in stretch.points), strict=True)
            axes.plot(xs, ys, color=INK, linewidth=1.8, solid_capstyle="round", marker=".", markersize=3)
            axes.fill_between(xs, ys, color=INK, alpha=0.07, linewidth=0)
    axes.set_ylim(0, 100)
    axes.set_yticks((0, 50, 100))
    begin, end = (times[0], times[-1]) if times else (0.0, 0.0)
    end = max(end, begin + SHORTEST)
    axes.set_xlim(begin - (end - begin) * 0.02, end + (end - begin) * 0.02)
    ticks = _ticks(begin, end, facts.zone) if times else []
    axes.set_xticks(ticks, labels=[f"{datetime.fromtimestamp(tick, facts.zone):%H:%M}" for tick in ticks])
    _plain(axes)


def _ticks(begin: float, end: float, zone: tzinfo) -> list[float]:
    """Full hours, or fractions of one, of the reader's clock: six at most."""
    shift = (datetime.fromtimestamp(begin, zone).utcoffset() or timedelta(0)).total_seconds()
    step = next((each for each in STEPS if (end - begin) / each <= 6), STEPS[-1])
    first = ceil((begin + shift) / step) * step - shift
    return [first + step * place for place in range(int((end - first) // step) + 1)]


def _bars(axes: "Axes", facts: ChartFacts) -> None:
    ranked = sorted(facts.contributions.items(), key=lambda each: (-each[1], each[0]))
    shown = [(signal, points) for signal, points in ranked if points >= 0.5][:BARS]
    axes.set_title(say(facts.language, "channel.chart_points"), fontsize=8, color=INK, loc="left", pad=4)
    places = range(len(shown))
    axes.barh(list(places), [points for _, points in shown], color=COLOURS.get(facts.level, FAINT), height=0.55)
    for place, (_, points) in zip(places, shown, strict=True):
        axes.text(points, place, f" {number(facts.language, float(round(points)))}", va="center", fontsize=8, color=INK)
    names = [_drawable(_signal(facts.language, signal)) for signal, _ in shown]
    axes.set_yticks(list(places), labels=names, parse_math=False)
    axes.set_ylim(BARS - 0.5, -0.5)
    axes.set_xlim(0, max([20.0, *(points * 1.25 for _, points in shown)]))
    axes.set_xticks([])
    _plain(axes)
    axes.spines["bottom"].set_visible(False)


def _plain(axes: "Axes") -> None:
    axes.tick_params(labelsize=8, colors=INK, length=2)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)


def _signal(language: str, signal: str) -> str:
    """A signal that somebody added may have no word in this language: its name must do."""
    return catalogue(language).get(f"playbook.signal_{signal}", signal)


def _drawable(text: str) -> str:
    """What the font has no sign for (emoji, other scripts) would come out as boxes, with a warning each: left out
    instead.
    """
    from matplotlib.font_manager import findfont, get_font

    known = get_font(findfont("DejaVu Sans")).get_charmap()
    return " ".join("".join(letter if ord(letter) in known else " " for letter in text).split())
