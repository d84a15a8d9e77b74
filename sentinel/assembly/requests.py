"""Puts the room together in which people's requests are counted, asked about inside, and told of when they are late."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.jobs import NamedJob
from sentinel.clock import Clock
from sentinel.daemon.consultation_keeper import ConsultationHouse, ConsultationKeeper
from sentinel.daemon.late_requests import LateRequests, LateRule
from sentinel.daemon.messages.consultation_words import ConsultationWords
from sentinel.daemon.messages.late_words import late_message
from sentinel.daemon.request_keeper import RequestKeeper
from sentinel.daemon.waiting_requests import WaitingRequests
from sentinel.engine.engine import Engine
from sentinel.escalation.recurring_silence import in_force as recurring_now
from sentinel.escalation.roster import Roster
from sentinel.escalation.silence import Silence
from sentinel.incidents.links import ActionLinks
from sentinel.metrics.metrics import Metrics
from sentinel.requests.classifier import RequestClassifier
from sentinel.requests.priority import Priority
from sentinel.store.consultation_store import ConsultationStore
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.mention_search import MentionSearch
from sentinel.store.outbox import Outbox
from sentinel.store.request_store import RequestStore

PRIORITIES = (Priority.URGENT, Priority.HIGH, Priority.NORMAL)


class RequestRoom:
    """Consultations, and the figures of what waits.

    Parameters
    ----------
    roster, silences
        As people changed them.
    committed
        Called when rows were added to the outbox.
    """

    def __init__(
        self,
        database: Database,
        failover: FailoverStore,
        links: ActionLinks,
        *,
        in_force: Callable[[], ActiveConfig],
        roster: Callable[[], Roster],
        silences: Callable[[], Sequence[Silence]],
        metrics: Metrics,
        committed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._in_force = in_force
        self._roster = roster
        self._silences = silences
        self._links = links
        mentions = MentionSearch(database)
        self._waiting = WaitingRequests(
            mentions,
            lambda priority: in_force().config.requests.answer_within.of(priority),
            metrics.requests.waiting,
            clock,
        )
        self.consultations = ConsultationKeeper(
            ConsultationStore(database, Outbox(database)), self._house, metrics.requests.consultations, committed, clock
        )
        self._late = LateRequests(mentions, failover, self._rule, committed, clock)

    def jobs(self) -> Iterator[NamedJob]:
        """What runs, by name."""
        yield "waiting-requests", self._waiting.run
        yield "consultations", self.consultations.run
        yield "late-requests", self._late.run

    def _house(self) -> ConsultationHouse:
        now, roster = self._in_force(), self._roster()
        return ConsultationHouse(
            areas=now.config.areas,
            contacts=now.setup.rules.contacts,
            words=ConsultationWords(
                briefing=now.briefing, config=now.config, playbooks=now.playbooks, links=self._links
            ),
            people=roster.everybody,
            on_call=self._on_call,
        )

    def _rule(self) -> LateRule:
        now = self._in_force()
        settings = now.config.requests
        told = PRIORITIES[: PRIORITIES.index(Priority(least)) + 1] if (least := settings.page_late) != "never" else ()
        return LateRule(
            within={each: within for each in told if (within := settings.answer_within.of(each)) is not None},
            contacts=now.setup.rules.contacts,
            on_call=self._on_call,
            silenced=self._silenced,
            message=lambda contact, brand, count, mentions: late_message(now.briefing, contact, brand, count, mentions),
        )

    def _on_call(self, brands: Sequence[str], at: datetime) -> tuple[str, ...]:
        """Whom the first step of the policy of the first of these brands that is known means; else its last resort."""
        policies = {each.brand.name: each.policy for each in self._in_force().setup.brands}
        policy = next((policies[each] for each in brands if each in policies), None)
        if policy is None:
            return ()
        roster = self._roster()
        return roster.everybody(policy.steps[0].notify, at) or roster.everybody(policy.catch_all, at)

    def _silenced(self, brand: str, at: datetime) -> bool:
        """Whether the brand's pages are held back whatever the reason."""
        every = (*self._silences(), *recurring_now(self._in_force().setup.recurring, at))
        return any(each.covers(brand, at) and each.signal is None for each in every)


def requests_of(
    database: Database,
    classifier: RequestClassifier,
    engine: Engine,
    metrics: Metrics,
    clock: Clock,
    *,
    changed: Callable[[], None],
) -> RequestKeeper:
    """Requests that people take, answer and sort."""
    return RequestKeeper(
        RequestStore(database),
        classifier,
        clock,
        hears=lambda text, lang: engine.learning.serving.classify(text, lang),
        changed=changed,
        answered=metrics.requests.answered,
    )
