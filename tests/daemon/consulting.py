"""A house with areas that are asked: the real store, keeper and links, with a process that may die at any instant."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.build import roster
from sentinel.assembly.requests import RequestRoom
from sentinel.daemon.request_keeper import RequestKeeper
from sentinel.escalation.silence import Silence
from sentinel.incidents.links import ActionLinks
from sentinel.mention import Author, Mention
from sentinel.metrics.configured import declare
from sentinel.metrics.metrics import Metrics
from sentinel.requests.classifier import RequestClassifier
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState
from sentinel.sentiment.sentiment import Label, Sentiment
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreHealth
from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, MentionFilter, Standing
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.mention_index import write_heard
from sentinel.store.mention_search import MentionSearch
from sentinel.store.outbox import Outbox
from sentinel.store.request_store import RequestStore
from sentinel.store.schema import outbox
from tests.fakes import FakeClock

MINUTE = timedelta(minutes=1)
TOKEN = re.compile(r"http://127\.0\.0\.1:8080(/a/\S+)")
CONFIG = """language: es
timezone: Europe/Madrid
brands:
  - {name: Acme}
  - {name: Rival, policy: rival}
contacts:
  ana: {name: Ana, channels: ["log://"]}
  luis: {name: Luis, channels: ["log://"], language: en}
  marta: {name: Marta, channels: ["log://"]}
  boss: {channels: ["log://"]}
policies:
  default: {steps: [{notify: [boss]}]}
  rival: {steps: [{notify: [marta]}]}
areas:
  billing:
    label: {es: Facturación, en: Billing}
    contacts: [luis, marta]
    answer_within: 60m
    remind_every: 25m
  legal: {contacts: [boss], authority: nothing, brands: [Rival]}
"""
COMPLAINT = "Acme me ha cobrado dos veces y nadie contesta"


class House:
    """Everything that has to do with requests, on a store that stays when it dies."""

    def __init__(self, folder: Path, clock: FakeClock, config: str = CONFIG) -> None:
        self.url, self.clock = f"sqlite:///{folder / 'house.db'}", clock
        self.path = folder / "sentinel.yaml"
        self.links = ActionLinks(bytes(range(32)))
        self.silences: list[Silence] = []
        self.commits = 0
        self.configure(config)

    def configure(self, config: str) -> None:
        """A reload."""
        self.path.write_text(config, encoding="utf-8")
        self.active = ActiveConfig.read(self.path, lambda _: "http://127.0.0.1:8080", self.links)

    async def open(self) -> "House":
        """A process begins."""
        self.database = await Database.open(self.url, StoreHealth(self.clock))
        self.metrics = Metrics(CollectorRegistry())
        declare(self.metrics, self.active.config, self.active.setup, "http://127.0.0.1:8080")
        self.journal, self.search = Journal(self.database, self.clock), MentionSearch(self.database)
        self.failover = FailoverStore(self.database, IncidentStore(self.database), Outbox(self.database))
        self.room = RequestRoom(
            self.database,
            self.failover,
            self.links,
            in_force=lambda: self.active,
            roster=lambda: roster(self.active.config),
            silences=lambda: self.silences,
            metrics=self.metrics,
            committed=self._committed,
            clock=self.clock,
        )
        self.consultations = self.room.consultations
        self.requests = RequestKeeper(
            RequestStore(self.database),
            RequestClassifier({}),
            self.clock,
            hears=lambda text, lang: ("es", Sentiment({})),  # type: ignore[arg-type]  # nobody teaches here
            changed=self._committed,
        )
        return self

    async def dies(self) -> None:
        """And another process begins on the same store."""
        await self.close()
        await self.open()

    async def close(self) -> None:
        await self.database.close()

    def _committed(self) -> None:
        self.commits += 1

    async def hears(
        self,
        text: str = COMPLAINT,
        *brands: str,
        asks: RequestKind = RequestKind.COMPLAINT,
        priority: Priority = Priority.URGENT,
    ) -> int:
        """Somebody says it now; gives its number."""
        now = self.clock.now()
        author = Author(id="u1", handle="eva_gil", followers=12)
        mention = Mention(source="bluesky", id=f"{text}{now}", text=text, published_at=now, author=author)
        await self.journal.append([mention])
        number = await self.journal.last()
        heard = tuple(
            HeardAs(brand=brand, label=Label.NEGATIVE, probability=0.9, standing=Standing.COUNTED, priority=priority)
            for brand in brands or ("Acme",)
        )
        hearing = Hearing(brands=heard, lang="es", asks=asks)
        async with self.database.write() as connection:
            one = HeardMention(number=number, mention=mention, heard_at=now, at=now, hearing=hearing)
            await write_heard(connection, [one])
        return number

    async def takes(self, number: int, by: str = "ana", state: RequestState = RequestState.TAKEN) -> None:
        done = await self.requests.act(number, state, by)
        assert done is not None
        assert done.took

    async def ask(self, number: int, area: str = "billing", by: str = "ana", question: str = "¿Es cierto?") -> str:
        """Somebody asks; gives the question's name."""
        record = await self.consultations.ask(number, area, question, by)
        assert isinstance(record, RequestRecord)
        assert record.consulted is not None
        return record.consulted.consultation

    async def record(self, number: int) -> RequestRecord:
        return next(each.request for each in await self.search.find(MentionFilter()) if each.number == number)

    async def sent(self, *, state: str = "queued") -> list[tuple[str, str]]:
        """Whom what goes to, and its title, oldest first."""
        return [(row.contact, row.title) for row in await self.rows() if row.state == state]

    async def rows(self) -> Sequence:  # type: ignore[type-arg]
        async with self.database.read() as connection:
            return (await connection.execute(select(outbox).order_by(outbox.c.id))).all()

    async def token(self, contact: str) -> str:
        """The path of the newest link that a contact was sent."""
        bodies = [row.body for row in await self.rows() if row.contact == contact]
        return next(found[1] for body in reversed(bodies) if (found := TOKEN.search(body)))
