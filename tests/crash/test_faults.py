"""A short run of the random faults, so that the program which makes them for an hour stays alive."""

from pathlib import Path

import pytest

from tests.crash.faulted_daemon import BRANDS
from tests.crash.faults import play

ACTS = 24


@pytest.mark.timeout(900)
def test_two_dozen_faults(tmp_path: Path) -> None:
    """Kills, freezes, reloads, a set clock, a deleted store, receivers that lie: every promise is kept."""
    assert play(tmp_path, 5, lambda done: done < ACTS, brands=BRANDS[:3]) == []
