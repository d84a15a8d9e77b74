"""The door: who may bring mentions, how much, how often; and that 202 means "on disk"."""

import asyncio
import gzip
import random
import zlib
from typing import ClassVar

import pytest
from pydantic import SecretStr

from sentinel.config.access import Scope, Token
from sentinel.errors import BadMention, JournalFull, StoreError
from sentinel.web.http.body import RefusedBody, read_body
from tests.web.stand import Stand, Taken, a_config

ONE = b'{"source":"x","id":"1","text":"hola @acme","published_at":"2026-03-02T08:59:00Z"}'
PATH = "/api/v1/mentions"


async def test_what_is_on_disk_is_answered_with_202_and_the_bad_lines_by_number() -> None:
    """The sender learns how many were new, how many known, and which lines were no mention."""
    stand = Stand(
        taken=Taken(accepted=2, duplicates=1, rejected=((3, "published_at: 1970 is not between 2006 and 2100"),))
    )
    async with stand.client() as client:
        answer = await client.post(PATH, data=ONE, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status == 202
    assert answer.json == {
        "accepted": 2,
        "duplicates": 1,
        "rejected": [{"line": 3, "error": "published_at: 1970 is not between 2006 and 2100"}],
    }
    assert stand.bodies == [(ONE, "application/x-ndjson")]


@pytest.mark.parametrize(
    ("taken", "status"),
    [
        (Taken(rejected=((1, "text: missing"),)), 400),
        (Taken(duplicates=1, rejected=((2, "text: missing"),)), 202),
        (Taken(duplicates=3), 202),
        (Taken(), 202),
    ],
)
async def test_400_when_nothing_of_it_could_be_taken(taken: Taken, status: int) -> None:
    """A second post of the same is no error; a post of nothing but rubbish is."""
    async with Stand(taken=taken).client() as client:
        assert (await client.post(PATH, data=ONE)).status == status


async def test_a_body_that_cannot_be_read_at_all_is_400_and_says_why() -> None:
    """The door's reason reaches the sender."""
    async with Stand(door_fails=BadMention("no JSON array: damaged")).client() as client:
        answer = await client.post(PATH, data=b"[")
    assert (answer.status, answer.json) == (400, {"error": "no JSON array: damaged"})


async def test_a_store_that_fails_is_503_and_never_202() -> None:
    """The sender keeps what we could not write, and hears when to come back; the log has the cause."""
    async with Stand(door_fails=StoreError("disk full at /var/lib")).client() as client:
        answer = await client.post(PATH, data=ONE)
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    assert "/var/lib" not in answer.text


async def test_a_journal_that_is_full_is_429() -> None:
    """What carries mentions to the workers holds as much as it may: as a full queue, with the time to come back in."""
    full = JournalFull("stream SENTINEL is full (1048576 bytes wait for workers)", retry_after=7.2)
    async with Stand(door_fails=full).client() as client:
        answer = await client.post(PATH, data=ONE)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "8")
    assert "stream SENTINEL is full" in answer.text


async def test_a_full_queue_is_429_before_anything_is_read() -> None:
    """Back-pressure, not loss."""
    stand = Stand(pressed=True)
    async with stand.client() as client:
        answer = await client.post(PATH, data=ONE)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert stand.bodies == []


async def test_a_client_that_posts_too_often_is_told_when_to_come_back() -> None:
    """Bursts of twice the rate pass; a second later one more does."""
    stand = Stand(config=a_config(rate_limit=1))
    async with stand.client() as client:
        assert [(await client.post(PATH, data=ONE)).status for _ in range(3)] == [202, 202, 429]
        assert (await client.post(PATH, data=ONE)).headers["Retry-After"] == "1"
        await stand.clock.advance(1.0)
        assert (await client.post(PATH, data=ONE)).status == 202


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)])
async def test_bodies_may_be_compressed(name: str, pack: object) -> None:
    """The door sees what was meant."""
    stand = Stand()
    async with stand.client() as client:
        answer = await client.post(PATH, data=pack(ONE), headers={"Content-Encoding": name})  # type: ignore[operator]
    assert answer.status == 202
    assert stand.bodies[0][0] == ONE


async def test_every_member_of_a_compressed_body_is_read() -> None:
    """Writers that append to a gzip file make members, and a large one is unpacked beside the loop."""
    stand = Stand(config=a_config(max_body=10 * 2**20))
    large = b" " * 5_000_000 + random.Random(1).randbytes(100_000).hex().encode()
    async with stand.client() as client:
        packed = b"".join(map(gzip.compress, (ONE, b"\n", large)))
        assert (await client.post(PATH, data=packed, headers={"Content-Encoding": "gzip"})).status == 202
    assert stand.bodies[0][0] == ONE + b"\n" + large


@pytest.mark.parametrize(
    ("body", "encoding", "status", "word"),
    [
        (b"x" * 5000, None, 413, "web.max_body"),
        (gzip.compress(b"\0" * 20_000_000, 9), "gzip", 413, "decompression"),
        (gzip.compress(ONE)[:-9], "gzip", 400, "ends early"),
        (b"no gzip at all", "gzip", 400, "no gzip"),
        (gzip.compress(ONE) + b"junk", "gzip", 400, "after its end"),
        (zlib.compress(ONE) + zlib.compress(ONE), "deflate", 400, "after its end"),
        (gzip.compress(ONE) + gzip.compress(ONE)[:-9], "gzip", 400, "ends early"),
        (gzip.compress(b"\0" * 200_000, 9) * 2, "gzip", 413, "decompression"),
        (ONE, "br", 415, "br"),
    ],
    ids=["large", "bomb", "cut", "damaged", "junk", "two", "second cut", "second large", "unknown"],
)
async def test_bodies_that_are_too_much_or_damaged_are_refused(
    body: bytes, encoding: str | None, status: int, word: str
) -> None:
    """A bomb of 20 MB is refused at the limit; nothing reaches the door."""
    stand = Stand(config=a_config(max_body=262_144 if encoding == "gzip" else 4096))
    headers = {"Content-Encoding": encoding} if encoding else {}
    async with stand.client() as client:
        answer = await client.post(PATH, data=body, headers=headers)
    assert answer.status == status
    assert word in answer.json["error"]
    assert stand.bodies == []


async def test_a_body_without_a_length_is_counted_as_it_comes() -> None:
    """Chunked transfer does not get around the limit."""

    async def chunks():
        for _ in range(20):
            yield b"x" * 1000

    async with Stand(config=a_config(max_body=4096)).client() as client:
        assert (await client.post(PATH, data=chunks())).status == 413


async def test_a_body_that_drips_is_given_up() -> None:
    """A sender that never finishes does not hold a connection for ever."""

    class Dripping:
        headers: ClassVar[dict[str, str]] = {}
        content_length = None

        class content:
            @staticmethod
            async def iter_any():
                yield b"{"
                await asyncio.Event().wait()

    with pytest.raises(RefusedBody) as refused:
        await read_body(Dripping(), 100, deadline=0.01)  # type: ignore[arg-type]
    assert refused.value.status == 408


async def test_the_token_decides_where_one_is_configured() -> None:
    """Missing and wrong tokens are told apart in the header that says so; the right one passes; none is repeated."""
    stand = Stand(config=a_config(tokens=["s3cret-one", "s3cret-two"]))
    async with stand.client() as client:
        missing = await client.post(PATH, data=ONE)
        wrong = await client.post(PATH, data=ONE, headers={"Authorization": "Bearer nope"})
        basic = await client.post(PATH, data=ONE, headers={"Authorization": "Basic czNjcmV0"})
        right = await client.post(PATH, data=ONE, headers={"Authorization": "bearer s3cret-two"})
    assert [each.status for each in (missing, wrong, basic, right)] == [401, 401, 401, 202]
    assert missing.headers["WWW-Authenticate"] == 'Bearer realm="sentinel"'
    assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
    assert "s3cret" not in missing.text + wrong.text
    assert len(stand.bodies) == 1


async def test_a_token_that_a_reload_takes_away_is_worth_nothing_at_once() -> None:
    """The configuration is asked anew for each request."""
    stand = Stand(config=a_config(tokens=["old"]))
    async with stand.client(Authorization="Bearer old") as client:
        assert (await client.post(PATH, data=ONE)).status == 202
        stand.config = a_config(tokens=["new"])
        assert (await client.post(PATH, data=ONE)).status == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://whatever"}, 202),
        ({}, 202),
    ],
)
async def test_another_sites_page_cannot_post_through_the_browser_of_who_sits_here(
    headers: dict[str, str], status: int
) -> None:
    """Without tokens the machine itself is trusted, pages of strangers in its browser are not."""
    async with Stand().client(**headers) as client:
        assert (await client.post(PATH, data=ONE, headers={"Content-Type": "text/plain"})).status == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:1", 202),
        ("localhost", 202),
        ("[::1]:8080", 202),
        ("sentinel.example.org", 202),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
async def test_a_name_that_is_not_ours_is_not_answered(host: str, status: int) -> None:
    """DNS rebinding: a stranger's name that points to this machine gets nothing."""
    async with Stand(config=a_config(external_url="https://sentinel.example.org/")).client(Host=host) as client:
        assert (await client.post(PATH, data=ONE)).status == status


async def test_any_name_will_do_where_others_may_reach_us() -> None:
    """Beyond loopback the token guards, and names are whatever the network calls us, as long as nobody told us ours."""
    stand = Stand(config=a_config(host="0.0.0.0", tokens=["t"]))
    async with stand.client(Host="sentinel.lan", Authorization="Bearer t") as client:
        assert (await client.post(PATH, data=ONE)).status == 202


NAMED = {"host": "0.0.0.0", "tokens": ["t"], "names": ["sentinel"], "external_url": "https://s.example.org"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("s.example.org", 401),
        ("S.Example.org.:443", 401),
        ("sentinel:8080", 401),
        ("10.1.2.3:8080", 401),
        ("[2001:db8::1]", 401),
        ("localhost:8080", 401),
        ("evil.example", 421),
        ("sentinel.evil.example", 421),
        ("s.example.org.evil.example", 421),
    ],
)
async def test_known_names_are_the_only_ones_beyond_loopback_too(host: str, status: int) -> None:
    """A container published on 127.0.0.1 listens on all addresses; a stranger's name that leads there is refused."""
    async with Stand(config=a_config(**NAMED)).client(Host=host) as client:
        assert (await client.get("/api/v1/brands")).status == status
        assert (await client.post(PATH, data=ONE)).status == status


async def test_a_token_is_enough_whatever_the_name() -> None:
    """A scraper or an exporter may know us by a name of its network; no stranger's page can show a token."""
    async with Stand(config=a_config(**NAMED)).client(Host="evil.example", Authorization="Bearer t") as client:
        assert (await client.post(PATH, data=ONE)).status == 202


@pytest.mark.parametrize(
    "path", ["/", "/wall", "/incidents", "/api/v1/brands", "/api/v1/live", "/metrics", "/silences"]
)
async def test_looking_wants_a_token_where_others_may_come(path: str) -> None:
    """A page leads to where one is shown; a program is told; with one, both are let in."""
    stand = Stand(config=a_config(host="0.0.0.0", tokens=["t"]))
    async with stand.client(Accept="text/html") as client:
        refused = await client.get(path)
        assert refused.status == (401 if path.startswith(("/api", "/metrics")) else 303), refused.text
        if path in ("/api/v1/live", "/incidents"):
            return
        assert (await client.get(path, headers={"Authorization": "Bearer nope"})).status in (401, 303)
        shown = {"Authorization": "Bearer t"} if path == "/metrics" else {"Cookie": "sentinel_token=t"}
        assert (await client.get(path, headers=shown)).status == 200
        assert (await client.get("/-/healthy")).status in (200, 503)


async def test_metrics_may_be_left_open() -> None:
    """Where the network is one's own."""
    config = a_config(host="0.0.0.0", tokens=["t"])
    config = config.model_copy(update={"access": config.access.model_copy(update={"metrics": "open"})})
    async with Stand(config=config).client() as client:
        assert (await client.get("/metrics")).status == 200


async def test_a_token_that_may_not_look_shows_nothing() -> None:
    """One that brings mentions is no key to the pages."""
    tokens = (Token(name="reviews", token=SecretStr("m"), scopes=(Scope.MENTIONS,)),)
    config = a_config(host="0.0.0.0", tokens=["t"])
    config = config.model_copy(update={"access": config.access.model_copy(update={"tokens": tokens})})
    async with Stand(config=config).client(Cookie="sentinel_token=m", Accept="text/html") as client:
        assert (await client.get("/")).status == 303
        assert (await client.get("/api/v1/brands")).status == 401
