"""The model that serves, read beside the daemon: its newest version of the last checkpoint, or the one shipped."""

from pathlib import Path

from sqlalchemy import make_url

from sentinel.config.schema import Config
from sentinel.errors import SentinelError
from sentinel.sentiment.learning_model import LearningModel
from sentinel.sentiment.seed import load_seed


async def read_learning(settings: Config) -> LearningModel:
    """What the sentiment model had learnt at the last checkpoint; as shipped where there is no store yet, or none that
    can be used.
    """
    url = settings.store.url.get_secret_value()
    if not _is_made(url):
        return LearningModel(load_seed())
    return await _read(url)


def _is_made(url: str) -> bool:
    """Whether there is a store: to open one would make it."""
    where = make_url(url)
    return where.get_backend_name() != "sqlite" or bool(where.database and Path(where.database).is_file())


async def _read(url: str) -> LearningModel:
    from sentinel.engine.engine import VERSION
    from sentinel.engine.packed_engine import read_packed
    from sentinel.store.checkpoints import Checkpoints
    from sentinel.store.database import Database

    learning = LearningModel(load_seed())
    database = await Database.open(url)
    try:
        found = await Checkpoints(database, VERSION, read_packed).newest(VERSION)
        if found is not None and isinstance(found.state, dict):
            learning.restore(found.state["model"])
    except SentinelError:
        return LearningModel(load_seed())  # learnt on top of other weights than those shipped now
    finally:
        await database.close()
    return learning
