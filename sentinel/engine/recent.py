"""Recent mentions, remembered in bounded memory: a recording has no journal to ask."""

from hashlib import blake2b


class RecentKeys:
    """The keys of at least the last ``size`` mentions, as 8-byte digests in two generations.

    Examples
    --------
    >>> seen = RecentKeys()
    >>> seen.add(("x", "1")), seen.add(("x", "1"))
    (True, False)
    """

    def __init__(self, size: int = 200_000) -> None:
        self._size = size
        self._young: set[bytes] = set()
        self._old: set[bytes] = set()

    def add(self, key: tuple[str, str]) -> bool:
        """Remember ``key``; False when it was there already."""
        digest = blake2b("\x00".join(key).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        if digest in self._young or digest in self._old:
            return False
        if len(self._young) >= self._size:
            self._old, self._young = self._young, set()
        self._young.add(digest)
        return True
