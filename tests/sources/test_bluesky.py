"""Bluesky through a relay on this machine: live posts, deletions, drops and rubbish, with nothing lost and nothing
twice.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from sentinel.errors import SourceError
from sentinel.mention import Kind
from sentinel.sources import bluesky
from sentinel.sources.bluesky import GARBAGE, REWIND, BlueskySettings, BlueskySource
from sentinel.store.group import Op
from sentinel.store.journal import Journal
from tests.sources.inlet import KeepingInlet, StoppedWall
from tests.sources.relay import NOON, Relay, a_delete, a_post, an_account, uri
from tests.sources.tasks import running

AFTERNOON = datetime(2026, 7, 4, 15, 0, tzinfo=UTC)
SOON = timedelta(milliseconds=20)


def a_source(*hosts: str, dead_after: timedelta = timedelta(seconds=15)) -> BlueskySource:
    settings = BlueskySettings(type="bluesky", hosts=hosts, commit_every=SOON, dead_after=dead_after)
    return BlueskySource("bluesky", settings, StoppedWall(AFTERNOON), user_agent="Sentinel/test")


async def test_posts_arrive_as_they_are_written(inlet: KeepingInlet) -> None:
    """Those that any brand wants; the others cost nothing further."""
    inlet = KeepingInlet(lambda mention: "acme" in mention.text)
    async with (
        Relay([a_post(1), a_post(2, "nada que ver"), a_post(3, "otra vez acme")]) as relay,
        running(a_source(relay.url), inlet),
    ):
        await inlet.until(lambda inlet: len(inlet.ids) == 2)
    assert inlet.ids == [uri(1), uri(3)]
    assert relay.queries == [{"wantedCollections": "app.bsky.feed.post", "maxMessageSizeBytes": str(2**20)}]
    assert relay.headers == ["Sentinel/test"]


async def test_deletions_come_through(inlet: KeepingInlet) -> None:
    """Of a post, and of all that an account said once it is gone; a suspended account may come back."""
    events = [
        a_post(1),
        a_delete(1),
        an_account("did:plc:gone", "deleted"),
        an_account("did:plc:bad", "takendown"),
        an_account("did:plc:ana", "suspended"),
        an_account("did:plc:eva", None, active=True),
        a_post(2),
    ]
    async with Relay(events) as relay, running(a_source(relay.url), inlet):
        await inlet.until(lambda inlet: uri(2) in inlet.ids)
    assert [each for batch in inlet.batches for each in batch.deletes] == [uri(1)]
    assert [each for batch in inlet.batches for each in batch.erased] == ["at://did:plc:gone/", "at://did:plc:bad/"]


async def test_the_cursor_is_the_newest_event_and_resuming_goes_back_a_little(inlet: KeepingInlet) -> None:
    """Events are not strictly in order; what comes twice is known."""
    async with Relay([a_post(9), a_post(1)]) as relay:
        async with running(a_source(relay.url), inlet):
            await inlet.until(lambda inlet: len(inlet.ids) == 2)
        assert json.loads(inlet.cursor or b"") == {"time_us": NOON + 9000}
        again = KeepingInlet()
        async with running(a_source(relay.url), again, inlet.cursor):
            await again.until(lambda inlet: len(inlet.ids) == 2)
    assert relay.queries[1]["cursor"] == str(NOON + 9000 - REWIND)


async def test_dropped_in_the_middle_nothing_is_lost_or_doubled(journal: Journal, inlet: KeepingInlet) -> None:
    """A server that hangs up every few events is read to the end, and the journal has each post once."""
    events = [a_post(number, after=number) for number in range(40)]
    async with Relay(events, per_connection=9, hold=False) as relay:
        source = a_source(relay.url)
        for _ in range(20):
            with pytest.raises(SourceError, match="closed the stream"):
                await source.run(inlet, await journal.cursor("bluesky"))
            for batch in inlet.batches:
                cursor = ("bluesky", batch.cursor) if batch.cursor is not None else None
                await journal.append(batch.mentions, cursor=cursor)
            inlet.batches.clear()
    entries = await journal.read(0)
    assert [entry.id for entry in entries] == [uri(number) for number in range(40)]


async def test_a_server_that_fails_is_left_for_the_next(inlet: KeepingInlet) -> None:
    """After three failures in a row, and in turn."""
    async with Relay(status=503) as down, Relay([a_post(1)], hold=False) as up:
        source = a_source(down.url, up.url)
        for _ in range(3):
            with pytest.raises(SourceError, match="503"):
                await source.run(inlet, None)
        with pytest.raises(SourceError, match="closed the stream"):
            await source.run(inlet, None)
    assert (len(down.queries), len(up.queries)) == (3, 1)
    assert inlet.ids == [uri(1)]
    with pytest.raises(SourceError, match="Cannot connect"):
        await source.run(inlet, None)


async def test_a_server_that_lasts_is_not_left(inlet: KeepingInlet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its failures are forgotten."""
    monkeypatch.setattr(bluesky, "LASTING", 0.0)
    async with Relay([a_post(1)], hold=False) as relay:
        source = a_source(relay.url, "ws://127.0.0.1:1/never")
        for _ in range(5):
            with pytest.raises(SourceError, match="closed the stream"):
                await source.run(inlet, None)
    assert len(relay.queries) == 5


async def test_a_server_that_falls_silent_is_dead(inlet: KeepingInlet) -> None:
    """The connection stands and says nothing: no posts and no sight look the same, so it is given up; what came before
    is kept.
    """
    async with Relay([a_post(1)]) as relay:
        with pytest.raises(SourceError, match="no event for"):
            await a_source(relay.url, dead_after=timedelta(milliseconds=100)).run(inlet, None)
    assert inlet.ids == [uri(1)]


async def test_a_stream_without_anything_of_interest_is_alive() -> None:
    """Nothing is written down, and the source is known to be well."""
    inlet = KeepingInlet(lambda _: False)
    async with Relay([a_post(1), a_delete(2)]) as relay, running(a_source(relay.url), inlet):
        await inlet.until(lambda inlet: inlet.lives > 0 or bool(inlet.batches))
    assert inlet.cursor is None


async def test_a_server_that_talks_rubbish_is_left(inlet: KeepingInlet) -> None:
    """Single frames are passed over and counted; when nothing else comes, the server is not what it should be."""
    rubbish: list[str | bytes] = ["{", b"\x28\xb5\x2f\xfd\xff", "[]", '{"did":"x","time_us":99999999999999999}', "null"]
    async with Relay([*rubbish, a_post(1), *rubbish * GARBAGE]) as relay:
        with pytest.raises(SourceError, match="sends no Jetstream events"):
            await a_source(relay.url).run(inlet, None)
    assert inlet.ids == [uri(1)]
    assert len(inlet.refusals) == len(rubbish) + GARBAGE
    assert json.loads(inlet.cursor or b"") == {"time_us": NOON + 1000}


async def test_an_event_of_the_far_future_does_not_move_the_cursor(inlet: KeepingInlet) -> None:
    """Resuming from there would skip everything until then."""
    async with Relay([a_post(1), a_post(2, after=10 * 86400)]) as relay, running(a_source(relay.url), inlet):
        await inlet.until(lambda inlet: bool(inlet.ids and inlet.refusals))
    assert inlet.ids == [uri(1)]
    assert json.loads(inlet.cursor or b"") == {"time_us": NOON + 1000}


async def test_many_posts_at_once_are_written_in_batches(inlet: KeepingInlet) -> None:
    """Without waiting for the clock."""
    async with Relay([a_post(number) for number in range(1200)]) as relay, running(a_source(relay.url), inlet):
        await inlet.until(lambda inlet: len(inlet.ids) == 1200)
    assert max(len(batch.mentions) for batch in inlet.batches) <= bluesky.MOST


async def test_posts_of_no_interest_move_the_cursor_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a restart does not read hours again, at a commit every few seconds."""
    monkeypatch.setattr(bluesky, "CURSOR_EVERY", 0.0)
    inlet = KeepingInlet(lambda _: False)
    async with Relay([a_post(1)]) as relay, running(a_source(relay.url), inlet):
        await inlet.until(lambda inlet: bool(inlet.batches))
    assert inlet.batches[0].mentions == ()
    assert json.loads(inlet.cursor or b"") == {"time_us": NOON + 1000}


async def test_a_cursor_that_cannot_be_read_means_live(inlet: KeepingInlet) -> None:
    """Better a gap than no sight."""
    async with Relay([a_post(1)]) as relay, running(a_source(relay.url), inlet, b"rubbish"):
        await inlet.until(lambda inlet: bool(inlet.ids))
    assert "cursor" not in relay.queries[0]


def test_addresses_are_checked() -> None:
    """A host without its scheme is a mistake that is named at the start."""
    with pytest.raises(ValidationError, match="is no websocket address"):
        BlueskySettings(type="bluesky", hosts=("jetstream.example",))


@pytest.mark.parametrize(("name", "lines"), [("jetstream_v1_2026-07-04.jsonl", 152), ("jetstream_v1_golden.jsonl", 10)])
async def test_recorded_traffic_is_read_whole(shared: Path, journal: Journal, name: str, lines: int) -> None:
    """Every post of the recording is in the journal once, as it was written; nothing of it is refused."""
    frames = (shared / "data" / "streams" / "bluesky" / name).read_text("utf-8").splitlines()
    assert len(frames) == lines
    commits = [
        event["commit"] | {"did": event["did"]} for event in map(json.loads, frames) if event["kind"] == "commit"
    ]
    posts = [each for each in commits if each["collection"] == "app.bsky.feed.post" and each["operation"] != "delete"]
    expected = {f"at://{post['did']}/app.bsky.feed.post/{post['rkey']}": post["record"] for post in posts}
    inlet = KeepingInlet()
    async with Relay(frames) as relay, running(a_source(relay.url), inlet):
        await inlet.until(lambda inlet: len(inlet.ids) >= len(expected))
    for batch in inlet.batches:
        await journal.append(batch.mentions, deletes=[("bluesky", each) for each in batch.deletes])
    found = {entry.id: entry.mention for entry in await journal.read(0) if entry.op is Op.CREATE}
    assert set(found) == set(expected)
    for id, record in expected.items():
        mention = found[id]
        assert mention is not None
        assert mention.text.startswith(record["text"])
        assert (mention.kind is Kind.REPLY) <= ("reply" in record)
    assert inlet.refusals == []
