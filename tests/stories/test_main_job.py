"""The main job, whole: mentions come in through the door, a page with a playbook arrives at a phone, a person takes
it.
"""

import json
import re
import signal
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.forks.patience import HUNG
from tests.notify.providers import a_provider
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for
from tests.stories.phone import a_phone


def test_from_mentions_to_a_phone_and_back(tmp_path: Path) -> None:
    """A firestorm opens an incident, Ana's phone gets a page with reasons and first steps, she acknowledges, everything
    shows it.
    """
    with a_phone() as phone, RunningDaemon(tmp_path, settings_for(phone.url("ana"), phone.url("boss"))) as daemon:
        mentions = a_crisis()
        assert daemon.send(mentions) == (202, {"accepted": len(mentions), "duplicates": 0, "rejected": []})
        assert daemon.send(mentions[:5])[1] == {"accepted": 0, "duplicates": 5, "rejected": []}
        eventually(lambda: phone.pages, "a page arrives")
        who, title, body = phone.pages[0]
        assert who == "ana"
        assert "Acme" in title
        assert "ALERTA" in title or "CRISIS" in title
        assert "Por qué" in body
        assert "1." in body
        incident = daemon.json("/api/v1/incidents")["incidents"][0]
        link = re.search(rf"http://127\.0\.0\.1:{daemon.port}(/a/[\w-]+)", body)
        assert link is not None
        assert "Lo tengo yo" in daemon.get(link[1])[1].decode()
        assert daemon.metric('sentinel_crisis_score{brand="Acme"}') > 60
        eventually(
            lambda: daemon.metric('sentinel_pages_total{channel="json",outcome="accepted"}') >= 1,
            "the page is accounted for",
        )
        eventually(lambda: daemon.metric("sentinel_page_latency_seconds_count") >= 1, "its latency is counted")
        page = daemon.get("/")[1].decode()
        assert "Acme" in page
        assert incident["id"] in page
        assert "Primeros" in daemon.get(f"/incidents/{incident['id']}?lang=es")[1].decode()

        ack = json.dumps({"by": "ana"}).encode()
        status, answer = daemon.post(f"/api/v1/incidents/{incident['id']}/ack", ack)
        assert (status, answer["incident"]["state"]) == (200, "acknowledged")
        status, again = daemon.post(f"/api/v1/incidents/{incident['id']}/ack", ack)
        assert status == 409
        assert "ana" in json.dumps(again)
        names = [json.loads(line)["event"] for line in _events(daemon)]
        assert names[0] == "incident_opened"
        assert {"page", "acknowledged"} <= set(names)
        assert daemon.stop() == 0


def test_a_link_acts_after_a_kill(tmp_path: Path) -> None:
    """The secret is in the store: the link that a page carried before the power went takes the incident afterwards."""
    with a_phone() as phone, RunningDaemon(tmp_path, settings_for(phone.url("ana"))) as daemon:
        daemon.send(a_crisis())
        (page,) = eventually(lambda: [each for each in phone.pages if "CRISIS" in each[1]], "a page arrives")
        link = page[2].rpartition(" ")[2]
        daemon.kill()
        daemon.start()
        with urlopen(Request(f"{link}/ack", method="POST", data=b""), timeout=HUNG) as answer:
            assert "Lo tienes tú" in answer.read().decode()
        assert daemon.json("/api/v1/incidents")["incidents"][0]["acknowledged_by"] == "ana"
        token = link.rpartition("/")[2]
        assert token not in daemon.log
        with pytest.raises(HTTPError, match="409"):
            urlopen(Request(f"{link}/ack", method="POST", data=b""), timeout=HUNG)
        assert daemon.stop() == 0


def test_it_ends_in_order_while_a_provider_never_answers(tmp_path: Path) -> None:
    """A send that hangs is left behind: the end is a clean one, and the page is taken up again by the next start,
    marked.
    """
    with a_provider() as provider, RunningDaemon(tmp_path, settings_for(provider.url("silent"))) as daemon:
        daemon.send(a_crisis())
        eventually(lambda: provider.sent, "the provider has it, and says nothing")
        assert daemon.stop() == 0
        daemon.start()
        eventually(
            lambda: any("(repetición)" in title for _, title, _ in provider.sent), "the page goes again and says so"
        )


def test_a_signal_and_a_request_reload_or_keep(tmp_path: Path) -> None:
    """A good file is taken in whole; one with a mistake changes nothing and says so; SIGHUP does the same as the
    request.
    """
    with a_phone() as phone, RunningDaemon(tmp_path, settings_for(phone.url())) as daemon:
        good = daemon.config.read_text(encoding="utf-8")
        daemon.config.write_text(good.replace("name: Acme", "name: Acme\n  policy: nobody"), encoding="utf-8")
        status, answer = daemon.post("/-/reload", b"")
        assert status == 422
        assert "nobody" in json.dumps(answer)
        assert daemon.metric("sentinel_config_last_reload_successful") == 0
        daemon.config.write_text(good.replace("name: Acme\n", "name: Acme\n- name: Zeta\n"), encoding="utf-8")
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: len(daemon.json("/api/v1/brands")["brands"]) == 2, "the new brand is there")
        assert daemon.metric("sentinel_config_last_reload_successful") == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"source":"x"}',
        b"[1, 2]",
        b'{"source":"x","id":"1","text":"\xff","published_at":"2026-01-01T00:00:00Z"}',
    ],
)
def test_bad_bodies_are_refused_and_nothing_else_is_lost(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, door: RunningDaemon
) -> None:
    """Each gets a clear error; the good line beside it is taken."""
    status, answer = door.post("/api/v1/mentions", body)
    assert status == 400
    assert answer
    good = a_crisis(seed=len(body), days=0, minutes=1)[:1]
    lines = body.replace(b"\n", b" ") + b"\n" + good[0].source.encode()
    status, answer = door.post("/api/v1/mentions", b"\n".join([b'{"source":"x"}', lines, *[_line(m) for m in good]]))
    assert status == 202
    assert answer["rejected"][0]["line"] == 1


def _line(mention: object) -> bytes:
    from sentinel.mention import Mention, encode_mention

    assert isinstance(mention, Mention)
    return encode_mention(mention)


def _events(daemon: RunningDaemon) -> list[str]:
    return [json.dumps(event) for event in daemon.json("/api/v1/events")["events"]]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> object:
    """One daemon for the table of bad bodies."""
    with RunningDaemon(tmp_path_factory.mktemp("door"), settings_for("log://")) as daemon:
        yield daemon
