"""Who may ask what is held on a person, and have it erased: admins alone, in the body and not in the address."""

import pytest

from sentinel.daemon.person_keeper import ErasurePending
from tests.builders import a_mention
from tests.web.stand import Stand, a_config

ASK = {"author": "@candela", "source": "bluesky"}


async def test_what_is_held_is_handed_out() -> None:
    """Mentions whole, as they were taken."""
    stand = Stand(hers=[a_mention("hola @acme", author="candela")])
    async with stand.client() as client:
        answer = await client.post("/api/v1/person/show", json=ASK)
    assert answer.status == 200
    assert answer.json["mentions"][0]["author"]["handle"] == "candela"
    assert stand.people == ["@candela"]


async def test_what_is_erased_is_counted() -> None:
    """And not named: the audit log holds that it was done."""
    stand = Stand()
    async with stand.client() as client:
        answer = await client.post("/api/v1/person/erase", json=ASK)
    assert answer.json == {"mentions": 3, "rows": 5, "packed": True}
    line = stand.audit.lines[-1]  # type: ignore[attr-defined]
    assert line.what == "person_erase"
    assert "candela" not in repr(line)


async def test_a_fold_that_is_behind_says_so() -> None:
    """What was asked is on disk; asked again, it goes on."""
    async with Stand(fold_behind=True).client() as client:
        answer = await client.post("/api/v1/person/erase", json=ASK)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


async def test_an_erasure_of_a_cluster_goes_on_by_itself() -> None:
    """Not done yet: its number, and what it waits for; asked again with the number, how much went."""
    stand = Stand(erasure_pending=ErasurePending(7, [3, 1], [3]))
    async with stand.client() as client:
        answer = await client.post("/api/v1/person/erase", json=ASK)
        assert (answer.status, answer.json) == (202, {"erasure": 7, "partitions": [1, 3], "unowned": [3]})
        again = await client.post("/api/v1/person/erase?erasure=7", json=ASK)
        assert (again.status, again.json["mentions"]) == (200, 3)
        unknown = await client.post("/api/v1/person/erase?erasure=8", json=ASK)
        assert (unknown.status, unknown.json["error"]) == (404, "erasure 8: there is none of that number")
        assert (await client.post("/api/v1/person/erase?erasure=0", json=ASK)).status == 400


@pytest.mark.parametrize("path", ["show", "erase"])
@pytest.mark.parametrize(
    "body", [{}, {"author": ""}, {"author": "  "}, {"author": "x" * 2000}, {"author": "a", "x": 1}]
)
async def test_nonsense_is_refused(path: str, body: dict[str, object]) -> None:
    """Nobody is erased by a slip."""
    stand = Stand()
    async with stand.client() as client:
        assert (await client.post(f"/api/v1/person/{path}", json=body)).status == 400
    assert stand.people == []


async def test_only_an_admin_may() -> None:
    """A token that reads does not do."""
    config = a_config(host="0.0.0.0", tokens=["t"])
    async with Stand(config=config).client() as client:
        assert (await client.post("/api/v1/person/show", json=ASK)).status == 401
        assert (await client.post("/api/v1/person/show", json=ASK, headers={"Authorization": "Bearer t"})).status == 200
