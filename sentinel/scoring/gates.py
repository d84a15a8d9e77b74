"""Gates: conditions that keep a level down whatever the score says. Each has a name that pages and reports show."""

from sentinel.scoring.level import Level
from sentinel.scoring.score import Score
from sentinel.scoring.settings import ScoringSettings
from sentinel.signals.authenticity import is_flood
from sentinel.signals.base import View

FEW_MENTIONS = "few_mentions"
FEW_AUTHORS = "few_authors"
ONE_FAMILY = "one_family"
COPIES = "copies"


def gates(score: Score, settings: ScoringSettings, view: View) -> tuple[tuple[str, ...], Level]:
    """The names of the gates that are shut, and the highest level they let a score enter."""
    hour = view.hour
    shut: list[tuple[str, Level]] = []
    if max(hour.voices, view.windows.shift.voices // 6) < settings.min_mentions:
        shut.append((FEW_MENTIONS, Level.WATCH))
    if max(hour.authors, view.windows.shift.authors // 6) < settings.min_authors:
        shut.append((FEW_AUTHORS, Level.WATCH))
    if len(score.families) < 2:
        shut.append((ONE_FAMILY, Level.ALERT))
    if is_flood(hour):
        shut.append((COPIES, Level.ALERT))
    ceiling = min((level for _, level in shut), key=lambda level: level.rank, default=Level.CRISIS)
    return tuple(name for name, _ in shut), ceiling
