"""The scores from which levels hold: one value for the configuration, the core, metrics and every drawing."""

from dataclasses import dataclass

from sentinel.scoring.level import Level


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores from which watch, alert and crisis hold, each above the one before.

    Raises
    ------
    ValueError
        When they do not rise between 0 and 100.

    Examples
    --------
    >>> Thresholds(alert=70.0).of(Level.ALERT)
    70.0
    """

    watch: float = 35.0
    alert: float = 60.0
    crisis: float = 80.0

    def __post_init__(self) -> None:
        if not 0 <= self.watch < self.alert < self.crisis <= 100:
            raise ValueError(f"must rise: watch {self.watch:g} < alert {self.alert:g} < crisis {self.crisis:g}")

    @property
    def steps(self) -> tuple[tuple[Level, float], ...]:
        """Each level that has one, the lowest first."""
        return (Level.WATCH, self.watch), (Level.ALERT, self.alert), (Level.CRISIS, self.crisis)

    def of(self, level: Level) -> float:
        """Of a level above calm."""
        return dict(self.steps)[level]

    def moved(self, alert: float, crisis: float) -> "Thresholds":
        """With other figures for alert and crisis, kept on the scale and in order; watch gives way."""
        alert = min(98.0, max(2.0, alert))
        return Thresholds(min(self.watch, alert - 1), alert, min(100.0, max(alert + 1, crisis)))
