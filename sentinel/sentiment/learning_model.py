"""Learning on the job: what people and star ratings teach goes to a candidate first, and serves once it has passed an
exam.

The engine asks the serving model about every mention, and hands what it is taught to `LearningModel.take`. No clock, no
chance: the same lessons at the same instants leave the same models, so that a recovery from the journal and a replay
learn alike.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sentinel.errors import CheckpointError
from sentinel.sentiment.exam import Exam, Marks, load_exam
from sentinel.sentiment.features import features_of
from sentinel.sentiment.label_trust import LabelTrusts, LabelWorth
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import LABELS, Plain, SentimentModel
from sentinel.sentiment.sentiment import Label

BATCH: Final = 10
"""Lessons after which the candidate sits the exam."""
_KEPT: Final = 5
"""Versions kept to go back to, the seed among them; each may take megabytes in a checkpoint."""


class LessonOutcome(StrEnum):
    """What became of a lesson."""

    TAKEN = "taken"
    PASSED = "passed"
    """Taken, and the candidate passed: a new version serves."""
    FAILED = "failed"
    """Taken, and the candidate failed: the lessons since the last version are unlearnt."""
    DOUBTED = "doubted"
    """Put aside: hardly anybody would give this text that label."""
    LIMITED = "limited"
    """Not taken: this teacher has given enough for a day."""
    SUSPENDED = "suspended"
    """Not taken: too many of this teacher's labels were doubtful; what they taught lately is unlearnt."""


HEARD: Final = frozenset({LessonOutcome.TAKEN, LessonOutcome.PASSED, LessonOutcome.FAILED})
"""Outcomes of a lesson that was learnt from, if only for a while."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text and its true label; ``by`` names who says so, ``weight`` is less than 1 for a label that is only
    likely.
    """

    text: str
    label: Label
    by: str
    lang: str | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Version:
    """A model that served: number 0 is the seed; ``lessons`` counts what it had learnt, ``marks`` are those of its
    exam.
    """

    number: int
    at: datetime | None
    lessons: int
    marks: Marks
    state: Plain

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        marks = {"right": self.marks.right, "surprise": self.marks.surprise}
        return {"number": self.number, "at": self.at, "lessons": self.lessons, "state": self.state} | marks


class LearningModel:
    """A serving model, a candidate that learns, and the versions to go back to.

    Parameters
    ----------
    seed
        A model fresh from its seed: what every later one is measured against.
    """

    def __init__(self, seed: SentimentModel, exam: Exam | None = None) -> None:
        self._seed = seed
        self.serving = seed.twin()
        """The model that is asked."""
        self.candidate = seed.twin()
        self._exam = exam or load_exam()
        self._bar = self._exam.sat_by(seed)
        self.versions = [Version(0, None, 0, self._bar, seed.snapshot())]
        """Oldest first; the last one serves."""
        self.trusts = LabelTrusts()
        self.failures = 0
        """Batches that were unlearnt because the candidate failed its exam."""
        self._pending = 0
        self._numbered = 0

    @property
    def until_exam(self) -> int:
        """Lessons that must be taken, at the least, before another version may serve."""
        return BATCH - self._pending

    def take(self, lesson: Lesson, at: datetime) -> LessonOutcome:
        """Learn one lesson given at an instant, or say why not."""
        features = features_of(lesson.text, detect_language(lesson.text, lesson.lang))
        column = LABELS.index(lesson.label)
        chance = self._seed.chances(features)[column]
        match self.trusts.judge(lesson.by, chance, at, version=self.versions[-1].number):
            case LabelWorth.LIMITED:
                return LessonOutcome.LIMITED
            case LabelWorth.DOUBTED:
                return LessonOutcome.DOUBTED
            case LabelWorth.SUSPENDED:
                return LessonOutcome.SUSPENDED
            case LabelWorth.SUSPENDED_NOW:
                self._unlearn_since(self.trusts.since_version(lesson.by))
                return LessonOutcome.SUSPENDED
        self.candidate.learn_features(features, column, lesson.weight)
        self._pending += 1
        return self._sit_exam(at) if self._pending >= BATCH else LessonOutcome.TAKEN

    def _sit_exam(self, at: datetime) -> LessonOutcome:
        """Let the candidate sit the exam: it serves when it passes, and forgets what it learnt since the last
        version when not.
        """
        self._pending = 0
        marks = self._exam.sat_by(self.candidate)
        if not marks.suffice(self._bar):
            self.failures += 1
            self.candidate.become(self.serving)
            return LessonOutcome.FAILED
        self.serving.become(self.candidate)
        self._numbered += 1
        self._keep(Version(self._numbered, at, self.serving.learnt, marks, self.serving.snapshot()))
        return LessonOutcome.PASSED

    def _unlearn_since(self, number: int) -> None:
        """Serve the newest kept version that is no younger than ``number``; the seed is always kept."""
        self.roll_back(max(version.number for version in self.versions if version.number <= number))

    def roll_back(self, number: int) -> bool:
        """Serve an earlier version again, and forget what came after; False when it is not kept."""
        kept = [version for version in self.versions if version.number <= number]
        if not kept or kept[-1].number != number:
            return False
        self.versions = kept
        self.serving.restore(kept[-1].state)
        self.candidate.become(self.serving)
        self._pending = 0
        return True

    def _keep(self, version: Version) -> None:
        """The seed stays, and the newest; of those between, the ones whose numbers halve most often, which are
        spread the widest.
        """
        self.versions.append(version)
        if len(self.versions) > _KEPT:
            least = min(self.versions[1:-2], key=lambda v: (v.number & -v.number, v.number))
            self.versions.remove(least)

    def snapshot(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "candidate": self.candidate.snapshot(),
            "versions": [version.plain() for version in self.versions],
            "failures": self.failures,
            "pending": self._pending,
            "numbered": self._numbered,
            "trusts": self.trusts.snapshot(),
        }

    def restore(self, plain: dict[str, Any]) -> None:
        """Go back to a snapshot taken with the same seed.

        Raises
        ------
        CheckpointError
            When it is of another seed or damaged.
        """
        try:
            versions = [
                Version(v["number"], v["at"], v["lessons"], Marks(v["right"], v["surprise"]), v["state"])
                for v in plain["versions"]
            ]
            serving, candidate = versions[-1].state, plain["candidate"]
            failures, pending, numbered = plain["failures"], plain["pending"], plain["numbered"]
            trusts = LabelTrusts()
            trusts.restore(plain["trusts"])
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise CheckpointError(
                f"sentiment snapshot is damaged: {error!r}: learn again from the stored labels"
            ) from None
        self.serving.restore(serving)
        self.candidate.restore(candidate)
        self.versions, self.trusts = versions, trusts
        self.failures, self._pending, self._numbered = failures, pending, numbered
