"""Clusters of real processes on a real PostgreSQL, of which some are killed."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forks.children import Child, commands
from tests.forks.patience import eventually
from tests.notify.providers import a_provider
from tests.postgres import PostgresServer
from tests.stories.daemon import RunningDaemon, a_crisis, settings_for
from tests.stories.phone import a_phone

PATIENT = {"timeout": "60s"}
NAMES = ("Acme", "Beta", "Gamma", "Zeta")


@dataclass
class RunningRole(RunningDaemon):
    """One process of several."""

    roles: tuple[str, ...] = ("ingest", "notify", "web")

    def launch(self, log: Path) -> Child:
        roles = [word for role in self.roles for word in ("--role", role)]
        return commands().start(["run", "-c", str(self.config), *roles], log)

    @property
    def owned(self) -> int:
        """How many partitions it owns."""
        return sum(int(self.metric(f'sentinel_partition_owner{{partition="{part}"}}')) for part in range(1, 5))


def test_a_worker_is_killed_in_a_crisis(tmp_path: Path, postgres: PostgresServer) -> None:
    """Four brands burn at once, and the process that folds half of them is killed: the other takes over, each brand is
    paged once, and acknowledged on the page, whoever folds it. What nobody can do while nobody folds is refused.
    """
    url = asyncio.run(postgres.empty("story"))
    with a_phone() as phone:
        settings = settings_for(phone.url("ana"), store={"url": url}, cluster={"partitions": 4})
        settings["brands"] = [{"name": name, "match": {"any": [name.lower()]}} for name in NAMES]
        folders = [tmp_path / name for name in ("front", "one", "two")]
        for each in folders:
            each.mkdir()
        one, two = (RunningRole(folder, settings, roles=("worker",)) for folder in folders[1:])
        with RunningRole(folders[0], settings) as front, one, two:
            eventually(lambda: (one.owned, two.owned) == (2, 2), "each owns half")
            for seed, name in enumerate(NAMES[:2]):
                assert front.send(a_crisis(seed + 1, days=0.5, brand=name))[0] == 202
            eventually(lambda: len(_open(front)) == 2, "two brands burn")
            one.kill()
            for seed, name in enumerate(NAMES[2:]):
                assert front.send(a_crisis(seed + 3, days=0.5, brand=name))[0] == 202
            eventually(lambda: two.owned == 4, "the other owns all")
            eventually(lambda: len(_open(front)) == 4, "four brands burn")
            eventually(
                lambda: all(any(name in page for page in _pages(phone.pages)) for name in NAMES), "each was paged"
            )
            for incident in _open(front):
                status, answer = front.post(f"/api/v1/incidents/{incident}/ack", json.dumps({"by": "ana"}).encode())
                assert (status, answer["incident"]["state"]) == (200, "acknowledged")
            assert two.stop() == 0
            assert front.stop() == 0
        assert set(Counter(_pages(phone.pages)).values()) == {1}


def _open(front: RunningDaemon) -> list[str]:
    found: list[dict[str, Any]] = front.json("/api/v1/incidents")["incidents"]
    return [each["id"] for each in found]


def _pages(sent: list[tuple[str, str, str]]) -> list[str]:
    return [title for _, title, _ in sent if any(level in title.upper() for level in ("CRISIS", "ALERTA"))]


def test_a_notifier_is_killed_with_a_page_in_hand(tmp_path: Path, postgres: PostgresServer) -> None:
    """The provider has taken the page and does not answer when whoever sends it is killed: the other notifier sends it
    again, marked, and nobody a third time.
    """
    url = asyncio.run(postgres.empty("story"))
    with a_provider() as provider:
        settings = settings_for(provider.url("silent"), store={"url": url}, cluster={"partitions": 4}, delivery=PATIENT)
        folders = [tmp_path / name for name in ("front", "one", "two")]
        for each in folders:
            each.mkdir()
        front = RunningRole(folders[0], settings, roles=("ingest", "worker", "web"))
        notifiers = [RunningRole(folder, settings, roles=("notify",)) for folder in folders[1:]]
        with front, notifiers[0], notifiers[1]:
            eventually(lambda: front.owned == 4, "somebody folds")
            assert front.send(a_crisis(1, days=0.5))[0] == 202
            eventually(lambda: _leased(postgres) and provider.sent, "a page is being sent")
            ((sender, _),) = _leased(postgres)
            killed, other = sorted(notifiers, key=lambda each: f"-{each.process.pid}-" not in sender)  # type: ignore[union-attr]
            killed.kill()
            eventually(lambda: len(provider.sent) == 2, "the other one sends it")
            provider.over.set()
            eventually(lambda: not _leased(postgres), "its end is written down")
            taken = 'sentinel_outbox_taken_over_total{was="sending"}'
            assert other.metric(taken) == 1
            assert other.stop() == 0
        (_, first, _), (_, second, _) = provider.sent
        assert second == f"{first} (repetición)"


def _leased(postgres: PostgresServer) -> list[tuple[str, str]]:
    """Owner and contact of what is being sent."""
    rows = asyncio.run(postgres.ask("story", "SELECT owner, contact FROM outbox WHERE state = 'leased'"))
    return [(row["owner"], row["contact"]) for row in rows]
