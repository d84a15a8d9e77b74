"""Pages over ntfy and Pushover from the real daemon: with a chart, ringing until somebody has it."""

import json
from pathlib import Path

from tests.notify.ntfy_server import an_ntfy
from tests.notify.pushover_server import a_pushover, url_of
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for


def test_a_page_with_its_chart_and_a_phone_that_falls_silent(tmp_path: Path) -> None:
    """Ana gets the page by ntfy with a chart, the boss's phone rings on through Pushover; Ana takes it, and the ringing
    stops.
    """
    with an_ntfy() as (ntfy, receiver), a_pushover() as (pushover, push):
        both = {"default": {"steps": [{"notify": ["ana", "boss"], "after": "0m"}]}}
        channels = (f"ntfy://127.0.0.1:{receiver.port}/ana", url_of(push, "?priority=emergency"))
        with RunningDaemon(tmp_path, settings_for(*channels, policies=both)) as daemon:
            eventually(lambda: "charts_ready" in daemon.log, "charts can be drawn")
            daemon.send(a_crisis())
            eventually(lambda: ntfy.published, "a page by ntfy")
            eventually(lambda: pushover.taken, "a page by Pushover")
            page = ntfy.published[0]
            assert "Acme" in page.title
            assert page.priority in (4, 5)
            assert page.sequence
            for picture in (page.picture, pushover.taken[0].picture):
                assert picture is None or picture.startswith(b"\x89PNG")
            assert page.picture or "page_without_chart" in daemon.log
            incident = daemon.json("/api/v1/incidents")["incidents"][0]["id"]
            eventually(
                lambda: daemon.metric('sentinel_pages_total{channel="pover",outcome="accepted"}') >= 1,
                "it is accounted for",
            )
            assert daemon.post(f"/api/v1/incidents/{incident}/ack", json.dumps({"by": "ana"}).encode())[0] == 200
            eventually(lambda: f"r{1:029d}" in pushover.cancelled, "the boss's phone is told to stop")
            assert daemon.stop() == 0
            assert "T" * 30 not in daemon.log
    assert receiver.wrong == push.wrong == []
