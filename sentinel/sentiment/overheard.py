"""Hints overheard in passing, kept until there are as many complaints as praise; then they are taught together.

Whoever adds an emoji is no sample of whoever writes: taught as they come, such labels shift the model towards the mood
that prevails among them and away from neutral, and it gets worse. So both sides weigh the same, only words are taught,
and only which of the two moods they lean to.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from sentinel.sentiment.features import Features
from sentinel.sentiment.model import LABELS, SentimentModel
from sentinel.sentiment.sentiment import Label

A_SIDE: Final = 20
"""Complaints, and as many posts of praise, that are taught together. Of the side that prevails the newest are kept."""
PlainRemark = tuple[str, str, float, bytes, bytes]


class Remark(NamedTuple):
    """A text as features, what it is taken to mean, where it was overheard, and the weight of a lesson."""

    by: str
    label: Label
    weight: float
    features: Features

    def plain(self) -> PlainRemark:
        """As plain values; not the text itself, whose author may delete it."""
        slots, values = self.features
        return self.by, self.label.value, self.weight, slots.astype("<u4").tobytes(), values.astype("<f4").tobytes()

    @classmethod
    def of(cls, plain: PlainRemark) -> "Remark":
        """What `plain` gave."""
        by, label, weight, slots, values = plain
        features = Features(
            np.frombuffer(slots, "<u4").astype(np.int64), np.frombuffer(values, "<f4").astype(np.float32)
        )
        return cls(by, Label(label), weight, features)


@dataclass(frozen=True, slots=True)
class Batch:
    """As many complaints as praise."""

    complaints: tuple[Remark, ...]
    praise: tuple[Remark, ...]

    def teach(self, model: SentimentModel) -> None:
        """Teach a model all of them, by turns."""
        for pair in zip(self.complaints, self.praise, strict=True):
            for remark in pair:
                model.learn_leaning(remark.features, LABELS.index(remark.label), remark.weight)


class Overheard:
    """What waits to be taught."""

    def __init__(self) -> None:
        self._sides: dict[Label, deque[Remark]] = {
            side: deque(maxlen=A_SIDE) for side in (Label.NEGATIVE, Label.POSITIVE)
        }

    def add(self, remark: Remark) -> Batch | None:
        """Keep a remark; gives a batch when both sides are full, and waits anew."""
        self._sides[remark.label].append(remark)
        if any(len(side) < A_SIDE for side in self._sides.values()):
            return None
        batch = Batch(tuple(self._sides[Label.NEGATIVE]), tuple(self._sides[Label.POSITIVE]))
        self.clear()
        return batch

    def drop(self, by: str) -> None:
        """Forget what was overheard somewhere."""
        for label, side in self._sides.items():
            self._sides[label] = deque((remark for remark in side if remark.by != by), maxlen=A_SIDE)

    def clear(self) -> None:
        """Forget everything."""
        for side in self._sides.values():
            side.clear()

    def __len__(self) -> int:
        return sum(map(len, self._sides.values()))

    def snapshot(self) -> list[PlainRemark]:
        """Everything, as plain values."""
        return [remark.plain() for side in self._sides.values() for remark in side]

    def restore(self, plain: list[PlainRemark]) -> None:
        """Go back to a snapshot."""
        self.clear()
        for each in plain:
            remark = Remark.of(each)
            self._sides[remark.label].append(remark)
