"""Shares of partitions and duties: which of the living should have which, as all of them work it out by themselves.

Only advice: who owns one is decided by its row alone. Each has at most its equal share; a worker that comes or
goes moves few partitions of the others (rendezvous hashing with bounded loads, after Mirrokni, Thorup & Zadimoghaddam
2018).
"""

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from math import ceil
from typing import TypeVar

Shared = TypeVar("Shared", int, str)


def shares(workers: Collection[str], count: int) -> dict[int, str]:
    """Partition to worker, for partitions from 1 to ``count``; empty where there are no workers.

    Examples
    --------
    >>> sorted(shares(["a", "b"], 4).values())
    ['a', 'a', 'b', 'b']
    """
    return _dealt(workers, range(1, count + 1)) if workers else {}


def duty_shares(wanting: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Duty to process, for all that any of them wants; each goes to one that wants it.

    Examples
    --------
    >>> duty_shares({"a": ["digests"], "b": []})
    {'digests': 'a'}
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for duty in sorted({each for wanted in wanting.values() for each in wanted}):
        able = tuple(sorted(process for process, wanted in wanting.items() if duty in wanted))
        alike.setdefault(able, []).append(duty)
    return {duty: process for able, names in alike.items() for duty, process in _dealt(able, names).items()}


def _dealt(workers: Collection[str], things: Sequence[Shared]) -> dict[Shared, str]:
    most, room = ceil(len(things) / len(workers)), dict.fromkeys(workers, 0)
    chosen: dict[Shared, str] = {}
    for thing in things:
        best = max((each for each in workers if room[each] < most), key=lambda each: (_weight(each, thing), each))
        room[best] += 1
        chosen[thing] = best
    return chosen


def _weight(worker: str, thing: int | str) -> bytes:
    return blake2b(f"{worker}\x00{thing}".encode("utf-8", "replace"), digest_size=8).digest()
