"""Gates: conditions that keep a level down whatever the score says. Each has a name that pages and reports show."""

from sentinel.scoring.level import Level
from sentinel.scoring.score import Score
from sentinel.scoring.settings import ScoringSettings
from sentinel.signals.base import Compared, View
from sentinel.signals.severity import CLOSE, FEW
from sentinel.signals.usual import UsualShares

FEW_PEOPLE = "few_mentions"
FEW_ANGRY = "few_authors"
ONE_FAMILY = "one_family"
ATTENTION_ONLY = "attention_only"
OPEN: tuple[tuple[str, ...], Level] = ((), Level.CRISIS)
"""No gate is shut. Below the alert threshold none needs to be asked: whichever is shut lets a score enter watch."""
CRISIS_NEEDS = 2
"""Times as many complaining people as for an alert: five accounts at three in the night are no crisis, however
furious.
"""
GRAVE_NEEDS = 0.6
"""Times as many people where they speak of something grave: three do."""
OVER_DAYS = 1.5
"""Times as many where they took longer than six hours: in days, unhappy people come together by chance."""


def gates(score: Score, settings: ScoringSettings, view: View) -> tuple[tuple[str, ...], Level]:
    """The names of the gates that are shut, and the highest level they let a score enter."""
    shares = view.baseline.shares
    complaining = max(_complaining(each, shares) for each in view.read)
    grave = max(_grave(each) for each in view.read if each.window.minutes <= CLOSE)
    is_grave = grave >= max(FEW, GRAVE_NEEDS * settings.min_authors) - 0.5
    shut: list[tuple[str, Level]] = []
    people = max(each.window.people for each in view.read)
    if people < settings.min_mentions * (GRAVE_NEEDS if is_grave else 1):
        shut.append((FEW_PEOPLE, Level.WATCH))
    climb = settings.thresholds.alert - settings.thresholds.watch
    other = (score.grounds - score.contributions.get("velocity", 0.0)) / climb
    needed = settings.min_authors * max(1.0, CRISIS_NEEDS - other)
    if complaining < needed and not is_grave:
        shut.append((FEW_ANGRY, Level.WATCH))
    elif complaining < CRISIS_NEEDS * settings.min_authors:
        shut.append((FEW_ANGRY, Level.ALERT))
    if score.grounds < climb:
        shut.append((ATTENTION_ONLY, Level.WATCH))
    if len(score.families) < 2:
        shut.append((ONE_FAMILY, Level.ALERT))
    ceiling = min((level for _, level in shut), key=lambda level: level.rank, default=Level.CRISIS)
    return tuple(name for name, _ in shut), ceiling


def _complaining(compared: Compared, shares: UsualShares) -> float:
    """People beyond the usual who are angry, speak of something grave, or whom nobody here can read; of those of a day,
    two thirds.
    """
    window = compared.window
    unread = window.unread - compared.usual * shares.unread
    found = max(window.angry - compared.usual_angry, unread, _grave(compared))
    return found if window.minutes <= CLOSE else found / OVER_DAYS


def _grave(compared: Compared) -> float:
    return compared.window.grave - compared.usual * compared.usual_grave
