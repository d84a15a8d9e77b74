"""Shares of the partitions: which of the living workers should own which, as all of them work it out by themselves.

Only advice: who owns a partition is decided by its row alone. Each has at most its equal share; a worker that comes or
goes moves few partitions of the others (rendezvous hashing with bounded loads, after Mirrokni, Thorup & Zadimoghaddam
2018).
"""

from collections.abc import Collection
from hashlib import blake2b
from math import ceil


def shares(workers: Collection[str], count: int) -> dict[int, str]:
    """Partition to worker, for partitions from 1 to ``count``; empty where there are no workers.

    Examples
    --------
    >>> sorted(shares(["a", "b"], 4).values())
    ['a', 'a', 'b', 'b']
    """
    if not workers:
        return {}
    most, room = ceil(count / len(workers)), dict.fromkeys(workers, 0)
    chosen: dict[int, str] = {}
    for part in range(1, count + 1):
        best = max((each for each in workers if room[each] < most), key=lambda each: (_weight(each, part), each))
        room[best] += 1
        chosen[part] = best
    return chosen


def _weight(worker: str, part: int) -> bytes:
    return blake2b(f"{worker}\x00{part}".encode("utf-8", "replace"), digest_size=8).digest()
