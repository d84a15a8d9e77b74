"""Fixtures that every test may ask for."""

import os
from pathlib import Path

import hypothesis
import pytest

from tests.fakes import FakeClock

# The same examples on every run, and no example fails for taking long: machines under load are slow, not wrong.
hypothesis.settings.register_profile("sentinel", deadline=None, derandomize=True)
hypothesis.settings.load_profile("sentinel")


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
