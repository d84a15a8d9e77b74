"""A brand's card: the board's picture of it as the words, widths and drawings that the templates set down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sentinel.config.schema import Config
from sentinel.engine.board import Board, BrandCard
from sentinel.incidents.incident import Incident
from sentinel.scoring.assessment import Assessment, Evidence
from sentinel.scoring.expected_events import EVENT
from sentinel.scoring.score_line import ScoreLine
from sentinel.scoring.thresholds import Thresholds
from sentinel.web.pages.sparkline import COLUMNS, sparkline
from sentinel.web.pages.words import Words

LEAST = 0.05
"""Points below which a signal adds nothing that one decimal could show."""
FULL_BAR = 30.0
"""Points that fill a bar, unless another signal adds more: small contributions look small."""


class CardStatus(StrEnum):
    """What a card says at a glance, worst first: the levels, and what is no level."""

    CRISIS = "crisis"
    ALERT = "alert"
    UNKNOWN = "unknown"
    WATCH = "watch"
    WAITING = "waiting"
    CALM = "calm"


_ORDER = {status: place for place, status in enumerate(CardStatus)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One signal's part of the score; ``width`` in per cent."""

    label: str
    points: str
    width: float
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """The open incident of a card. ``holder`` is who has it, if anybody."""

    id: str
    level: str
    word: str
    opened_at: datetime
    holder: str | None
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One brand as it is shown.

    ``score`` is ``None`` when it is unknown, and then nothing on the card looks like a figure.
    """

    anchor: str
    name: str
    standing: CardStatus
    word: str
    score: float | None
    shown: str
    thresholds: Thresholds
    bars: tuple[Bar, ...]
    idle: tuple[str, ...]
    gates: tuple[str, ...]
    warming: bool
    event: str
    """The known event that is on, in a sentence; empty without one."""
    blind: tuple[str, ...]
    at_least: bool
    mentions: int
    negatives: int
    authors: int
    spark: ScoreLine
    incident: IncidentLine | None

    @property
    def big(self) -> bool:
        """Whether there is something to act on, which deserves the room."""
        return self.incident is not None or self.standing in (CardStatus.CRISIS, CardStatus.ALERT, CardStatus.WATCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A brand in its place among the others; ``place`` is that in the configuration."""

    place: int
    brand: BrandCard
    standing: CardStatus


def ranked(board: Board) -> list[Ranked]:
    """Every brand, worst first, else in the configuration's order."""
    made = [Ranked(place=place, brand=each, standing=standing_of(each)) for place, each in enumerate(board.brands)]
    return sorted(made, key=lambda each: (_ORDER[each.standing], -_score(each.brand)))


def card(one: Ranked, config: Config, words: Words, columns: int = COLUMNS) -> Card:
    """One brand, its day drawn in so many ``columns``."""
    brand, place, standing = one.brand, one.place, one.standing
    seen = brand.assessment
    known = seen is not None and seen.score is not None
    bars_, idle = bars(seen.contributions, seen.evidence, words) if seen is not None and known else ((), ())
    incident = brand.incident if brand.incident is not None and brand.incident.live else None
    return Card(
        anchor=f"brand-{place}",
        name=brand.name,
        standing=standing,
        word=words.word("level", standing),
        score=seen.score if seen else None,
        shown=shown_score(brand),
        thresholds=config.thresholds_of(brand.name),
        bars=bars_,
        idle=idle,
        gates=tuple(words.word("gate", gate) for gate in seen.gates) if seen and known else (),
        warming=bool(seen and known and seen.warming),
        event=_event(seen, words) if seen is not None and known else "",
        blind=brand.blind,
        at_least=bool(known and seen and seen.unseen),
        mentions=seen.mentions if seen else 0,
        negatives=seen.negatives if seen else 0,
        authors=seen.authors if seen else 0,
        spark=sparkline(brand.history, words.now, columns=columns),
        incident=incident_line(incident, config, words) if incident is not None else None,
    )


def bars(
    contributions: dict[str, float], evidence: Iterable[Evidence], words: Words
) -> tuple[tuple[Bar, ...], tuple[str, ...]]:
    """Signals that add something, most first, then what is only annotated; and the names of those that add nothing."""
    reasons = {each.signal: words.evidence(each) for each in evidence}
    ranked = sorted(contributions.items(), key=lambda each: (-each[1], each[0]))
    full = max([FULL_BAR, *contributions.values()])
    adding = tuple(
        Bar(
            label=words.word("signal", signal),
            points=words.number(points),
            width=round(100 * points / full, 1),
            sentence=reasons.get(signal, ""),
        )
        for signal, points in ranked
        if points >= LEAST or (not points and signal in reasons)
    )
    return adding, tuple(
        words.word("signal", signal)
        for signal, points in ranked
        if points < LEAST and (points or signal not in reasons)
    )


def _event(seen: Assessment, words: Words) -> str:
    return next((words.evidence(each) for each in seen.evidence if each.signal == EVENT), "")


def person(config: Config, key: str | None) -> str | None:
    """A contact's name for its key; what is no contact's key is a name already."""
    contact = config.contacts.get(key) if key is not None else None
    return (contact.name if contact is not None else None) or key


def standing_of(brand: BrandCard) -> CardStatus:
    """What its card says at a glance."""
    if brand.assessment is None:
        return CardStatus.UNKNOWN if brand.blind else CardStatus.WAITING
    if brand.assessment.score is None:
        return CardStatus.UNKNOWN
    return CardStatus(brand.assessment.level.value)


def shown_score(brand: BrandCard) -> str:
    """In two or three characters: ``85``, ``≥85`` while a source is silent, ``?`` while unknown."""
    seen = brand.assessment
    if seen is None or seen.score is None:
        return "?"
    return f"{'≥' if seen.unseen else ''}{seen.score:.0f}"


def _score(brand: BrandCard) -> float:
    return (brand.assessment.score if brand.assessment else None) or 0.0


def incident_line(incident: Incident, config: Config, words: Words) -> IncidentLine:
    """An open incident in a line."""
    holder = person(config, incident.holder)
    return IncidentLine(
        id=incident.id,
        level=incident.level.value,
        word=words.word("level", incident.level),
        opened_at=incident.opened_at,
        holder=holder,
        snoozed_until=incident.snooze.until if incident.snooze else None,
    )


def tally(every: Iterable[Ranked]) -> list[tuple[CardStatus, int]]:
    """How many brands there are of each standing, worst first, without the empty ones."""
    counts = dict.fromkeys(CardStatus, 0)
    for each in every:
        counts[each.standing] += 1
    return [(standing, count) for standing, count in counts.items() if count]
