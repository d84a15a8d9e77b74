"""Sources over HTTP: what is posted to one reaches it as it came, and one can be told to begin anew."""

from io import BytesIO

import pytest

from tests.web.stand import Stand, a_config
from tests.web.test_openapi import conforms


async def test_a_post_reaches_its_source_as_it_came() -> None:
    """Bytes, headers and query: its signature is over them."""
    stand = Stand()
    async with stand.client() as client:
        told = await client.post("/ingest/partner?token=x", data=b' {"id": 1}\n', headers={"X-Signature": "Abc"})
        asked = await client.get("/ingest/partner?hub.mode=subscribe")
    assert (told.status, told.json) == (202, {"accepted": 1, "rejected": 0})
    assert asked.status == 202
    post, get = stand.posted
    assert (post.body, post.query, post.headers["x-signature"]) == (b' {"id": 1}\n', {"token": "x"}, "Abc")
    assert (get.method, get.query) == ("GET", {"hub.mode": "subscribe"})


async def test_a_post_wants_no_token_of_ours() -> None:
    """Its signature is its proof; who is no source is not found, and a full queue says when to come back."""
    stand = Stand(config=a_config(tokens=["s" * 24]))
    async with stand.client() as client:
        assert (await client.post("/ingest/partner", data=b"{}")).status == 202
        assert (await client.post("/ingest/nobody", data=b"{}")).status == 404
        assert (await client.post("/ingest/partner", data=BytesIO(b"x" * (2**20 + 1)))).status == 413
        stand.pressed = True
        pressed = await client.post("/ingest/partner", data=b"{}")
    assert pressed.status == 429
    assert int(pressed.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/sources/press/reset", {"by": "ana"}, 202),
        ("/api/v1/sources/press/reset", {"by": "ana", "url": "https://news.example/rss"}, 202),
        ("/api/v1/sources/press/reset", {"by": "ana", "url": "https://elsewhere.example"}, 404),
        ("/api/v1/sources/nobody/reset", {"by": "ana"}, 404),
        ("/api/v1/sources/press/reset", {}, 400),
    ],
)
async def test_a_source_is_told_to_begin_anew(path: str, body: dict[str, str], status: int) -> None:
    """All of it, or one of its addresses; the address is never repeated."""
    stand = Stand()
    async with stand.client() as client:
        answer = await client.post(path, json=body)
    assert answer.status == status
    conforms("post", "/api/v1/sources/{name}/reset", answer)
    assert "elsewhere" not in str(answer.json)
    assert stand.resets == ([("press", body.get("url"))] if status == 202 else stand.resets[:1])
