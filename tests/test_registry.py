"""Plugins are found, not listed."""

import doctest
import importlib
from pathlib import Path

import pytest

import sentinel
from sentinel.backoff import Backoff
from sentinel.clock import SystemClock
from sentinel.notify.base import Notifier
from sentinel.registry import discover


def test_modules_of_a_package_are_plugins() -> None:
    """Each notifier's module is its name."""
    assert {"apprise", "log"} <= set(discover("sentinel.notify", Notifier))


def test_backoff_grows_and_forgets() -> None:
    """The bound doubles to its cap; what the far side asked for wins; a success forgets."""
    backoff = Backoff(base=1, cap=8)
    assert all(0 <= backoff.next() <= bound for bound in (1, 2, 4, 8, 8, 8))
    assert backoff.next(at_least=60) == 60
    backoff.reset()
    assert backoff.next() <= 1


def test_the_clock_never_steps_back() -> None:
    """Each look is at least as late as the one before."""
    clock = SystemClock()
    looks = [clock.now() for _ in range(100)]
    assert looks == sorted(looks)


def _modules() -> list[str]:
    root = Path(sentinel.__file__).parent
    return sorted(
        ".".join(("sentinel", *path.relative_to(root).with_suffix("").parts))
        for path in root.rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py")
    )


@pytest.mark.parametrize("name", _modules())
def test_examples_in_docstrings_run(name: str) -> None:
    """Every example in a docstring gives what it says."""
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0
