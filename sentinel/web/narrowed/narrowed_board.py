"""The board as there would be of it if some brands were all, and what is said of the sector taken out: it counts other
brands.
"""

from dataclasses import replace

import msgspec

from sentinel.engine.board import Board, BrandCard, SourceCard
from sentinel.incidents.incident import Incident
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.sector import SECTOR
from sentinel.web.access.brand_rights import BrandRights


def narrowed_board(board: Board, rights: BrandRights, sources: frozenset[str]) -> Board:
    """Own brands, and whether the sources that they use are heard; how much waits to be read is of all brands."""
    return Board(
        at=board.at,
        brands=tuple(_card(each) for each in board.brands if rights.sees(each.name)),
        sources=tuple(_heard(each) for each in board.sources if each.name in sources),
        queue=0,
    )


def without_sector(incident: Incident) -> Incident:
    """The incident with no word of its competitors."""
    if SECTOR not in incident.contributions:
        return incident
    return msgspec.structs.replace(
        incident,
        contributions=points_alone(incident.contributions),
        evidence=tuple(each for each in incident.evidence if each.signal != SECTOR),
    )


def points_alone(contributions: dict[str, float]) -> dict[str, float]:
    """What the brand's own mentions gave."""
    return {signal: points for signal, points in contributions.items() if signal != SECTOR}


def _card(card: BrandCard) -> BrandCard:
    return replace(
        card,
        assessment=_assessed(card.assessment) if card.assessment is not None else None,
        incident=without_sector(card.incident) if card.incident is not None else None,
    )


def _assessed(seen: Assessment) -> Assessment:
    return replace(
        seen,
        contributions=points_alone(seen.contributions),
        evidence=tuple(each for each in seen.evidence if each.signal != SECTOR),
    )


def _heard(card: SourceCard) -> SourceCard:
    """Freshness alone: a network is asked for every brand at once, and its last mention may be of any."""
    return replace(card, last_event=None, detail="", asks=(), budget="")
