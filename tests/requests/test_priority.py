"""How soon: what raises a priority, and what never does."""

import pytest

from sentinel.requests.priority import Priority, PriorityReason, priority_of
from sentinel.requests.request_kind import RequestKind

CALM = {"negative": 0.1, "grave": False, "followers": 0, "incident": False}


@pytest.mark.parametrize(
    ("kind", "changed", "priority"),
    [
        (RequestKind.QUESTION, {}, Priority.NORMAL),
        (RequestKind.HELP, {}, Priority.NORMAL),
        (RequestKind.HELP, {"negative": 0.9}, Priority.HIGH),
        (RequestKind.COMPLAINT, {}, Priority.NORMAL),
        (RequestKind.COMPLAINT, {"incident": True}, Priority.HIGH),
        (RequestKind.COMPLAINT, {"followers": 250_000}, Priority.HIGH),
        (RequestKind.COMPLAINT, {"grave": True}, Priority.URGENT),
        (RequestKind.QUESTION, {"grave": True, "incident": True}, Priority.URGENT),
        (RequestKind.IDEA, {"followers": 250_000}, Priority.LOW),
        (RequestKind.NEWS, {"grave": True}, Priority.NONE),
        (RequestKind.NONE, {"grave": True}, Priority.HIGH),
        (RequestKind.NONE, {"grave": True, "followers": 250_000}, Priority.URGENT),
        (RequestKind.NONE, {"negative": 0.9, "followers": 10**9}, Priority.NONE),
    ],
)
def test_table(kind: RequestKind, changed: dict[str, float], priority: Priority) -> None:
    """Who waits comes first, harm before reach before temper; what asks nothing waits for nobody, however loud."""
    assert priority_of(kind, **(CALM | changed)).priority is priority  # type: ignore[arg-type]  # the table's values fit


def test_reasons_add_up() -> None:
    """The points are the sum of the reasons, the strongest first."""
    found = priority_of(RequestKind.COMPLAINT, negative=0.95, grave=True, followers=20_000, incident=True)
    assert found.points == sum(worth for _, worth in found.reasons) == 105
    assert [reason for reason, _ in found.reasons][:2] == [PriorityReason.GRAVE, PriorityReason.COMPLAINT]
