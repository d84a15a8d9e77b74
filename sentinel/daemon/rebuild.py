"""Progress of a start through the journal: how much of it is read, and how long the rest takes."""

from dataclasses import dataclass
from datetime import timedelta

from sentinel.phrases.phrases import say, span
from sentinel.store.checkpoints import Checkpoint

SHORTEST = 2.0
"""Seconds of reading before anybody guesses how long the rest takes."""
UNFINISHED = "unfinished"
"""In a checkpoint: it was written in the middle of a rebuild."""


@dataclass(slots=True)
class Rebuild:
    """Where a start stands between the first entry it reads and the last one there was.

    Parameters
    ----------
    whole
        No usable checkpoint: the state is made anew, and nobody is paged for the past.
    first, last
        Sequence numbers: the entries after ``first``, up to ``last``, are read.
    began
        By the monotonic clock.
    """

    whole: bool
    first: int
    last: int
    began: float
    position: int = 0
    seconds: float = 0.0
    """How long it has been going on."""

    def reached(self, position: int, monotonic: float) -> None:
        """Everything up to ``position`` is folded."""
        self.position, self.seconds = position, monotonic - self.began

    @property
    def total(self) -> int:
        """Entries to read, as far as sequence numbers have no gaps."""
        return max(0, self.last - self.first)

    @property
    def share(self) -> float:
        """The part that is read, from 0 to 1."""
        return min(1.0, max(0, self.position - self.first) / self.total) if self.total else 1.0

    @property
    def left(self) -> timedelta | None:
        """How long the rest takes; ``None`` while nobody can tell."""
        if self.seconds < SHORTEST or not self.share:
            return None
        return timedelta(seconds=round(self.seconds * (1.0 - self.share) / self.share))

    def facts(self, language: str) -> dict[str, str]:
        """What its sentences in `phrases/*/ailment.yaml` are filled with."""
        left = self.left
        return {
            "percent": f"{100 * self.share:.0f}",
            "total": rounded(language, self.total),
            "left": say(language, "ailment.left", span=span(language, left)) if left is not None else "",
        }

    def said(self, language: str) -> str:
        """The sentence."""
        return say(language, f"ailment.{self.key}", **self.facts(language))

    @property
    def key(self) -> str:
        """Of the sentence."""
        return "rebuilding" if self.whole else "starting"


def rounded(language: str, count: int) -> str:
    """A count in two digits or so.

    Examples
    --------
    >>> rounded("en", 1_234_000), rounded("es", 1_234_000), rounded("en", 86_400), rounded("en", 950)
    ('1.2 M', '1,2 M', '86 k', '950')
    """
    if count >= 1_000_000:
        shown = f"{count / 1e6:.1f} M"
    elif count >= 10_000:
        shown = f"{count / 1e3:.0f} k"
    else:
        return str(count)
    return shown.replace(".", ",") if language == "es" else shown


def is_unfinished(checkpoint: Checkpoint) -> bool:
    """Whether it was written in the middle of a rebuild, whose past is nobody's business."""
    return isinstance(checkpoint.state, dict) and bool(checkpoint.state.get(UNFINISHED, False))
