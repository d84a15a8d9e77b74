"""What-if over the stored history, in a real process beside: the answer, its limits, and what it leaves out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.assembly.build import engine_setup
from sentinel.config.loader import complete
from sentinel.config.schema import Config
from sentinel.mention import Mention
from sentinel.scoring.thresholds import Thresholds
from sentinel.simulation.kinds import ScenarioKind
from sentinel.simulation.scenario import scenario
from sentinel.store.database import Database
from sentinel.store.journal import Journal
from sentinel.store.window import position_before
from sentinel.tuning.question import Unanswered, WhatIfAnswer, WhatIfQuestion, rescored, setup_of
from sentinel.tuning.what_if import WhatIfProcess
from sentinel.tuning.what_if_process import answer
from tests.builders import a_mention
from tests.fakes import START, FakeClock

END = datetime(2026, 3, 9, tzinfo=UTC)
HIGH = Thresholds(97.0, 98.0, 99.0)


@pytest.fixture(scope="module")
def recorded() -> tuple[list[Mention], datetime]:
    """A brand's first day with a crisis in its last hours, and when that began."""
    made, truth = scenario(ScenarioKind.COLD_START, brand="Acme", language="en", end=END, seed=1)
    kept = [each for each in made if each.published_at < truth.crises[0] + timedelta(hours=1)]
    return kept, truth.crises[0]


def a_question(thresholds: Thresholds, since: datetime, store: str = "") -> WhatIfQuestion:
    config = complete(Config.model_validate({"brands": [{"name": "Acme"}, {"name": "Zeta"}]}), {})
    setup = setup_of(engine_setup(config), "Acme")
    assert setup is not None
    other = rescored(setup.brands[0].scoring, thresholds, {"reach": 0.5})
    return WhatIfQuestion(
        setup=setup, other=other, heard_since=since - timedelta(days=7), since=since, zone="Europe/Madrid", store=store
    )


@pytest.fixture
async def stored(tmp_path: Path, recorded: tuple[list[Mention], datetime]) -> AsyncIterator[str]:
    """The recording in a daemon's own journal, among talk about somebody else."""
    url = f"sqlite:///{tmp_path / 'sentinel.db'}"
    database = await Database.open(url)
    try:
        await Journal(database, FakeClock(END)).append([*recorded[0], a_mention("zeta is down too", id="z")])
        yield url
    finally:
        await database.close()


async def test_a_real_process_answers_from_the_journal(stored: str, recorded: tuple[list[Mention], datetime]) -> None:
    """Paged for the crisis as it is; where no number of voices is enough, not at all."""
    question = a_question(HIGH, recorded[1] - timedelta(days=2), stored)
    deaf = replace(question.other, min_mentions=100_000)
    told = await WhatIfProcess().ask(msgspec.structs.replace(question, other=deaf))
    assert isinstance(told, WhatIfAnswer)
    assert told.complete
    assert 0 < told.mentions <= len(recorded[0])
    assert told.now.incidents == 1
    assert told.now.pages >= 1
    assert told.now.first is not None
    assert recorded[1] <= told.now.first <= recorded[1] + timedelta(hours=1)
    assert (told.other.pages, told.other.first) == (0, None)
    assert told.now.highest is not None


async def test_the_process_is_ended_when_its_time_is_up(stored: str) -> None:
    """And the next question is heard."""
    beside = WhatIfProcess(limit=0.0)
    assert await beside.ask(a_question(HIGH, END, stored)) is Unanswered.TOO_LONG
    assert await beside.ask(a_question(HIGH, END, stored)) is Unanswered.TOO_LONG


async def test_a_store_that_cannot_be_opened_is_no_answer(tmp_path: Path) -> None:
    """The process says so by its status; nothing of the address is repeated."""
    assert (
        await WhatIfProcess().ask(a_question(HIGH, END, "postgresql+nosuch://u:p@127.0.0.1:1/x")) is Unanswered.FAILED
    )


def test_what_came_before_the_span_is_heard_and_not_counted(recorded: tuple[list[Mention], datetime]) -> None:
    """An incident that paged before is none of this span's."""
    mentions, begun = recorded
    assert answer(a_question(HIGH, begun - timedelta(hours=1)), mentions).now.incidents == 1
    later = answer(a_question(HIGH, begun + timedelta(minutes=59)), mentions)
    assert (later.now.incidents, later.now.pages) == (0, 0)


def test_the_brand_alone_is_asked_about_and_only_what_is_named_changes() -> None:
    """A brand that is gone is none; weights that are not named stay."""
    config = complete(
        Config.model_validate({"brands": [{"name": "Acme"}], "scoring": {"weights": {"volume": 2.0}}}), {}
    )
    setup = engine_setup(config)
    assert setup_of(setup, "Nope") is None
    scoring = rescored(setup.brands[0].scoring, Thresholds(1.0, 2.0, 3.0), {"reach": 0.0})
    assert scoring == replace(
        setup.brands[0].scoring, thresholds=Thresholds(1.0, 2.0, 3.0), weights={"volume": 2.0, "reach": 0.0}
    )


async def test_the_journal_is_entered_where_the_time_begins(tmp_path: Path) -> None:
    """Before everything, in the middle, and after everything."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}")
    try:
        clock = FakeClock(START)
        journal = Journal(database, clock)
        for n in range(3):
            await journal.append([a_mention(id=str(n))])
            await clock.advance(timedelta(hours=1))
        found = [await position_before(database, START + timedelta(hours=hours)) for hours in (-1, 0.5, 1, 5)]
        assert found == [0, 1, 1, 3]
    finally:
        await database.close()
