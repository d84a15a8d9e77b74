"""What must hold of a cluster under faults: every accepted mention committed once, in its brand's order."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Row:
    """A mention as it was committed: ``brand/number``."""

    part: int
    id: str

    @property
    def brand(self) -> str:
        return self.id.split("/")[0]

    @property
    def number(self) -> int:
        return int(self.id.split("/")[1])


def missing(accepted: Collection[str], rows: Sequence[Row]) -> set[str]:
    """What was accepted and is not committed."""
    return set(accepted) - {row.id for row in rows}


def judged(accepted: Collection[str], doubtful: Collection[str], rows: Sequence[Row]) -> list[str]:
    """What was not kept.

    Parameters
    ----------
    doubtful
        What was published without an answer: it may be there or not, but not twice.
    rows
        In the order in which they were committed.
    """
    wrong: list[str] = []
    if lost := missing(accepted, rows):
        wrong.append(f"{len(lost)} accepted mentions are not committed, such as {sorted(lost)[0]}")
    times = Counter(row.id for row in rows)
    if doubled := [id for id, many in times.items() if many > 1]:
        wrong.append(f"{len(doubled)} mentions are committed more than once, such as {doubled[0]}")
    if strange := set(times) - set(accepted) - set(doubtful):
        wrong.append(f"{len(strange)} committed mentions were never published, such as {sorted(strange)[0]}")
    for brand in sorted({row.brand for row in rows}):
        numbers = [row.number for row in rows if row.brand == brand]
        if (back := next((pair for pair in pairwise(numbers) if pair[1] <= pair[0]), None)) is not None:
            wrong.append(f"{brand}: {back[1]} was committed after {back[0]}")
        if len({row.part for row in rows if row.brand == brand}) > 1:
            wrong.append(f"{brand} is in more than one partition")
    return wrong
