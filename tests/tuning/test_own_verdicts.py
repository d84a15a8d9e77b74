"""Tuning over the daemon's own history takes the verdicts that people gave on its incidents' pages."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from typer.testing import CliRunner

from sentinel.cli.main import app
from sentinel.incidents.incident import GivenVerdict, Incident, Verdict
from sentinel.mention import Mention
from sentinel.scoring.level import Level
from sentinel.simulation.kinds import ScenarioKind
from sentinel.simulation.scenario import scenario
from sentinel.store.database import Database
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.tuning.verdicts import Judged, verdicts_of
from sentinel.tuning.verdicts import PageVerdict as Said
from tests.fakes import FakeClock
from tests.incidents.story import Story

HOUR = timedelta(hours=1)


def an_incident(opened_at: datetime, verdict: Verdict | None, **fields: object) -> Incident:
    incident = Story(now=opened_at).score(Level.ALERT).incident
    assert incident is not None
    given = GivenVerdict(verdict=verdict, by="ana", at=opened_at) if verdict else None
    return msgspec.structs.replace(incident, judgement=given, **fields)


def test_only_what_people_judged_counts_and_no_drill() -> None:
    """In the order in which the incidents opened."""
    begin = datetime(2026, 3, 9, tzinfo=UTC)
    incidents = [
        an_incident(begin + 2 * HOUR, Verdict.FALSE_ALARM),
        an_incident(begin + HOUR, None),
        an_incident(begin, Verdict.REAL),
        an_incident(begin, Verdict.REAL, drill=True),
    ]
    assert verdicts_of(incidents) == [Judged("Acme", begin, Said.REAL), Judged("Acme", begin + 2 * HOUR, Said.FALSE)]


async def a_store(url: str, mentions: list[Mention], incident: Incident, clock: FakeClock) -> None:
    database = await Database.open(url)
    try:
        await Journal(database, clock).append(mentions)
        async with database.write() as connection:
            await IncidentStore(database).save(connection, incident)
    finally:
        await database.close()


def test_tune_without_a_file_weighs_by_the_stores_own_verdicts(tmp_path: Path) -> None:
    """One crisis in the journal, judged on its page: its signals are believed."""
    made, truth = scenario(
        ScenarioKind.COLD_START, brand="Acme", language="en", end=datetime(2026, 3, 9, tzinfo=UTC), seed=1
    )
    mentions = [each for each in made if each.published_at < truth.crises[0] + HOUR]
    url = f"sqlite:///{tmp_path}/sentinel.db"
    incident = an_incident(truth.crises[0] + timedelta(minutes=20), Verdict.REAL)
    asyncio.run(a_store(url, mentions, incident, FakeClock(mentions[-1].published_at)))
    (tmp_path / "c.yaml").write_text(f"brands: [{{name: Acme}}]\nstore: {{url: '{url}'}}\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["tune", "-c", str(tmp_path / "c.yaml")])
    assert told.exit_code == 0, told.output
    assert "1 of 1 verdicts" in told.output
    assert "100%" in told.output
