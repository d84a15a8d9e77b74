"""Exponential back-off with full jitter, as a value: who waits, and on which clock, is the caller's business."""

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next try.

    ``delay = random(0, min(cap, base * 2**failures))`` (full jitter: M. Brooker, "Exponential Backoff And Jitter",
    2015).

    Parameters
    ----------
    base, cap
        Seconds: the first try's upper bound, and the bound of them all.
    rng
        Source of the jitter; hand in a seeded one for a run that repeats itself.

    Examples
    --------
    >>> import random
    >>> backoff = Backoff(base=1.0, cap=120.0, rng=random.Random(7))
    >>> 0 <= backoff.next() <= 1 and 0 <= backoff.next() <= 2
    True
    >>> backoff.next(at_least=30.0) >= 30.0
    True
    >>> backoff.reset(); backoff.failures
    0
    """

    base: float = 1.0
    cap: float = 120.0
    rng: random.Random = field(default_factory=random.Random)
    failures: int = 0

    def next(self, *, at_least: float = 0.0) -> float:
        """Seconds to wait now; ``at_least`` is what the far side asked for (``Retry-After``) and always wins when
        larger.
        """
        bound = min(self.cap, self.base * 2.0 ** min(self.failures, 32))
        self.failures += 1
        return max(at_least, self.rng.uniform(0.0, bound))

    def reset(self) -> None:
        """Forget the failures: the far side is well again."""
        self.failures = 0
