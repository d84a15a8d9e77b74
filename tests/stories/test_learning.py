"""The model learns from people while the daemon runs, keeps what it learnt through a kill, and goes back when it is
told to.
"""

import json
from pathlib import Path

from tests.forks.children import run_command
from tests.stories.daemon import RunningDaemon, eventually, settings_for

CORPUS = Path(__file__).parents[2] / "sentinel" / "sentiment" / "corpus" / "brand_es.jsonl"
TEXT = "el pedido de acme lleva tres semanas en un limbo azul"


def sentinel(daemon: RunningDaemon, *arguments: str) -> str:
    """What the command prints, asked of the running daemon."""
    ended = run_command("model", *arguments, "-c", str(daemon.config))
    assert ended.status == 0, ended.err
    return ended.out


def test_corrections_survive_a_kill(tmp_path: Path) -> None:
    """Ten labels make version 1; after SIGKILL and a start it is there again; then the seed serves again."""
    with RunningDaemon(tmp_path, settings_for("json://127.0.0.1:9/ana")) as daemon:
        assert "noted: negative" in sentinel(daemon, "label", "negative", TEXT, "--by", "ana", "--lang", "es")
        label = json.dumps({"text": TEXT, "label": "negative", "by": "ana", "lang": "es"}).encode()
        for _ in range(9):
            assert daemon.post("/api/v1/labels", label)[0] == 202
        eventually(lambda: len(daemon.json("/api/v1/model")["versions"]) == 2, "a new version serves")
        learnt = daemon.json("/api/v1/model")
        eventually(lambda: daemon.figure('sentinel_sentiment_accuracy{lang="es"}') is not None, "its grade is shown")
        assert daemon.metric('sentinel_sentiment_accuracy{lang="es"}') >= 0
        daemon.kill()
        daemon.start()
        assert daemon.json("/api/v1/model") == learnt
        assert "version 0 serves again" in sentinel(daemon, "rollback", "0", "--by", "ana")
        eventually(lambda: len(daemon.json("/api/v1/model")["versions"]) == 1, "the seed serves again")
        assert "serving" in sentinel(daemon, "list")
        assert daemon.stop() == 0
