"""Corrections and versions over HTTP: what goes to disk, what is refused, and that the document tells the truth of
it.
"""

import json

import pytest
from jsonschema import Draft202012Validator

from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction, RollBack, decode_teaching, encode_teaching
from sentinel.web.api.openapi import document
from sentinel.web.endpoints import ENDPOINTS
from tests.web.stand import Answer, Stand, a_config

LABEL = {"text": "la app de acme va mejor", "label": "positive", "by": "ana", "lang": "es"}


def conforms(method: str, path: str, answer: Answer) -> None:
    """The answer is one that the document promises."""
    described = document(ENDPOINTS)
    promised = described["paths"][path][method]["responses"][str(answer.status)]["content"]["application/json"][
        "schema"
    ]
    Draft202012Validator({**promised, "components": described["components"]}).validate(answer.json)


async def test_a_correction_goes_to_disk() -> None:
    """It is told to the model with the name of who says so; the answer says what the model makes of the text."""
    stand = Stand()
    async with stand.client() as client:
        answer = await client.post("/api/v1/labels", json=LABEL)
    assert answer.status == 202
    conforms("post", "/api/v1/labels", answer)
    assert stand.teachings == [Correction(text="la app de acme va mejor", label=Label.POSITIVE, by="ana", lang="es")]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"label": "angry"}, "label"),
        ({"by": " "}, "by"),
        ({"text": ""}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"mood": 1}, "mood"),
    ],
)
async def test_a_correction_that_cannot_be_used(change: dict[str, object], named: str) -> None:
    """The key is named, and nothing is told to the model."""
    stand = Stand()
    async with stand.client() as client:
        answer = await client.post("/api/v1/labels", json=LABEL | change)
    assert answer.status == 400
    assert named in answer.json["error"]
    assert stand.teachings == []


async def test_the_longest_text_is_taken_in_every_alphabet() -> None:
    """Ten thousand emoji, each of them twelve bytes once escaped, are what the description allows, so they come
    through.
    """
    stand = Stand()
    body = json.dumps(LABEL | {"text": "\U0001f525" * 10_000})
    async with stand.client() as client:
        assert (await client.post("/api/v1/labels", data=body)).status == 202


async def test_a_correction_wants_a_token_where_one_is_configured() -> None:
    """Who may not post may not teach."""
    stand = Stand(config=a_config(tokens=["s" * 24]))
    async with stand.client() as client:
        answers = [
            await client.post("/api/v1/labels", json=LABEL),
            await client.post("/api/v1/model/rollback", json={}),
        ]
    assert [answer.status for answer in answers] == [401, 401]
    assert stand.teachings == []


async def test_versions_and_going_back() -> None:
    """The versions kept are listed; one of them can be asked for, another is refused with those that are kept."""
    stand = Stand()
    async with stand.client() as client:
        listed = await client.get("/api/v1/model")
        back = await client.post("/api/v1/model/rollback", json={"version": 0, "by": "ana"})
        gone = await client.post("/api/v1/model/rollback", json={"version": 7, "by": "ana"})
    conforms("get", "/api/v1/model", listed)
    assert [(each["number"], each["serving"]) for each in listed.json["versions"]] == [(0, True)]
    assert back.status == 202
    conforms("post", "/api/v1/model/rollback", back)
    assert gone.status == 404
    assert "kept are 0" in gone.json["error"]
    assert stand.teachings == [RollBack(version=0, by="ana")]


def test_what_is_stored_is_what_was_said() -> None:
    """Both kinds come back from their bytes as they were."""
    for teaching in (Correction(text="¡no!", label=Label.NEGATIVE, by="ana"), RollBack(version=3, by="luis")):
        assert decode_teaching(encode_teaching(teaching)) == teaching
