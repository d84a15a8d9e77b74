"""Who may rotate secrets, what they are told, and what stays in the audit log."""

import pytest

from sentinel.errors import BadInput, StoreError
from tests.web.stand import Stand

PATH = "/api/v1/secrets/rotate"


async def test_what_was_rotated_is_told_and_written_down() -> None:
    """How many incidents were paged anew; no secret in either."""
    stand = Stand()
    async with stand.client() as client:
        answer = await client.post(PATH, json={"secrets": ["links", "forms"]})
    assert (answer.status, answer.json) == (200, {"rotated": ["links", "forms"], "paged": 2})
    line = stand.audit.lines[-1]  # type: ignore[attr-defined]
    assert (line.what, line.about) == ("secrets_rotate", "forms links")


@pytest.mark.parametrize("body", [{}, {"secrets": []}, {"secrets": ["authors"]}, {"secrets": ["links"], "x": 1}, []])
async def test_nonsense_is_refused(body: object) -> None:
    """Pseudonyms are not rotated."""
    async with Stand().client() as client:
        assert (await client.post(PATH, json=body)).status == 400


@pytest.mark.parametrize(
    ("fault", "status"),
    [(BadInput("links: comes from web.link_secret"), 409), (StoreError("cannot be written"), 503)],
)
async def test_what_cannot_be_done_says_why(fault: Exception, status: int) -> None:
    """In the words of whoever knows."""
    async with Stand(rotation_fails=fault).client() as client:
        answer = await client.post(PATH, json={"secrets": ["links"]})
    assert answer.status == status
    assert str(fault) in answer.json["error"]
