"""Facts of a message about an incident: what happened, who reads it, and what is to be done."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sentinel.escalation.policy import Authority
from sentinel.incidents.change import NoticeKind
from sentinel.incidents.incident import Incident, Verdict
from sentinel.notify.base import Button
from sentinel.scoring.level import Level
from sentinel.topics.brand_talk import BrandTalk


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a message is about, and who reads it.

    Parameters
    ----------
    first_steps, playbook
        What to do first, and the title of the playbook that says so.
    authority, unanswered
        What the reader may do alone, and for how long nobody has answered.
    following, following_in
        Who is paged next, and how long from now; ``None`` when nobody is.
    again
        That is the reader, alone.
    talk
        What is talked about, where that is known.
    """

    incident: Incident
    kind: NoticeKind
    language: str
    zone: tzinfo
    at: datetime
    previous: Level | None = None
    by: str | None = None
    playbook: str = ""
    first_steps: tuple[str, ...] = ()
    following: tuple[str, ...] = field(default=())
    following_in: timedelta | None = None
    again: bool = False
    link: str | None = None
    authority: Authority | None = None
    unanswered: timedelta | None = None
    buttons: tuple[Button, ...] = ()
    talk: BrandTalk | None = None

    @property
    def false_alarm(self) -> bool:
        """Whether the end is told of something that never was, and was not meant to be."""
        return (
            self.kind is NoticeKind.RESOLVED
            and self.incident.verdict is Verdict.FALSE_ALARM
            and not self.incident.drill
        )
