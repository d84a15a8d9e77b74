"""Values that count once: which of them have been used, for as long as they would be good."""

from datetime import datetime

MOST = 20_000


class UsedOnce:
    """Remembers.

    Examples
    --------
    >>> used, at, later = UsedOnce(), datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 11)
    >>> used.take("a", until=later, now=at), used.take("a", until=later, now=at), used.take("b", until=later, now=at)
    (True, False, True)
    """

    def __init__(self) -> None:
        self._used: dict[str, datetime] = {}

    def take(self, value: str, *, until: datetime, now: datetime) -> bool:
        """Whether it is used for the first time; past ``until`` nobody asks any more. Where there is no room nothing is
        taken, rather than twice.
        """
        if value in self._used:
            return False
        if len(self._used) >= MOST:
            self._used = {each: end for each, end in self._used.items() if end > now}
            if len(self._used) >= MOST:
                return False
        self._used[value] = until
        return True
