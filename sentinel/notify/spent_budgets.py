"""The account of what was sent to whom, as far as it still counts against a budget.

Made again from the outbox at a start. Where several notifiers send, a contact's is made again whenever the contact
becomes ours, and others' requests to a provider are counted as they are told.
"""

from collections.abc import Callable, Collection, Iterable
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
        self._ours_from: dict[str, datetime] = {}
        self._told: dict[Sent, None] = {}
        """Others' sends that were counted."""

    @property
    def reach(self) -> timedelta:
        """How far back sends still count."""
        budgets = (self._limits.contact, self._limits.provider)
        return max((timedelta(days=1), self._limits.group_wait, *(each.per for each in budgets if each)))

    @property
    def provider_reach(self) -> timedelta:
        """How far back requests to a provider still count."""
        return self._limits.provider.per if self._limits.provider is not None else timedelta(0)

    def remember(self, sent: Iterable[Sent]) -> None:
        """Take in what was sent before a restart, oldest first."""
        for each in sent:
            self._count_contact(each)
            self._count_request(each)
            self._told[each] = None
        newest = next(reversed(self._told)).at if self._told else None
        if newest is not None:
            self._told = {each: None for each in self._told if each.at >= newest - self.provider_reach}

    def begin_anew(self, contacts: Collection[str], sent: Iterable[Sent], at: datetime) -> None:
        """These contacts are ours from ``at`` on; they were sent this, by whomever."""
        for contact in contacts:
            self._spent.pop(contact, None)
            self._ours_from[contact] = at
        for each in sent:
            self._count_contact(each)

    def count_elsewhere(self, sent: Iterable[Sent], now: datetime) -> None:
        """What others sent lately: it counts against providers, once, however often it is told."""
        since = now - self.provider_reach
        self._told = {each: None for each in self._told if each.at >= since}
        for each in sent:
            if each not in self._told:
                self._told[each] = None
                self._count_request(each)

    def _count_contact(self, sent: Sent) -> None:
        self.count(sent.contact, sent.at, page=sent.page and sent.occasion is not Occasion.CRISIS)

    def _count_request(self, sent: Sent) -> None:
        urls = self._route(sent.contact, sent.occasion)
        if sent.channel < len(urls):
            self.count_provider(urls[sent.channel], sent.at)

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
        """The message never arrived, or was not wanted any more: it does not count against the contact. In an account
        that began after it, it never did.
        """
        contact = send.rows[0].contact
        if contact in self._ours_from and send.at < self._ours_from[contact]:
            return
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
