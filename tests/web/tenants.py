"""An agency with two clients: Acme, and another in whose every datum stands the canary's word; and who may see what."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec
from prometheus_client import CollectorRegistry

from sentinel.config.access import AccessSettings
from sentinel.config.config_file import ConfigFile
from sentinel.config.schema import Config
from sentinel.engine.board import BrandCard
from sentinel.incidents.change import Event, EventName
from sentinel.incidents.incident import Incident
from sentinel.incidents.infrastructure_alert import AlertSeverity, InfrastructureAlert
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.metrics.metrics import Metrics
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.reports.day import BrandDay
from sentinel.scoring.assessment import Assessment, Evidence
from sentinel.scoring.level import Level
from sentinel.scoring.sector import SECTOR
from sentinel.sentiment.sentiment import Label
from sentinel.store.audit import AuditLine, AuditOutcome, KnownBy
from sentinel.store.saved_views import SavedView, view_id
from tests.fakes import START
from tests.web.heard import a_heard, heard_as
from tests.web.people import HASH
from tests.web.stand import SIGNALS, Stand, a_history, a_playbook, a_source, an_assessment, shipped

CANARY = "kanarien"
"""Stands in all that is the other client's, and nowhere else."""
OTHER = "Kanarien GmbH"
THEIRS = "20260302-kanarien"
"""Their incident."""
ACCESS = {
    "metrics": "token",
    "users": {
        "looks": {"password": HASH, "role": "viewer", "brands": ["Acme"]},
        "acts": {"name": "Ana", "password": HASH, "role": "responder", "contact": "ana", "brands": ["tag:acme"]},
        "rules": {"password": HASH, "role": "admin", "brands": ["Acme", "tag:acme"]},
        "agency": {"password": HASH, "role": "admin"},
    },
    "tokens": [
        {"name": "reads", "token": "t-reads", "scopes": ["read"], "brands": ["Acme"]},
        {
            "name": "does",
            "token": "t-does",
            "scopes": ["read", "incidents:write", "silences:write", "drills:write"],
            "brands": ["tag:acme"],
        },
        {"name": "house", "token": "t-house", "scopes": ["admin"]},
    ],
}


def an_agency() -> Config:
    """Two clients with what each has for itself, and what they share: a source, a campaign, a schedule."""
    config = Config.model_validate(
        {
            "language": "es",
            "timezone": "Europe/Madrid",
            "brands": [
                {
                    "name": "Acme",
                    "tags": ["acme"],
                    "policy": "acme",
                    "sources": ["bluesky"],
                    "competitors": [OTHER],
                },
                {"name": OTHER, "tags": [CANARY], "policy": CANARY, "was": [f"{CANARY} old"]},
            ],
            "contacts": {
                "ana": {"name": "Ana", "channels": ["log://"]},
                "boss": {"channels": ["log://"]},
                f"{CANARY}_tante": {"name": "Kanarien Tante", "channels": ["log://kanarien"]},
            },
            "schedules": {
                "guardia": {"layers": [{"people": ["ana", "boss"]}]},
                f"{CANARY}_wacht": {"layers": [{"people": [f"{CANARY}_tante"]}]},
            },
            "roles": {f"{CANARY}_rolle": [f"{CANARY}_tante"]},
            "policies": {
                "acme": {"steps": [{"notify": ["guardia"]}], "catch_all": ["boss"]},
                CANARY: {"steps": [{"notify": [f"{CANARY}_wacht", f"{CANARY}_rolle"]}]},
            },
            "campaigns": [
                {"name": "Rebajas", "brands": ["Acme", OTHER], "begin": "2026-01-01", "end": "2027-01-01"},
                {"name": f"{CANARY} week", "brands": [OTHER], "begin": "2026-01-01", "end": "2027-01-01"},
            ],
            "operators": [f"{CANARY}_tante"],
            "sources": {"bluesky": {"type": "bluesky"}, f"{CANARY}_feed": {"type": "feeds"}},
            "web": {"rate_limit": 1e6},
        }
    )
    return config.model_copy(update={"access": AccessSettings.model_validate(ACCESS)})


@dataclass
class Agency(Stand):
    """Both on fire, each the other's sector."""

    config: Config = field(default_factory=an_agency)

    def __post_init__(self) -> None:
        super().__post_init__()
        now = self.clock.now()
        self.rendered = a_playbook()
        self.ours = self._on_fire("Acme", "Acme no responde", now).id
        self._theirs(self._on_fire(OTHER, f"{CANARY} says nothing", now))
        self.days = [BrandDay(brand=name, day=now.date() - timedelta(days=8), negative=9) for name in ("Acme", OTHER)]
        self.sources += [
            replace(a_source("bluesky", "bluesky", now, now, 2, f"{CANARY}: 503"), asks=(CANARY,), budget=CANARY),
            a_source(f"{CANARY}_feed", "feeds", now, now),
        ]
        both = (heard_as("Acme"), heard_as(OTHER, Label.POSITIVE))
        self.heard.kept = [
            a_heard(7, "Acme no responde", heard_as("Acme"), at=now),
            a_heard(8, f"{CANARY} no responde", heard_as(OTHER), at=now, author=f"{CANARY}_fan"),
            a_heard(9, "Las dos fatal", *both, at=now),
            a_heard(10, f"nothing about {CANARY}", at=now),
        ]
        for owner, name in (("", f"{CANARY} all"), (f"session:{CANARY}", CANARY), ("session:looks", "Mine")):
            view = SavedView(id=view_id(owner, name), owner=owner, name=name, query={"brand": "Acme"}, made_at=now)
            self.views.kept[view.id] = view
        self.ailments = [f"{CANARY} gets no page"]
        self.reload_warns = (f"{CANARY} has no feed",)
        self.reading = ConfigFile(path=f"/etc/{CANARY}.yaml", read_at=START, problems=(f"{CANARY}: wrong",))
        self.playbooks = PlaybookSet((*shipped(), *self._playbooks()))
        self.metrics = Metrics(CollectorRegistry())
        self.metrics.declare(
            brands=["Acme", OTHER],
            sources=["bluesky", f"{CANARY}_feed"],
            signals=SIGNALS,
            channels=[f"{CANARY}_channel"],
            langs=["es"],
            contacts={key: each.name or key for key, each in self.config.contacts.items()},
        )
        self.metrics.board(self.board())
        for word in range(60):
            self.learning.trusts.judge(f"{CANARY}_teacher", 0.0001, now, version=word)

    async def furnish(self) -> None:
        """What is made while the daemon runs."""
        day, now = timedelta(days=1), self.clock.now()
        for brands in ((), (OTHER,), ("Acme", OTHER)):
            await self.silences.make(brands=brands, starts_at=None, lasts=day, by="boss", reason=f"{CANARY} moves")
        await self.silences.make(brands=("Acme",), starts_at=None, lasts=day, by="ana", reason="Obras")
        for schedule, who in (("guardia", "boss"), (f"{CANARY}_wacht", f"{CANARY}_tante")):
            await self.oncall.override(schedule, (who,), now, now + day, by=f"{CANARY}_tante", reason=f"for {CANARY}")
        for brands, who in (((), "spam"), ((OTHER,), CANARY), (("Acme", OTHER), "bot"), (("Acme",), "troll")):
            told = f"{CANARY} asked" if brands != ("Acme",) else "spam"
            await self.author_ignores.make(f"@{who}", name=who, brands=brands, lasts=day, by="boss", reason=told)
        alert = InfrastructureAlert(
            fingerprint="a1",
            name="KanarienFeedStale",
            severity=AlertSeverity.WARNING,
            firing=True,
            started_at=now,
            summary=CANARY,
            runbook="",
        )
        await self.infrastructure.take([alert], now)
        line = AuditLine(
            at=now,
            who=f"{CANARY}_tante",
            known_by=KnownBy.SESSION,
            what="ack",
            about=THEIRS,
            address="127.0.0.1",
            outcome=AuditOutcome.DONE,
            status=200,
        )
        await self.audit.add([line])

    def _on_fire(self, brand: str, text: str, now: datetime) -> Incident:
        other = OTHER if brand == "Acme" else "Acme"
        facts = (("names", other), ("count", 1.0), ("of", 1.0))
        seen = self._said(
            an_assessment(brand, Level.CRISIS, 87.0, now), text, Evidence(signal=SECTOR, key="sector.loud", facts=facts)
        )
        for minutes, score in ((24, 84.0), (9, 87.0)):
            self.scored(replace(seen, score=score, at=now - timedelta(minutes=minutes)))
        incident = next(each for each in self.incidents.values() if each.brand == brand)
        card = BrandCard(name=brand, assessment=seen, incident=incident, blind=(), history=a_history(now, 12, 86))
        self.cards.append(card)
        return incident

    def _said(self, seen: Assessment, text: str, sector: Evidence) -> Assessment:
        return replace(
            seen,
            contributions={**seen.contributions, SECTOR: 0.0},
            evidence=(*seen.evidence, sector),
            samples=tuple(msgspec.structs.replace(each, text=text) for each in seen.samples),
        )

    def _theirs(self, incident: Incident) -> None:
        """The word in every place that is left."""
        now = self.clock.now()
        lines = self.lines.pop(incident.id)
        del self.incidents[incident.id]
        who = f"{CANARY}_tante"
        incident = msgspec.structs.replace(incident, id=THEIRS, told=(who,), campaign=f"{CANARY} week")
        self.incidents[THEIRS] = incident
        self.cards[-1] = replace(self.cards[-1], incident=incident)
        note = TimelineEntry(at=now, what=What.NOTE, why=Why.PERSON, level=Level.CRISIS, by=who, detail=f"{CANARY}!")
        self.lines[THEIRS] = [*lines, note]
        self.events = [
            msgspec.structs.replace(each, incident=THEIRS) if each.brand == OTHER else each for each in self.events
        ]
        self.events.append(
            Event(
                event=EventName.SOURCE_STALE,
                at=now,
                brand=OTHER,
                incident=None,
                level=None,
                score=None,
                contributions={SECTOR: 0.0},
                source=f"{CANARY}_feed",
            )
        )

    def _playbooks(self) -> list:  # type: ignore[type-arg]
        one = next(each for each in shipped() if each.language == "es")
        return [
            replace(one, name=CANARY, title=f"{CANARY} im Sturm", brands=(OTHER,), origin=f"/etc/{CANARY}.md"),
            replace(one, name="nuestro", title="Nuestro", brands=("Acme", OTHER), origin="/etc/playbooks/nuestro.md"),
        ]


def standing(agency: Agency) -> object:
    """Everything that a client could have changed of what is not theirs."""
    return (
        agency.incidents[THEIRS],
        agency.lines[THEIRS],
        [each for each in agency.events if each.brand == OTHER],
        [each for each in agency.silences.all() if each.brands != ("Acme",)],
        agency.oncall.all(),
        [each for each in agency.author_ignores.all() if each.brands != ("Acme",)],
        agency.teachings,
        agency.reloads,
        agency.resets,
        agency.bodies,
        [each for each in agency.asked if each[0] != "Acme"],
        agency.alerts,
        [each for each in agency.views.kept.values() if each.owner in ("", f"session:{CANARY}")],
    )
