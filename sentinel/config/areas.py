"""Settings of an area of the house that is asked before somebody answers."""

from datetime import timedelta

from pydantic import Field, field_validator, model_validator

from sentinel.config.base import Language, Settings
from sentinel.config.units import Interval, format_duration
from sentinel.requests.consultation import DelegatedAuthority

SHORTEST = timedelta(minutes=1)
"""Between two reminders."""
LONGEST = timedelta(days=30)
"""Until a deadline."""


class AreaSettings(Settings):
    """An area of the house, such as billing, legal or the shops."""

    label: dict[Language, str] = Field(default_factory=dict)
    """How people call it, by language. Default: its key."""
    contacts: tuple[str, ...] = Field(min_length=1)
    """Contacts, schedules and roles that are asked, over their channels for news, each with a link of their own on
    which they answer. Who that is is looked up for each message."""
    answer_within: Interval = timedelta(hours=1)
    """After this whoever asked is told that nobody answered."""
    remind_every: Interval = timedelta(minutes=20)
    """Until then the area is reminded this often."""
    authority: DelegatedAuthority = DelegatedAuthority.REPLY
    """What whoever asked may do on their own when the area did not answer in time: `reply` (answer with the playbook's
    draft replies), `holding_statement` (publish that alone) or `nothing`."""
    brands: tuple[str, ...] = ()
    """It is asked about these alone. Default: every brand."""

    @field_validator("label")
    @classmethod
    def _said(cls, value: dict[Language, str]) -> dict[Language, str]:
        for language, text in value.items():
            if not text.strip() or len(text) > 60:
                raise ValueError(f"the label in {language.value!r} has {len(text)} characters; write 1 to 60")
        return value

    @field_validator("remind_every")
    @classmethod
    def _bearable(cls, value: timedelta) -> timedelta:
        if value < SHORTEST:
            raise ValueError(f"must be at least {format_duration(SHORTEST)}, got {format_duration(value)}")
        return value

    @model_validator(mode="after")
    def _before_the_end(self) -> "AreaSettings":
        if not SHORTEST <= self.answer_within <= LONGEST:
            given, least, most = map(format_duration, (self.answer_within, SHORTEST, LONGEST))
            raise ValueError(f"`answer_within: {given}` is not between {least} and {most}")
        return self

    def covers(self, brands: tuple[str, ...]) -> bool:
        """Whether it may be asked about something that is about these."""
        return not self.brands or bool(set(self.brands) & set(brands))

    def labels(self, key: str) -> dict[str, str]:
        """How it is called in each language; ``key`` where nothing else is written."""
        first = next(iter(self.label.values()), key)
        return {language.value: self.label.get(language) or first for language in Language}
