"""Faults of the carrier, each naming the thing, the value and the fix.

A refusal that mends itself carries how long its sender should wait: the door says it as ``Retry-After``.
"""

from sentinel.errors import BadInput, SentinelError


class CarrierError(SentinelError):
    """The carrier did not do what it was asked.

    Parameters
    ----------
    retry_after
        Seconds after which asking again makes sense; ``None`` where it does not.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StreamFull(CarrierError):
    """The stream takes no more until workers have committed some of it: back-pressure, answered 429."""


class CarrierBusy(CarrierError):
    """More waits to be published than this process holds: back-pressure, answered 429."""


class CarrierAway(CarrierError):
    """Nobody answers, or the servers are electing one who does: answered 503. It may have been taken all the same."""


class BodyTooLarge(CarrierError):
    """One body is larger than a message may be."""


class ApiRefusal(CarrierError):
    """JetStream understood what was asked and says no.

    Parameters
    ----------
    code
        Its own number for the reason.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class PinLost(CarrierError):
    """Another one takes from the partition. Look into the store who owns it, and take again if it is still you."""


class CarrierMisfit(CarrierError, BadInput):
    """Servers or a stream that cannot carry for this configuration; trying again does not help."""
