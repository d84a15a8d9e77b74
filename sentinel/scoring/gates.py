"""Gates: conditions that keep a level down whatever the score says. Each has a name that pages and reports show."""

from math import inf

from sentinel.scoring.level import Level
from sentinel.scoring.score import Score
from sentinel.scoring.settings import ScoringSettings
from sentinel.signals.base import View
from sentinel.signals.severity import CLOSE, FEW

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
    people, complaining, grave = _heard(view)
    is_grave = grave >= max(FEW, GRAVE_NEEDS * settings.min_authors) - 0.5
    shut: list[tuple[str, Level]] = []
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


def _heard(view: View) -> tuple[int, float, float]:
    """Of whichever window has most: people; those beyond the usual who are angry, speak of something grave, or whom
    nobody here can read, of a day two thirds of them; those beyond the usual who speak of something grave within hours.
    """
    people, complaining, grave, usually_unread = 0, -inf, -inf, view.baseline.shares.unread
    for each in view.read:
        window, usual = each.window, each.usual
        of_grave = window.grave - usual * each.usual_grave
        found = max(window.angry - each.usual_angry, window.unread - usual * usually_unread, of_grave)
        if window.people > people:
            people = window.people
        if window.minutes > CLOSE:
            found /= OVER_DAYS
        elif of_grave > grave:
            grave = of_grave
        if found > complaining:
            complaining = found
    return people, complaining, grave
