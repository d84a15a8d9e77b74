"""The order of a run over several workers: each begins with what takes long, and ends with what takes milliseconds.

Workers get equal shares of the list, in its order, and take from each other's ends. What starts daemons and browsers
waits most of its time, so one worker waits while another computes; and no worker is left alone with a long story.
"""

from collections.abc import Sequence
from itertools import chain

import pytest

LONG = {
    "tests/crash/test_points.py": 180,
    "tests/crash/test_faults.py": 80,
    "tests/crash/test_kill.py": 40,
    "tests/crash/test_removed_brand.py": 40,
    "tests/crash/test_set_clock.py": 30,
    "tests/crash/test_rebuild_killed.py": 25,
    "tests/crash/test_taken.py": 25,
    "tests/stories/": 10,
    "tests/browser/": 12,
    "tests/stack/": 30,
    "tests/web/test_schemathesis.py": 60,
    "tests/engine/test_recordings.py": 30,
    "tests/contracts/test_added.py": 20,
    "tests/cli/": 4,
}
"""About how many seconds a file, or each file of a folder, takes a quiet worker; others take a second or two."""


def dealt(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """The same tests, so that each worker's share begins with as much of what takes long."""
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    costs = {name: cost for name in files if (cost := _cost(name))}
    hands: list[list[str]] = [[] for _ in range(workers)]
    for name in sorted(costs, key=lambda name: (-costs[name], name)):
        min(hands, key=lambda hand: sum(costs[each] for each in hand)).append(name)
    quick = [item for name, own in files.items() if name not in costs for item in own]
    shares: list[list[pytest.Item]] = []
    left = len(items)
    for number, hand in enumerate(hands):
        share = [item for name in hand for item in files[name]]
        room = max(0, left // (workers - number) - len(share))
        shares.append([*share, *quick[:room]])
        quick = quick[room:]
        left -= len(shares[-1])
    return [*chain.from_iterable(shares), *quick]


def _cost(name: str) -> int:
    return max((cost for start, cost in LONG.items() if name.startswith(start)), default=0)
