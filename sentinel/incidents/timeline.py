"""The timeline of an incident: append-only, a reason for everything, also for what was not sent."""

from datetime import datetime
from enum import StrEnum

import msgspec

from sentinel.incidents.incident import Verdict
from sentinel.scoring.level import Level


class What(StrEnum):
    """What happened."""

    OPENED = "opened"
    LEVEL = "level"
    PAGE = "page"
    UPDATE = "update"
    NOT_SENT = "not_sent"
    DELIVERY = "delivery"
    ACKNOWLEDGED = "acknowledged"
    ACKNOWLEDGEMENT_EXPIRED = "acknowledgement_expired"
    REMINDED = "reminded"
    SNOOZED = "snoozed"
    SNOOZE_ENDED = "snooze_ended"
    ESCALATED = "escalated"
    EXHAUSTED = "exhausted"
    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"
    REOPENED = "reopened"
    FLAPPING = "flapping"
    CLOSED = "closed"
    SILENCED = "silenced"
    SILENCE_ENDED = "silence_ended"
    DELEGATED = "delegated"
    CAPPED = "capped"
    NOTE = "note"
    REPLIED = "replied"
    TICKED = "ticked"
    UNTICKED = "unticked"
    VERDICT = "verdict"
    IGNORED = "ignored"
    HEARD_AGAIN = "heard_again"
    LINKS_RENEWED = "links_renewed"


class Why(StrEnum):
    """Reasons: a closed set, shown to people through ``phrases/*/timeline.yaml``."""

    SCORE = "score"
    PERSON = "person"
    LADDER = "ladder"
    CATCH_ALL = "catch_all"
    NOBODY = "nobody"
    NOBODY_ON_CALL = "nobody_on_call"
    OVERDUE = "overdue"
    UNSEEN = "unseen"
    LEVEL_TOO_LOW = "level_too_low"
    LEVEL_ROSE = "level_rose"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    STALE_EPOCH = "stale_epoch"
    UNKNOWN_CONTACT = "unknown_contact"
    CHANNELS_FAILED = "channels_failed"
    NO_CHANNEL = "no_channel"
    QUIET_HOURS = "quiet_hours"
    SILENCED = "silenced"
    CAMPAIGN = "campaign"
    BUDGET = "budget"
    STORE_FAILING = "store_failing"
    FLAPPING = "flapping"
    QUIET = "quiet"
    TIME = "time"
    SECRETS = "secrets"


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an incident's history."""

    at: datetime
    what: What
    why: Why
    level: Level
    score: float | None = None
    at_least: bool = False
    """The score was a lower bound: a source was silent."""
    epoch: int = 0
    contact: str | None = None
    step: int = 0
    by: str | None = None
    detail: str | None = None
    """Free text a person wrote, or a provider's short answer; never a secret.

    The link of a first reply, the item of a tick.
    """
    channel: str | None = None
    """Of a delivery: the kind of channel, such as ``ntfys``; never an address."""
    outcome: str | None = None
    """Of a delivery: what the provider made of it."""
    verdict: Verdict | None = None
    """What somebody says it was."""
