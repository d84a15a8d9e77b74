"""Posts to ask people about, out of the journal: of one brand, by the model that serves, none asked about twice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.cli.serving_model import read_learning
from sentinel.config.schema import Config
from sentinel.daemon.doubted_posts import STANDS, DoubtedPosts
from sentinel.engine.engine import VERSION
from sentinel.matching.brand import Brand
from sentinel.sentiment.doubt import Doubt
from sentinel.sentiment.learning_model import BATCH, LearningModel, Lesson
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.database import Database
from sentinel.store.journal import Journal
from tests.builders import a_mention
from tests.fakes import START, FakeClock

ACME = Brand(name="Acme", any=("acme",))
SURE, DOUBTED = "acme, sois unos estafadores, qué vergüenza de servicio", "acme y el caracol azul del mediodía"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite:///{tmp_path}/sentinel.db")
    yield opened
    await opened.close()


def taught(text: str) -> LearningModel:
    """A model that has passed an exam since somebody told it ten times what a text means."""
    learning = LearningModel(load_seed())
    for _ in range(BATCH):
        learning.take(Lesson(text=text, label=Label.NEGATIVE, by="ana", lang="es"), START)
    assert learning.versions[-1].number == 1
    return learning


def a_config(store: Path) -> Config:
    return Config.model_validate({"brands": [{"name": "Acme"}], "store": {"url": f"sqlite:///{store}"}})


def texts(doubts: object) -> list[str]:
    assert isinstance(doubts, list)
    return [each.post.text for each in doubts if isinstance(each, Doubt)]


async def test_the_brands_posts_by_doubt_without_those_that_were_labelled(database: Database) -> None:
    """Another brand's posts and labelled ones are left out; who labels one is not asked about it again."""
    clock = FakeClock()
    journal = Journal(database, clock)
    await journal.append(
        [a_mention(text, id=str(n)) for n, text in enumerate((SURE, DOUBTED, "zeta abre", "acme abre"))]
    )
    await journal.append([], teachings=[Correction(text="acme abre", label=Label.NEUTRAL, by="ana")])
    posts = DoubtedPosts(journal=journal, learning=LearningModel(load_seed()), brands=lambda: [ACME], clock=clock)
    assert texts(await posts.of("Acme")) == [DOUBTED, SURE]
    assert await posts.of("Zeta") == []
    posts.answered("Acme", DOUBTED)
    assert texts(await posts.of("Acme")) == [SURE]


async def test_they_are_looked_for_anew_after_an_hour_or_for_another_version(database: Database) -> None:
    """What is asked about stands for an hour; the version that serves then is the one that doubts."""
    clock = FakeClock()
    journal, learning = Journal(database, clock), LearningModel(load_seed())
    posts = DoubtedPosts(journal=journal, learning=learning, brands=lambda: [ACME], clock=clock)
    await journal.append([a_mention(DOUBTED, id="1")])
    (before,) = await posts.of("Acme")
    await journal.append([a_mention(SURE, id="2")])
    assert len(await posts.of("Acme")) == 1
    await clock.advance(STANDS + timedelta(seconds=1))
    assert len(await posts.of("Acme")) == 2
    learning.restore(taught(DOUBTED).snapshot())
    after = next(each for each in await posts.of("Acme") if each.post.text == DOUBTED)
    assert after.said.negative > before.said.negative


async def test_the_command_line_asks_the_version_that_serves(database: Database, tmp_path: Path) -> None:
    """It is read from the daemon's last checkpoint; without a store the model is as shipped, and none is made."""
    checkpoints = Checkpoints(database, VERSION)
    await checkpoints.save(1, START, {"model": taught(DOUBTED).snapshot()})
    found = await read_learning(a_config(tmp_path / "sentinel.db"))
    assert found.versions[-1].number == 1
    missing = tmp_path / "none.db"
    found = await read_learning(a_config(missing))
    assert (found.versions[-1].number, missing.exists()) == (0, False)
