"""What people said of an incident, and the score that its chart is drawn from, outlive the process."""

import json
import re
from pathlib import Path
from typing import Any

from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for


def say(daemon: RunningDaemon, incident: str, what: str, **body: Any) -> Any:
    status, answer = daemon.post(f"/api/v1/incidents/{incident}/{what}", json.dumps({"by": "ana"} | body).encode())
    assert status == 200, answer
    return answer


def test_what_was_said_survives_a_kill_and_the_chart_a_restart(tmp_path: Path) -> None:
    """SIGKILL right after each answer; then a stop and a start, and the score's line is drawn as before."""
    with RunningDaemon(tmp_path, settings_for("json://127.0.0.1:9/ana")) as daemon:
        daemon.send(a_crisis())
        incident = eventually(lambda: daemon.json("/api/v1/incidents")["incidents"], "an incident opens")[0]["id"]
        items = daemon.json(f"/api/v1/incidents/{incident}/checklist")["items"]
        for what, body in (
            ("notes", {"text": "He hablado con operaciones."}),
            ("ticks", {"item": items[0]["item"]}),
            ("reply", {"link": "https://example.org/1"}),
            ("verdict", {"verdict": "real"}),
        ):
            say(daemon, incident, what, **body)
            daemon.kill()
            daemon.start()
        story = daemon.json(f"/api/v1/incidents/{incident}")
        said = [line["what"] for line in story["timeline"] if line["what"] in ("note", "ticked", "replied", "verdict")]
        assert said == ["note", "ticked", "replied", "verdict"]
        assert (story["incident"]["verdict"], story["incident"]["replied_by"]) == ("real", "ana")
        checklist = daemon.json(f"/api/v1/incidents/{incident}/checklist")["items"]
        assert [each["item"] for each in checklist if each["done"]] == [items[0]["item"]]
        eventually(lambda: "d=" in the_line(daemon, incident), "the chart has a line")
        highest = high(daemon, incident)
        assert daemon.stop() == 0
        daemon.start()
        assert highest > 0
        eventually(lambda: high(daemon, incident) >= highest, "the line is drawn as before")


def the_line(daemon: RunningDaemon, incident: str) -> str:
    found = re.search(r'<path class="line" [^>]*>', daemon.get(f"/incidents/{incident}")[1].decode())
    return found[0] if found else ""


def high(daemon: RunningDaemon, incident: str) -> float:
    """The highest score that the chart's words name."""
    found = re.search(r"entre [\d,]+ y ([\d,]+), la más alta", daemon.get(f"/incidents/{incident}")[1].decode())
    return float(found[1].replace(",", ".")) if found else 0.0
