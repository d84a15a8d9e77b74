"""Learning on the job: what people and star ratings teach goes to a candidate first, and serves once it has passed an
exam.

The engine asks the serving model about every mention, and hands what it is taught to `Apprentice.take`. No clock, no
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
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import LABELS, Plain, SentimentModel
from sentinel.sentiment.overheard import Batch, Overheard, Remark
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.standing import Standings, Verdict

BATCH: Final = 10
"""Lessons after which the candidate sits the exam."""
OVERHEARD_A_DAY: Final = 100
"""Hints that are taken from one source in a day (UTC): anybody can post them."""
_KEPT: Final = 5
"""Versions kept to go back to, the seed among them; each may take megabytes in a checkpoint."""


class Outcome(StrEnum):
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


HEARD: Final = frozenset({Outcome.TAKEN, Outcome.PASSED, Outcome.FAILED})
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


class Apprentice:
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
        self.standings = Standings()
        self.failures = 0
        """Batches that were unlearnt because the candidate failed its exam."""
        self._overheard = Overheard()
        self._pending = 0
        self._numbered = 0

    def take(self, lesson: Lesson, at: datetime) -> Outcome:
        """Learn one lesson given at an instant, or say why not."""
        features = features_of(lesson.text, detect_language(lesson.text, lesson.lang))
        column = LABELS.index(lesson.label)
        chance = self._seed.chances(features)[column]
        match self.standings.judge(lesson.by, chance, at, version=self.versions[-1].number):
            case Verdict.LIMITED:
                return Outcome.LIMITED
            case Verdict.DOUBTED:
                return Outcome.DOUBTED
            case Verdict.SUSPENDED:
                return Outcome.SUSPENDED
            case Verdict.SUSPENDED_NOW:
                self._unlearn_since(self.standings.since_version(lesson.by))
                return Outcome.SUSPENDED
        self.candidate.learn_features(features, column, lesson.weight)
        self._pending += 1
        return self._sit_exam(at) if self._pending >= BATCH else Outcome.TAKEN

    def overhear(self, lesson: Lesson, at: datetime) -> Outcome:
        """Take a label that nobody gave on purpose, or say why not: it is taught with others, and apart from what
        people teach.

        People's lessons are not lost when these fail the exam, and are not unlearnt when whoever is overheard here
        stops being heard.
        """
        features = features_of(lesson.text, detect_language(lesson.text, lesson.lang))
        chance = self._seed.chances(features)[LABELS.index(lesson.label)]
        match self.standings.judge(lesson.by, chance, at, version=self.versions[-1].number, a_day=OVERHEARD_A_DAY):
            case Verdict.LIMITED:
                return Outcome.LIMITED
            case Verdict.DOUBTED:
                return Outcome.DOUBTED
            case Verdict.SUSPENDED | Verdict.SUSPENDED_NOW:
                self._overheard.drop(lesson.by)
                return Outcome.SUSPENDED
        batch = self._overheard.add(Remark(lesson.by, lesson.label, lesson.weight, features))
        return self._try_out(batch, at) if batch else Outcome.TAKEN

    def _try_out(self, batch: Batch, at: datetime) -> Outcome:
        """A third model learns the batch and sits the exam; when it passes, the candidate learns the same."""
        tried = self.serving.twin()
        batch.teach(tried)
        outcome = self._examine(tried, at)
        if outcome is Outcome.PASSED:
            batch.teach(self.candidate)
        return outcome

    def _sit_exam(self, at: datetime) -> Outcome:
        self._pending = 0
        outcome = self._examine(self.candidate, at)
        if outcome is Outcome.FAILED:
            self.candidate.become(self.serving)
        return outcome

    def _examine(self, model: SentimentModel, at: datetime) -> Outcome:
        """Let a model sit the exam; it serves when it passes."""
        marks = self._exam.sat_by(model)
        if not marks.suffice(self._bar):
            self.failures += 1
            return Outcome.FAILED
        self.serving.become(model)
        self._numbered += 1
        self._keep(Version(self._numbered, at, self.serving.learnt, marks, self.serving.snapshot()))
        return Outcome.PASSED

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
        self._overheard.clear()
        return True

    def _keep(self, version: Version) -> None:
        """The seed stays, and the newest; of those between, the ones whose numbers halve most often, which are spread
        the widest.
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
            "standings": self.standings.snapshot(),
            "overheard": self._overheard.snapshot(),
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
            standings = Standings()
            standings.restore(plain["standings"])
            overheard = Overheard()
            overheard.restore(plain.get("overheard", []))  # a checkpoint of before hints has none
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise CheckpointError(
                f"sentiment snapshot is damaged: {error!r}: learn again from the stored labels"
            ) from None
        self.serving.restore(serving)
        self.candidate.restore(candidate)
        self.versions, self.standings, self._overheard = versions, standings, overheard
        self.failures, self._pending, self._numbered = failures, pending, numbered
