"""The outbox takes each page once, and a page of another promise is another page."""

import pytest

from sentinel.store.outbox import key_of

PAGE: dict[str, object] = {"incident": "i", "epoch": 3, "step": 1, "round_": 0, "contact": "ana", "kind": "page"}


@pytest.mark.parametrize(
    "other", [{"incident": "j"}, {"epoch": 4}, {"step": 2}, {"round_": 1}, {"contact": "boss"}, {"kind": "update"}]
)
def test_every_part_of_a_page_is_in_its_key(other: dict[str, object]) -> None:
    """Another incident, epoch, step, round, contact or kind is another page; the same is the same one."""
    assert key_of(**PAGE) == key_of(**PAGE)  # type: ignore[arg-type]
    assert key_of(**PAGE | other) != key_of(**PAGE)  # type: ignore[arg-type]
