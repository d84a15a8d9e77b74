"""Paging preview, whom an engine would page: its policies, schedules, silences and campaigns as they are, run ahead."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sentinel.engine.engine import Engine
from sentinel.escalation.budget import Spending
from sentinel.escalation.campaign import campaign_over
from sentinel.incidents.preview import Call, rehearse
from sentinel.scoring.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingPreview:
    """What would follow if a brand reached a level; ``level`` is what a campaign leaves of it."""

    brand: str
    level: Level
    at: datetime
    capped_by: str | None
    silenced_by: str | None
    calls: tuple[Call, ...]


def foresee(
    engine: Engine, brand: str, level: Level, at: datetime, spent: Callable[[str], Spending] = lambda _: Spending()
) -> PagingPreview:
    """By the engine's own code.

    The brand must be one of the engine's; ``spent`` is what contacts have been sent so far.
    """
    policy = next(state.policy for state in engine.brands if state.name == brand)
    campaign = campaign_over(engine.calendar.campaigns, brand, at)
    capped = campaign is not None and campaign.cap.rank < level.rank
    reached = campaign.cap if campaign is not None and capped else level
    silence = engine.calendar.silence(brand, at)
    return PagingPreview(
        brand=brand,
        level=reached,
        at=at,
        capped_by=campaign.name if campaign is not None and capped else None,
        silenced_by=silence.id if silence and silence.holds(reached) else None,
        calls=rehearse(brand, reached, policy, engine.rules, at, silence=silence, spent=spent),
    )
