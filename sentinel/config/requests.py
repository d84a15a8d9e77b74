"""Settings of requests: how soon what people ask of a brand is to be answered, and who hears when it is not."""

from datetime import timedelta
from typing import Literal

from sentinel.config.base import Settings
from sentinel.config.units import Interval
from sentinel.requests.priority import Priority


class AnswerWithin(Settings):
    """Time from when a mention was heard to an answer, or to somebody saying that there is none."""

    urgent: Interval = timedelta(minutes=15)
    """A complaint, question or call for help about something grave, or from somebody whom very many hear."""
    high: Interval = timedelta(hours=1)
    """Of somebody angry, or many hear them, or while the brand has an incident."""
    normal: Interval = timedelta(hours=8)
    """Every other complaint, question and call for help."""

    def of(self, priority: Priority) -> timedelta | None:
        """The time of a priority; ``None`` for those that wait for nothing."""
        match priority:
            case Priority.URGENT:
                return self.urgent
            case Priority.HIGH:
                return self.high
            case Priority.NORMAL:
                return self.normal
            case Priority.LOW | Priority.NONE:
                return None


class RequestSettings(Settings):
    """What people ask of a brand, on the page `/requests`."""

    answer_within: AnswerWithin = AnswerWithin()
    """How soon each priority is to be answered. What is later is shown as late, and counted in metrics."""
    page_late: Literal["never", "urgent", "high", "normal"] = "never"
    """From which priority on a request that nobody has taken in its time is told, once, to whoever is on call by the
    first step of its brand's policy: one message a brand, quieter than any page, not in their quiet hours nor in the
    brand's silences. `urgent` tells of the urgent alone, `normal` of all that wait for an answer.
    """
    dictionaries: str | None = None
    """Folder with Hunspell dictionaries (`es_ES.dic`, `es_ES.aff` …) by which the spelling of answers is checked.
    Default: those that the system has, such as Debian's packages hunspell-es and hunspell-en-us.
    """
