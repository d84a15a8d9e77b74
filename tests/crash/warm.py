"""What the crash tests' fork server has done before it bears lives, so that each is up at once."""

import importlib
import tempfile
from pathlib import Path

import msgspec
import yaml

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.plugins import faults
from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.scoring.level import Level
from sentinel.sentiment.exam import load_exam
from sentinel.sentiment.seed.seed import load_seed
from tests.crash.life import live
from tests.crash.stories import STORIES, burst, settings
from tests.incidents.story import Story

__all__ = ["live", "warm_up"]


def warm_up() -> None:
    """Read a configuration and make one send that reaches nobody: what is looked up once and kept is there when a life
    is forked.
    """
    faults()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "sentinel.yaml"
        config.write_text(yaml.safe_dump(settings(STORIES[0], run="nobody", port=9, database=f"{folder}/none.db")))
        words = ActiveConfig.read(config, lambda _: "http://127.0.0.1").briefing
    load_seed()
    load_exam()
    importlib.import_module("scipy.special")
    incident = Story().score(Level.CRISIS).incident
    assert incident is not None
    incident = msgspec.structs.replace(incident, samples=tuple(burst(0, incident.updated_at)[:9]))
    words.playbook(incident, "es", incident.updated_at)
    message = Message(kind=MessageKind.TEST, urgency=Urgency.QUIET, language="es", title="warm", body="up")
    AppriseNotifier().send("json://127.0.0.1:9/nobody", message, timeout=1.0)
