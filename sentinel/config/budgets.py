"""Settings of budgets: how much one person or one provider is sent in a while."""

from datetime import timedelta

from pydantic import Field, model_validator

from sentinel.config.base import Settings
from sentinel.config.units import Interval


class BudgetSettings(Settings):
    """So many messages in a while."""

    messages: int = Field(ge=1, le=10_000)
    """Sent at once at most; they come back evenly."""
    per: Interval
    """In this long all of them have come back."""
    first_pages: int = Field(ge=0)
    """The last so many are kept for first pages of an incident."""

    @model_validator(mode="after")
    def _leaves_room(self) -> "BudgetSettings":
        if self.first_pages >= self.messages:
            raise ValueError(
                f"first_pages must be below messages, or nothing else ever goes: {self.first_pages} of {self.messages}"
            )
        return self


class ContactBudget(BudgetSettings):
    """What one person is sent."""

    messages: int = Field(12, ge=1, le=10_000)
    """Sent at once at most; they come back evenly."""
    per: Interval = timedelta(minutes=10)
    """In this long all of them have come back."""
    first_pages: int = Field(3, ge=0)
    """The last so many are kept for first pages of an incident."""


class ProviderBudget(BudgetSettings):
    """What one provider is sent, whomever it is for."""

    messages: int = Field(60, ge=1, le=10_000)
    """Sent at once at most; they come back evenly."""
    per: Interval = timedelta(minutes=1)
    """In this long all of them have come back."""
    first_pages: int = Field(10, ge=0)
    """The last so many are kept for first pages of an incident."""


class Budgets(Settings):
    """A crisis passes whatever is left.

    Other pages wait a minute at most and go together; news goes into the digest of who has one.
    """

    contact: ContactBudget = ContactBudget()
    """What one person is sent."""
    provider: ProviderBudget = ProviderBudget()
    """What one provider is sent, whomever it is for."""
