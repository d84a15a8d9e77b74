"""Fixtures that every test may ask for."""

import gc
import os
import resource
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest
import structlog
from aiohttp import web_app

from tests.again import KEY, failed_of
from tests.cases import EVERY, drawn_of
from tests.fakes import FakeClock
from tests.forks.children import commands
from tests.order import dealt
from tests.postgres import PostgresServer

KEPT = Path(__file__).parents[1] / ".pytest_cache" / "bytecode"
"""Where what is compiled is kept if the environment wants none beside the sources: each worker, and each of a hundred
processes that tests start, would compile all of Sentinel anew, and spend more on that than on the tests.
"""
if sys.dont_write_bytecode:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(KEPT)
    sys.dont_write_bytecode = False

# The same examples on every run, and no example fails for taking long: machines under load are slow, not wrong.
hypothesis.settings.register_profile("sentinel", deadline=None, derandomize=True)
hypothesis.settings.load_profile("sentinel")

# As the daemon logs: what structlog does unasked is to draw every local variable of a trace, for minutes.
_PLAIN = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])

TIDY_EVERY = 64 * 2**20
"""Bytes that a worker has grown by. Daemons and stands hold on to themselves in circles, with models of megabytes that
the collector does not see; and aiohttp remembers the applications of the last thousand routes that were asked.
"""
SELDOM = 200
"""Tests after which one looks through everything where the system does not say how much that is."""
STATM = Path("/proc/self/statm")
gc.set_threshold(10_000, 20, 20)  # tests make many small things that do not live long
_ended = count(1)
_tidied = 0


def pytest_unconfigure() -> None:
    """What tests have started, they have ended; what none of them could is ended here."""
    if commands.cache_info().currsize:
        commands().close()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported stays, and is not looked through each time."""
    global _tidied
    gc.collect()
    gc.freeze()
    _tidied = _memory()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Workers begin with what takes long."""
    if workers := int(getattr(config, "workerinput", {}).get("workercount", 0)):
        items[:] = dealt(items, workers)


def pytest_runtest_logfinish(nodeid: str, location: tuple[str, int | None, str]) -> None:
    """Let go of what ended, so that a worker's memory does not grow with every test."""
    global _tidied
    memory = _memory()
    if memory - _tidied > TIDY_EVERY or (not memory and next(_ended) % SELDOM == 0):
        web_app._cached_build_middleware.cache_clear()
        gc.collect()
        _tidied = _memory()


def _memory() -> int:
    """Bytes that this process has in memory; 0 where the system does not say."""
    return int(STATM.read_text().split()[1]) * resource.getpagesize() if STATM.exists() else 0


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands on a Monday at nine until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded and made data that is not part of the project; named by SENTINEL_SHARED."""
    name = os.environ.get("SENTINEL_SHARED")
    if not name:
        pytest.skip("SENTINEL_SHARED is not set: it names the folder of recorded data, which a clone does not carry")
    folder = Path(name).resolve()
    assert folder.is_dir(), f"SENTINEL_SHARED names {folder}, which is no folder"
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, for as long as this worker runs."""
    server = PostgresServer.begin()
    yield server
    server.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: pytest.ExitCode) -> None:
    """How often the daemon was killed, and how many lives of incidents were told: the two figures that a run is trusted
    by. What failed is written down for `tests.again`.
    """
    if (
        exitstatus == pytest.ExitCode.TESTS_FAILED
        and (cache := getattr(terminalreporter.config, "cache", None)) is not None
    ):
        cache.set(KEY, failed_of(terminalreporter.stats))
    ended = [
        each for reports in terminalreporter.stats.values() for each in reports if getattr(each, "when", "") == "call"
    ]
    told = [pair for each in ended for pair in each.user_properties]
    for name in ("crash_points", "interleavings"):
        if total := sum(int(str(value)) for key, value in told if key == name):
            terminalreporter.write_line(f"{name.replace('_', ' ')}: {total}")
    whole = "every case" if EVERY else f"cases drawn of {drawn_of()} (SENTINEL_EVERY_CASE=1: every one)"
    terminalreporter.write_line(whole)
