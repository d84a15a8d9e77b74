"""Decision log: what was decided, one line an event, so that an incident's id leads from the first mention to the
last page.
"""

from collections.abc import Sequence

import structlog

from sentinel.incidents.change import Change, EventName
from sentinel.signals.base import Observation

LOUD = (EventName.INCIDENT_OPENED, EventName.LEVEL_CHANGED)
"""What somebody who reads warnings alone wants to know."""
SHOWN = ("incident", "brand", "previous", "score", "contact", "step", "kind", "by", "drill")
log = structlog.get_logger(__name__)


def say_changes(changes: Sequence[Change]) -> None:
    """After the commit: what the timeline says, with the ids of the mentions that show why, and none of their words."""
    for change in changes:
        for event in change.events:
            keys = {name: value for name in SHOWN if (value := getattr(event, name)) not in (None, False)}
            if event.level is not None:
                keys["reached"] = event.level.value  # `level` is the line's own
            if event.event is EventName.INCIDENT_OPENED:
                keys["mentions"] = [f"{each.source}/{each.id}" for each in change.incident.samples]
            say = log.warning if event.event in LOUD else log.info
            say(event.event.value, **keys)


def say_observed(observations: Sequence[Observation]) -> None:
    """A mention was folded. Its text stands here alone, and at debug alone."""
    for each in observations:
        mention = each.mention
        log.debug(
            "mention_folded",
            source=mention.source,
            mention=mention.id,
            brand=each.brand,
            sentiment=each.sentiment.label.value,
            late=each.late,
            copy=each.copy,
            text=mention.text,
        )
