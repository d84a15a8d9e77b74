"""What concerns every brand, for those who have some: asked for it, each says that it is not for them."""

from collections.abc import Awaitable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sentinel.config.config_file import ConfigFile
from sentinel.daemon.person_keeper import Erased, HeldOn
from sentinel.daemon.secret_keeper import SecretsRotated
from sentinel.incidents.command import Refusal
from sentinel.incidents.incident import Verdict
from sentinel.incidents.infrastructure_alert import InfrastructureAlert, StandingAlert
from sentinel.phrases.phrases import say
from sentinel.sentiment.doubt import Doubt
from sentinel.sentiment.label_trust import LabelTrusts
from sentinel.sentiment.learning_model import Version
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.teaching import Teaching
from sentinel.store.audit import AuditLine
from sentinel.store.kept_secrets import SecretName
from sentinel.store.person import Sought
from sentinel.store.second_factors import SecondFactor
from sentinel.store.sessions import Session
from sentinel.web.access.brand_rights import BrandRights, refuse
from sentinel.web.ports.figures import MetricsPort
from sentinel.web.ports.mentions import PostedMentions
from sentinel.web.ports.ports import Ports


class WithheldAlerts:
    """Implements `AlertPort`: the machinery is the house's."""

    async def take(self, alerts: Sequence[InfrastructureAlert], now: datetime) -> int:
        """Not theirs to bring."""
        refuse()

    def find(self, alert_id: str) -> StandingAlert | None:
        """None."""
        return None

    def firing(self, now: datetime) -> tuple[StandingAlert, ...]:
        """None."""
        return ()

    async def hold(self, alert_id: str, by: str) -> StandingAlert | Refusal:
        """Not theirs to take."""
        refuse()

    async def give_back(self, alert_id: str, by: str, epoch: int) -> StandingAlert | Refusal:
        """Not theirs to give back."""
        refuse()


class WithheldAudit:
    """Implements `AuditPort`: who did what is told of all brands, or not at all."""

    async def add(self, lines: list[AuditLine]) -> None:
        """The shield writes, no route."""
        refuse()

    async def find(self, *, who: str | None = None, before: int | None = None, limit: int = 100) -> list[AuditLine]:
        """Not theirs to read."""
        refuse()

    async def prune(self, before: datetime) -> None:
        """The shield does, no route."""
        refuse()


class WithheldSessions:
    """Implements `SessionPort`: the guard asks the house's, no route does."""

    async def secret(self) -> bytes:
        """No route signs."""
        refuse()

    async def all(self) -> list[Session]:
        """Not theirs to see."""
        refuse()

    async def begin(self, session: Session) -> None:
        """No route begins one here."""
        refuse()

    async def seen(self, name: str, at: datetime) -> None:
        """No route uses one here."""
        refuse()

    async def end(self, names: list[str]) -> None:
        """No route ends one here."""
        refuse()


class WithheldSecondFactors:
    """Implements `SecondFactorPort`: signing in asks the house's, no route does."""

    async def all(self) -> list[SecondFactor]:
        """Not theirs to see."""
        refuse()

    async def put(self, factor: SecondFactor) -> None:
        """No route keeps one here."""
        refuse()

    async def remove(self, account: str) -> None:
        """No route takes one off here."""
        refuse()


class WithheldMentions:
    """Implements `MentionPort`: what is brought counts for whichever brand it names."""

    async def take(self, body: bytes, content_type: str, sources: tuple[str, ...]) -> PostedMentions:
        """Not theirs to bring."""
        refuse()


class WithheldDoubts:
    """Implements `DoubtPort`: the model is taught for all brands."""

    async def of(self, brand: str) -> Sequence[Doubt]:
        """Not theirs to teach."""
        refuse()

    def answered(self, brand: str, text: str) -> None:
        """Not theirs to teach."""
        refuse()


class WithheldPersons:
    """Implements `PersonPort`: what is held on somebody is held for all brands."""

    def admit(self) -> None:
        """Not theirs to ask."""
        refuse()

    async def show(self, sought: Sought) -> HeldOn:
        """Not theirs to see."""
        refuse()

    async def erase(self, sought: Sought, number: int | None = None) -> Erased:
        """Not theirs to erase."""
        refuse()


class NarrowedModel:
    """Implements `LearningPort`: how the model reads a text, and nothing of who taught it."""

    def __init__(self, serving: SentimentModel) -> None:
        self.serving = serving

    @property
    def candidate(self) -> SentimentModel:
        """What it has learnt, it has of all brands."""
        refuse()

    @property
    def versions(self) -> Sequence[Version]:
        """Of all brands."""
        refuse()

    @property
    def failures(self) -> int:
        """Of all brands."""
        refuse()

    @property
    def trusts(self) -> LabelTrusts:
        """Of all brands."""
        refuse()


class NarrowedMetrics:
    """Implements `MetricsPort`: series that name an own brand, and none of those that count all of them together."""

    def __init__(self, metrics: MetricsPort, rights: BrandRights) -> None:
        self._metrics = metrics
        self._rights = rights

    @property
    def accuracy(self) -> dict[str, float]:
        """Graded over all brands."""
        refuse()

    def expose(self, accept: str, brands: Collection[str] | None = None) -> tuple[Iterator[bytes], str]:
        """Of own brands, or of those of them that are named."""
        own = self._rights.names or frozenset()
        return self._metrics.expose(accept, own if brands is None else own.intersection(brands))

    def verdict(self, brand: str, verdict: Verdict) -> None:
        """Somebody said what an incident was."""
        if self._rights.sees(brand):
            self._metrics.verdict(brand, verdict)

    def login(self, way: str, outcome: str) -> None:
        """Somebody tried to sign in."""
        self._metrics.login(way, outcome)

    def declare_routes(self, routes: Iterable[str]) -> None:
        """The server does, no route."""
        refuse()

    def answered(self, route: str, status: int) -> None:
        """The shield counts, no route."""
        refuse()


def ails(ports: Ports, language: str) -> tuple[str, ...]:
    """That something is wrong, not what: complaints name sources, contacts and brands of anybody."""
    return (say(language, "access.ails"),) if ports.ailments(language) else ()


def no_reload() -> Awaitable[Sequence[str]]:
    """The configuration is of all brands."""
    refuse()


def no_reading() -> ConfigFile:
    """The configuration is of all brands."""
    refuse()


def no_teaching(teaching: Teaching) -> Awaitable[object]:
    """The model reads for all brands."""
    refuse()


def no_rotation(names: Collection[SecretName]) -> Awaitable[SecretsRotated]:
    """Links and forms are of all brands."""
    refuse()


def no_reset(name: str, url: str | None) -> Awaitable[bool]:
    """Sources listen for all brands."""
    refuse()
