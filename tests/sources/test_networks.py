"""Every network that is asked in rounds, against a server that speaks its format: the same stories for all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from sentinel.sources.rounds import MOST
from tests.fakes import START, HurriedClock
from tests.sources import networks
from tests.sources.far_side import Network, Post, listen

ALL = [
    kind
    for kind in vars(networks).values()
    if isinstance(kind, type) and issubclass(kind, Network) and kind is not Network
]


@pytest.fixture
def clock() -> HurriedClock:
    return HurriedClock()


@pytest.fixture(params=ALL, ids=[kind.kind for kind in ALL])
async def network(request: pytest.FixtureRequest) -> AsyncIterator[Network]:
    async with request.param() as opened:
        yield opened


async def test_the_first_start_brings_what_was_said_lately(network: Network, clock: HurriedClock) -> None:
    """With its words, its time, its author, and an address where a person can read it."""
    listened = await listen(network.source(clock), clock, idle=network.idle)
    assert listened.said.strip() == ""
    assert set(listened.inlet.ids) == {network.id_of("1"), network.id_of("2")}
    for mention in listened.inlet.mentions:
        assert mention.source == "ear"
        assert "hola Acme" in f"{mention.title} {mention.text}"
        assert mention.published_at == START - timedelta(minutes=5)
        assert (mention.url or "").startswith("http")
        assert "<" not in mention.text
    assert network.headers[0]["User-Agent"].startswith("Sentinel/test")


async def test_a_restart_goes_on_where_it_stopped(network: Network, clock: HurriedClock) -> None:
    """Nothing that came meanwhile is lost, and what comes twice has the same name."""
    first = await listen(network.source(clock), clock, idle=network.idle)
    network.posts = [Post("3", at=START - timedelta(minutes=1)), *network.posts]
    second = await listen(network.source(clock), clock, first.inlet.cursor, inlet=first.inlet, idle=network.idle)
    assert set(second.inlet.ids) == {network.id_of(each) for each in "123"}
    again = await listen(network.source(clock), clock, second.inlet.cursor, idle=network.idle)
    assert set(again.inlet.ids) <= {network.id_of(each) for each in "123"}


async def test_rounds_go_on(network: Network, clock: HurriedClock) -> None:
    """In one life as over a restart."""
    source = network.source(clock)
    listened = await listen(source, clock, rounds=2, idle=network.idle)
    assert listened.error is None
    assert set(listened.inlet.ids) == {network.id_of("1"), network.id_of("2")}
    assert len(network.asked) > 1


async def test_a_network_that_is_asked_too_often_is_left_alone(network: Network, clock: HurriedClock) -> None:
    """As long as it says."""
    network.refuse(429, Retry_After="120")
    listened = await listen(network.source(clock), clock, idle=network.idle)
    assert listened.error is not None
    assert listened.error.retry_after == 120
    assert "429" in listened.said


async def test_a_network_that_is_broken_is_said_to_be(network: Network, clock: HurriedClock) -> None:
    """And comes back by itself."""
    network.refuse(503, "<html>oops</html>")
    listened = await listen(network.source(clock), clock, idle=network.idle)
    assert "503" in listened.said
    assert listened.error is not None
    network.refusal = None
    assert set((await listen(network.source(clock), clock, idle=network.idle)).inlet.ids) == {
        network.id_of("1"),
        network.id_of("2"),
    }


async def test_a_token_that_expired_is_a_complaint_that_says_what_to_renew(
    network: Network, clock: HurriedClock
) -> None:
    """And it is not asked again at once; no secret is repeated."""
    if not network.secret:
        pytest.skip("wants no token")
    network.refuse(401, '{"error": "invalid"}')
    listened = await listen(network.source(clock), clock, idle=network.idle)
    assert listened.error is not None
    assert listened.error.permanent
    assert "401" in listened.said
    assert "renew" in listened.said or "make a new" in listened.said
    assert "s3cret" not in listened.said


@pytest.mark.parametrize("body", ["", "rubbish", "<!doctype html><html>Sign in</html>", "[" * 100_000, "[1]", '"x"'])
async def test_rubbish_is_no_silence(network: Network, clock: HurriedClock, body: str) -> None:
    """It is said, and nothing is taken."""
    network.refuse(200, body)
    listened = await listen(network.source(clock), clock, idle=network.idle)
    assert listened.error is not None or listened.inlet.refusals
    assert listened.inlet.ids == []


async def test_an_odd_item_costs_only_itself(network: Network, clock: HurriedClock) -> None:
    """It is counted."""
    network.odds = 1
    listened = await listen(network.source(clock), clock, idle=network.idle)
    assert set(listened.inlet.ids) == {network.id_of("1"), network.id_of("2")}
    assert listened.inlet.refusals


async def test_a_cursor_that_cannot_be_read_is_none(network: Network, clock: HurriedClock) -> None:
    """As at the first start."""
    listened = await listen(network.source(clock), clock, b"rubbish", idle=network.idle)
    assert set(listened.inlet.ids) == {network.id_of("1"), network.id_of("2")}


async def test_ten_thousand_at_once_come_in_small_batches(network: Network, clock: HurriedClock) -> None:
    """Others get their turn in between."""
    first = await listen(network.source(clock), clock, idle=network.idle)
    network.posts = [
        replace(Post(str(number)), at=START - timedelta(seconds=60 + (network.many - number) // 100))
        for number in range(network.many, 2, -1)
    ]
    listened = await listen(network.source(clock), clock, first.inlet.cursor, idle=network.idle)
    assert listened.error is None
    assert len(set(listened.inlet.ids)) >= network.many - 2
    assert max(len(batch.mentions) for batch in listened.inlet.batches) <= MOST
