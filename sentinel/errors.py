"""Faults that Sentinel raises on purpose: each names the thing, the value and the fix.

Expected outcomes are values, not exceptions; these are for what stops a piece of work. They are translated once, at the
edge (command line, HTTP), and never carry a secret.
"""


class SentinelError(Exception):
    """Base of all faults Sentinel raises on purpose."""


class BadMention(SentinelError):
    """A line, item or body that is no mention.

    Parameters
    ----------
    reason
        What is wrong and what is allowed, in one sentence, without the mention's text.
    field
        JSON path of the offending key (``published_at``), or ``None`` when the whole line is unreadable.
    """

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class BadInput(SentinelError):
    """A file or argument that a command cannot use."""


class StoreHeld(BadInput):
    """Another daemon holds the store; it must be stopped first, starting this one again does not help."""


class ConfigError(SentinelError):
    """A configuration with at least one mistake; ``problems`` holds them all, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreError(SentinelError):
    """The store could not be read or written."""


class JournalFull(StoreError):
    """No more is taken in until some of what waits is folded: whoever brings it is to come back with the same.

    Parameters
    ----------
    retry_after
        Seconds after which trying again makes sense.
    """

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PartitionLost(SentinelError):
    """A partition is another process's now, or what was decided about it could not be written: what memory has of it
    is worth nothing any more. Neither a failing store nor a bug.
    """


class DutyLost(SentinelError):
    """What only one process may do at a time is another one's now; nothing of it may be written here any more."""


class AlertMoved(SentinelError):
    """An alert does not stand any more as it did when something was decided about it: it is decided anew."""


class CheckpointError(SentinelError):
    """A checkpoint is damaged or from another version; the engine is rebuilt from the journal instead."""


class SourceError(SentinelError):
    """A source cannot go on for now; the runner backs off and tries again."""

    def __init__(self, message: str, *, retry_after: float | None = None, permanent: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds the far side asked us to wait, if it did."""
        self.permanent = permanent
        """True for refusals that trying again soon will not mend (401, 403, 404, 410)."""


class NoSuchIncident(SentinelError):
    """An incident id that the store does not know."""
