"""The order of a run: nothing is lost, and every worker begins with its share of what takes long."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.order import dealt

FILES = {
    "tests/browser/test_a.py": 3,
    "tests/crash/test_points.py": 13,
    "tests/matching/test_a.py": 200,
    "tests/stories/test_a.py": 2,
    "tests/stories/test_b.py": 1,
    "tests/web/test_a.py": 301,
}


def some_items() -> list[Any]:
    return [SimpleNamespace(nodeid=f"{name}::test_{n}") for name, count in FILES.items() for n in range(count)]


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_each_begins_with_what_takes_long(workers: int) -> None:
    """Every test once; tests of one file stay together; shares are cut as the workers cut them."""
    items = some_items()
    order = dealt(items, workers)
    assert sorted(map(id, order)) == sorted(map(id, items))
    firsts = []
    while workers:
        share, order = order[: len(order) // workers], order[len(order) // workers :]
        firsts.append(share[0].nodeid.split("/")[1])
        workers -= 1
    assert firsts[:1] == ["crash"]
    assert set(firsts[:4]) <= {"crash", "browser", "stories"}
