"""X: rules made of the brands, a stream that costs, edits, gaps, and refusals told in its own way."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from sentinel.sources.x import RENEW
from tests.fakes import START, HurriedClock
from tests.sources.far_side import ACME, Network, Post, listen
from tests.sources.inlet import KeepingInlet
from tests.sources.networks import zulu
from tests.sources.tasks import running


class X(Network):
    """Rules, the stream, and the search of recent posts."""

    kind = "x"

    def __init__(self) -> None:
        super().__init__()
        self.rules = [{"id": "1", "value": "others", "tag": "theirs"}, {"id": "2", "value": "old", "tag": "sentinel:9"}]
        self.lines: list[object] = []
        self.missed: list[Post] = []
        self.held = True

    def settings(self) -> dict[str, object]:
        return {"url": self.url, "token": "s3cret", "monthly_usd": 10, "languages": ("es", "pt")}

    def post(self, post: Post) -> dict[str, object]:
        return {
            "data": self.data(post),
            "includes": {"users": [{"id": "9", "username": "ana", "public_metrics": {"followers_count": 1523}}]},
            "matching_rules": [{"id": "3", "tag": "sentinel:1"}],
        }

    def data(self, post: Post) -> dict[str, object]:
        known = {"id": post.id, "text": post.text, "author_id": "9", "created_at": zulu(post.at), "lang": "es"}
        return known | {"edit_history_tweet_ids": [post.id], "public_metrics": {"like_count": 2}} | post.more

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Bearer s3cret":
            return web.json_response({"title": "Unauthorized"}, status=401)
        if request.path.endswith("/rules"):
            return await self._rules(request)
        if request.path.endswith("/recent"):
            data = [self.data(post) for post in self.missed if int(post.id) > int(request.query["since_id"])]
            return web.json_response({"data": data, "meta": {"result_count": len(data)}})
        response = web.StreamResponse()
        await response.prepare(request)
        for line in self.lines:
            await response.write((line if isinstance(line, str) else json.dumps(line)).encode() + b"\r\n")
        if self.held:
            await asyncio.Event().wait()
        return response

    async def _rules(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            asked = await request.json()
            gone = asked.get("delete", {}).get("ids", [])
            self.rules = [rule for rule in self.rules if rule["id"] not in gone]
            new = [rule | {"id": str(90 + number)} for number, rule in enumerate(asked.get("add", []))]
            self.rules += new
            return web.json_response({"data": new, "meta": {"summary": {"created": len(new)}}})
        return web.json_response({"data": self.rules, "meta": {}})


@pytest.fixture
async def network() -> AsyncIterator[X]:
    async with X() as opened:
        yield opened


@pytest.fixture
def clock() -> HurriedClock:
    return HurriedClock()


def wanting() -> KeepingInlet:
    return KeepingInlet(lambda mention: "Acme" in mention.text)


async def test_the_stream_is_heard_by_rules_of_the_brands(network: X, clock: HurriedClock) -> None:
    """Our old rules go, those of others stay; empty lines say that it lives, odd ones cost only themselves."""
    long = {"note_tweet": {"text": "hola Acme, y mucho más"}, "referenced_tweets": [{"type": "quoted", "id": "5"}]}
    network.lines = [network.post(Post("7")), "", "odd", network.post(Post("8", more=long))]
    inlet = wanting()
    async with running(network.source(clock), inlet):
        await inlet.until(lambda inlet: len(inlet.ids) == 2)
    first, second = inlet.mentions
    assert (first.id, first.url, first.text) == ("7", "https://x.com/ana/status/7", "hola Acme")
    assert first.author is not None
    assert (first.author.followers, second.text, second.kind.value) == (1523, "hola Acme, y mucho más", "quote")
    rule = '(Acme OR @acme_es OR "Acme Air") -is:retweet (lang:es OR lang:pt) -"Acme Records"'
    assert [(each["value"], each["tag"]) for each in network.rules] == [("others", "theirs"), (rule, "sentinel:1")]
    assert inlet.refusals == ["1: X sends a line of 4 bytes that is no post"]


async def test_what_was_missed_is_asked_for(network: X, clock: HurriedClock) -> None:
    """From the newest post that was read."""
    network.lines = [network.post(Post("7"))]
    first = wanting()
    async with running(network.source(clock), first):
        await first.until(lambda inlet: bool(inlet.ids))
    network.lines, network.missed = [network.post(Post("12"))], [Post("6"), Post("9"), Post("11")]
    second = wanting()
    async with running(network.source(clock), second, first.cursor):
        await second.until(lambda inlet: "12" in inlet.ids)
    assert second.ids == ["9", "11", "12"]


async def test_an_edit_keeps_the_first_name(network: X, clock: HurriedClock) -> None:
    """One that speaks of no brand any more takes the post back."""
    network.lines = [
        network.post(Post("7")),
        network.post(Post("8", "nada", more={"edit_history_tweet_ids": ["7", "8"]})),
    ]
    inlet = wanting()
    async with running(network.source(clock), inlet):
        await inlet.until(lambda inlet: any(batch.deletes for batch in inlet.batches))
    assert inlet.batches[-1].deletes == ("7",)


async def test_the_month_is_not_overspent(network: X, clock: HurriedClock) -> None:
    """When it is spent the source stops until the next, over restarts too, and says so."""
    network.lines = [network.post(Post(str(number))) for number in range(10, 20)]
    source = network.source(clock, monthly_usd=0.05)
    listened = await listen(source, clock, inlet=wanting())
    assert listened.error is not None
    assert "the quota of 50 a month is spent" in listened.said
    assert len(listened.inlet.ids) == 10
    assert source.budget() == "0.00 of 0.05 USD left this month"
    again = await listen(network.source(clock, monthly_usd=0.05), clock, listened.inlet.cursor)
    assert again.error is not None
    assert (again.error.retry_after or 0) > 20 * 86_400


@pytest.mark.parametrize(
    ("status", "headers", "said", "wait"),
    [
        (401, {}, RENEW, None),
        (403, {}, RENEW, None),
        (429, {"Retry_After": "120"}, "429", 120),
        (503, {}, "503", None),
    ],
)
async def test_refusals_are_told(
    network: X, clock: HurriedClock, status: int, headers: dict[str, str], said: str, wait: float | None
) -> None:
    """With what to renew, or how long to wait."""
    network.refuse(status, "{}", **headers)
    listened = await listen(network.source(clock), clock)
    assert listened.error is not None
    assert said in listened.said
    assert listened.error.retry_after == wait
    assert "s3cret" not in listened.said


async def test_a_stream_that_is_taken_or_ended_is_told(network: X, clock: HurriedClock) -> None:
    """By X in a line, by another program in a refusal, or by its end."""
    network.lines = [{"errors": [{"title": "operational-disconnect", "detail": "upstream"}]}]
    assert "operational-disconnect" in (await listen(network.source(clock), clock)).said
    network.lines, network.held = [network.post(Post("7"))], False
    ended = await listen(network.source(clock), clock, inlet=wanting())
    assert "X ended the stream" in ended.said
    assert ended.inlet.ids == ["7"]

    class Taken(X):
        async def answer(self, request: web.Request) -> web.StreamResponse:
            if request.path.endswith("/stream"):
                reset = str(int(START.timestamp()) + 300)
                body = {"title": "ConnectionException", "connection_issue": "TooManyConnections"}
                return web.json_response(body, status=429, headers={"x-rate-limit-reset": reset})
            return await super().answer(request)

    async with Taken() as taken:
        listened = await listen(taken.source(clock), clock)
        assert "another program has the stream" in listened.said
        assert listened.error is not None
        assert 290 < (listened.error.retry_after or 0) <= 300


async def test_ten_thousand_at_once_come_in_small_batches(network: X, clock: HurriedClock) -> None:
    """Others get their turn in between."""
    network.lines, network.held = [network.post(Post(str(number))) for number in range(10_000)], False
    listened = await listen(network.source(clock, monthly_usd=500), clock, inlet=wanting())
    assert len(set(listened.inlet.ids)) == 10_000
    assert max(len(batch.mentions) for batch in listened.inlet.batches) <= 500


async def test_both_spellings_are_asked_for(network: X, clock: HurriedClock) -> None:
    """The stream finds accents only with accents."""
    source = network.source(clock)
    source.brands = lambda: (type(ACME)(brand="T", any=("Telefónica",)),)
    assert source.asks() == ("(Telefónica OR Telefonica) -is:retweet (lang:es OR lang:pt)",)
