"""The account of what was sent to whom, as far as it still counts against a budget.

Made again from the outbox at a start.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sentinel.escalation.budget import Bucket, NightBudget, Spending
from sentinel.escalation.contact import Contact, Occasion
from sentinel.notify.base import Sent
from sentinel.notify.channels import destination_of
from sentinel.notify.plan import Limits, Send, counts_at_night

Route = Callable[[str, Occasion], tuple[str, ...]]
"""A contact's URLs for an occasion, in order."""


class SpentBudgets:
    """Contacts' and providers' spending.

    Parameters
    ----------
    contacts
        People as they are in force; somebody unknown has no night budget and no digest.
    """

    def __init__(self, limits: Limits, route: Route, contacts: Callable[[str], Contact | None]) -> None:
        self._limits = limits
        self._route = route
        self._contacts = contacts
        self._spent: dict[str, Spending] = {}
        self._providers: dict[str, Bucket] = {}

    @property
    def reach(self) -> timedelta:
        """How far back sends still count."""
        budgets = (self._limits.contact, self._limits.provider)
        return max((timedelta(days=1), self._limits.group_wait, *(each.per for each in budgets if each)))

    def remember(self, sent: Iterable[Sent]) -> None:
        """Take in what was sent before a restart, oldest first."""
        for each in sent:
            urls = self._route(each.contact, each.occasion)
            self.count(each.contact, each.at, page=each.page and each.occasion is not Occasion.CRISIS)
            if each.channel < len(urls):
                self.count_provider(urls[each.channel], each.at)

    def count(self, contact: str, at: datetime, *, page: bool) -> None:
        """One message more to a contact; ``page`` when it is a page below a crisis."""
        self._spent[contact] = self.spending(contact, at).sent(at, page=page, nights=self.nights(contact))

    def count_provider(self, url: str, at: datetime) -> None:
        """One request more to the provider behind a URL."""
        if self._limits.provider is not None:
            destination = destination_of(url)
            bucket = self._providers.get(destination) or Bucket(budget=self._limits.provider, full_at=at)
            self._providers[destination] = bucket.take(at)

    def withdraw(self, send: Send) -> None:
        """The message never arrived, or was not wanted any more: it does not count against the contact."""
        contact = send.rows[0].contact
        if (spent := self._spent.get(contact)) is not None:
            self._spent[contact] = spent.withdrawn(send.at, page=counts_at_night(send.rows[0]))

    def spending(self, contact: str, now: datetime) -> Spending:
        """What a contact was sent."""
        budget = self._limits.contact
        return self._spent.get(contact) or Spending(bucket=Bucket(budget=budget, full_at=now) if budget else None)

    def provider_wait(self, url: str, now: datetime, *, first: bool) -> timedelta:
        """How long the provider behind a URL wants us to wait."""
        bucket = self._providers.get(destination_of(url))
        return bucket.wait(now, first=first) if bucket else timedelta(0)

    def nights(self, contact: str) -> NightBudget | None:
        """The contact's budget for a night, if there is one."""
        known = self._contacts(contact)
        return known.nights if known else None

    def has_digest(self, contact: str) -> bool:
        """Whether the contact reads once a day what was held back."""
        known = self._contacts(contact)
        return known is not None and known.digest is not None
