"""How often one client may post: a token bucket for each, kept for the clients seen last."""

from collections import OrderedDict

MAX_CLIENTS = 10_000


class RateLimit:
    """A bucket a client, filled at ``rate`` a second up to twice as many.

    Examples
    --------
    >>> limiter = RateLimit()
    >>> [limiter.wait("ana", rate=1, at=0.0) for _ in range(3)]
    [0.0, 0.0, 1.0]
    >>> limiter.wait("luis", rate=1, at=0.0), limiter.wait("ana", rate=1, at=1.0)
    (0.0, 0.0)
    """

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, *, rate: float, at: float) -> float:
        """0 and the post counts, or the seconds until the next one is let in; ``at`` is monotonic."""
        burst = max(1.0, 2 * rate)
        left, since = self._buckets.pop(client, (burst, at))
        left = min(burst, left + (at - since) * rate)
        allowed = left >= 1
        self._buckets[client] = (left - allowed, at)
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / rate
