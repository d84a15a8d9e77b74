"""Mastodon live: hashtags and public posts, edits and deletions, gaps filled, and asked where the stream is refused."""

import json

import pytest

from tests.fakes import HurriedClock
from tests.sources.far_side import Post
from tests.sources.inlet import KeepingInlet
from tests.sources.networks import Mastodon
from tests.sources.tasks import running


def frame(event: str, payload: object, *stream: str) -> dict[str, object]:
    return {
        "stream": list(stream) or ["public"],
        "event": event,
        "payload": payload if isinstance(payload, str) else json.dumps(payload),
    }


def wanting() -> KeepingInlet:
    return KeepingInlet(lambda mention: "Acme" in mention.text)


async def test_a_stream_is_heard_with_edits_and_deletions() -> None:
    """The deletion names a post by the instance's number; an edit that speaks of no brand any more takes it back."""
    async with Mastodon() as network:
        network.streaming = True
        network.frames = [
            frame("update", network.status(Post("7")), "hashtag", "acme"),
            frame("update", network.status(Post("8"))),
            frame("update", {"id": "odd"}),
            "rubbish",
            frame("notification", "{}"),
            {"event": "filters_changed"},
            frame("status.update", network.status(Post("8", text="nada"))),
            frame("delete", "100007"),
            frame("delete", "999"),
        ]
        inlet = wanting()
        async with running(network.source(HurriedClock()), inlet):
            await inlet.until(lambda inlet: any(batch.deletes for batch in inlet.batches))
        assert {network.id_of(each) for each in "1278"} == set(inlet.ids)
        (deletes,) = [batch.deletes for batch in inlet.batches if batch.deletes]
        assert set(deletes) == {network.id_of("7"), network.id_of("8")}
        assert inlet.refusals == ["2: 127.0.0.1:" + network.url.rpartition(":")[2] + " sends what is no status"]
        assert {"type": "subscribe", "stream": "hashtag", "tag": "acmeair"} in network.subscribed
        assert {"type": "subscribe", "stream": "public"} in network.subscribed


async def test_where_the_stream_is_refused_it_is_asked() -> None:
    """And that is said beside the source."""

    class Unstreamed(Mastodon):
        async def _stream(self, request):  # type: ignore[no-untyped-def]
            from aiohttp import web

            return web.json_response({"error": "no"}, status=403)

    async with Unstreamed() as network:
        network.streaming = True
        inlet = wanting()
        async with running(network.source(HurriedClock()), inlet):
            await inlet.until(lambda inlet: bool(inlet.ids))
        assert "refuses or broke the stream" in inlet.troubles[0]


@pytest.mark.parametrize(
    "more",
    [
        {"visibility": "private"},
        {"reblog": {"id": "1"}},
        {"account": {"id": "1", "acct": "bot", "note": "<p>#nobot</p>"}},
    ],
)
async def test_what_is_not_for_us_is_left(more: dict[str, object]) -> None:
    """Private posts, boosts, and accounts that ask not to be read by programs."""
    async with Mastodon() as network:
        network.posts = [Post("1", more=more), Post("2")]
        inlet = wanting()
        async with running(network.source(HurriedClock()), inlet):
            await inlet.until(lambda inlet: bool(inlet.ids))
        assert set(inlet.ids) == {network.id_of("2")}


async def test_a_gap_is_filled_page_by_page() -> None:
    """However many pages it has."""
    async with Mastodon() as network:
        inlet, clock = wanting(), HurriedClock()
        async with running(network.source(clock), inlet):
            await inlet.until(lambda inlet: bool(inlet.ids))
        network.posts = [Post(str(number)) for number in range(1, 140)]
        again = wanting()
        async with running(network.source(clock), again, inlet.cursor):
            await again.until(lambda inlet: len(set(inlet.ids)) >= 137)
        assert len(set(again.ids)) == 137
