"""Python's collector of garbage: still while what stays is made, and away from it afterwards."""

import gc
from collections.abc import Iterator

import pytest

from sentinel.assembly.collector import pass_over, pass_over_more, uncollected


@pytest.fixture(autouse=True)
def looks_at_everything_again() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_it_is_still_meanwhile_and_goes_on_afterwards() -> None:
    """Also within another such time, and after an error."""
    with pytest.raises(ValueError, match="no file"), uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise ValueError("no file")
    assert gc.isenabled()


def test_a_reload_is_passed_over_where_the_start_was() -> None:
    """A process that never chose to, such as a test, goes on looking at everything."""
    pass_over_more()
    assert gc.get_freeze_count() == 0
    pass_over()
    before = gc.get_freeze_count()
    made: list[list[int]] = [[] for _ in range(1_000)]
    pass_over_more()
    assert before > 0
    assert gc.get_freeze_count() >= before + len(made) // 2
