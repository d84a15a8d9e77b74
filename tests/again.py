"""``python -m tests.again``: runs the few tests once more, alone, that failed while they waited for other processes.

A machine that others use as well may stop a browser or a daemon for so long that a story ends where none of its own
would. Such a story gets a second try, and its name is printed, for a race is a fault too: look into it. Whatever
computes without other processes gets none, nor do many at once.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

KEY = "sentinel/failed"
"""Of pytest's cache, where a run that ended with failures writes them. Its own list forgets a part of a test that
failed where the test as such went on to its end.
"""
FAILED = Path(".pytest_cache/v") / KEY
STARTING = (
    *("tests/stories/", "tests/crash/", "tests/browser/", "tests/stack/", "tests/cli/", "tests/packaging/"),
    *("tests/cluster/", "tests/store/", "tests/notify/test_several_notifiers.py"),
)
"""Tests that start processes, or wait for PostgreSQL and NATS, which answer when they can."""
MOST = 5
"""Failures; more are no accident."""


class Reported(Protocol):
    """A report of a test, or of a part of one."""

    @property
    def nodeid(self) -> str:
        """Whose."""
        ...


def failed_of(stats: Mapping[str, Iterable[Reported]]) -> Sequence[str]:
    """All tests that failed, or could not begin, each once.

    ``stats``: reports by outcome, as pytest's summary has them.
    """
    return sorted({each.nodeid for outcome in ("failed", "error") for each in stats.get(outcome, ())})


def chosen(failed: Sequence[str]) -> Sequence[str]:
    """Those that get a second try: all or none.

    Examples
    --------
    >>> chosen(["tests/crash/x.py::a"]), chosen(["tests/crash/x.py::a", "tests/web/y.py::b"])
    (['tests/crash/x.py::a'], [])
    """
    few = 0 < len(failed) <= MOST
    return failed if few and all(each.startswith(STARTING) and "::" in each for each in failed) else []


def main() -> int:
    """0 when every one of them passes now."""
    tests = chosen(json.loads(FAILED.read_text(encoding="utf-8")) if FAILED.is_file() else [])
    if not tests:
        return 1
    print("once more, alone:", *tests, sep="\n  ", flush=True)
    status = subprocess.run([sys.executable, "-m", "pytest", "-n", "0", *tests], check=False).returncode
    if status == 0:
        print("passed alone, and did not among others; a race is a fault too:", *tests, sep="\n  ", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
