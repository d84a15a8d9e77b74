"""What is talked about, on pages and for programs: topics with a way to their mentions, what happened in people's own
words, and of other clients' brands nothing.
"""

from datetime import timedelta
from urllib.parse import quote

import pytest

from sentinel.sentiment.sentiment import Label
from sentinel.topics.brand_talk import SILENCE
from sentinel.web.access.brand_rights import BrandRights
from sentinel.web.narrowed.narrowed_ports import narrowed
from tests.web.heard import a_heard, heard_as
from tests.web.stand import Stand, a_crisis
from tests.web.tenants import OTHER
from tests.web.walk import known

SAID = (
    "Otro apagón en toda España, Acme no dice nada desde ayer",
    "Vaya apagón en toda España con Acme esta tarde en mi barrio",
    "apagon en toda España <script>alert(1)</script> y Acme callada",
    "Con Acme hay un apagón en toda España desde las doce del mediodía",
)


@pytest.fixture
def stand() -> Stand:
    """Four people speak of one thing."""
    stand = Stand()
    a_crisis(stand)
    at = stand.clock.now() - timedelta(minutes=9)
    stand.heard.kept = [
        a_heard(n, text, heard_as("Acme", Label.NEGATIVE), at=at + timedelta(minutes=n), author=f"u{n}")
        for n, text in enumerate(SAID, 1)
    ]
    return stand


async def test_a_program_asks_for_topics(stand: Stand) -> None:
    """Names, people, what they feel, posts that say it, and what happened."""
    async with stand.client() as client:
        answer = await client.get("/api/v1/brands/Acme/topics")
        told = answer.json
        assert (answer.status, told["people"], told["posts"]) == (200, 4, 4)
        (topic,) = told["topics"]
        assert (topic["name"], topic["people"], topic["negative"]) == ("apagón en toda España", 4, 4)
        assert {each["author"] for each in topic["samples"]} <= {f"@u{n}" for n in range(1, 5)}
        assert "toda España" in told["happened"][0]["text"]
        assert (await client.get("/api/v1/brands/Acme/topics?last=2y")).status == 400
        assert (await client.get("/api/v1/brands/Nobody/topics")).status == 404


@pytest.mark.parametrize(("language", "title"), [("es", "Qué ha pasado"), ("en", "What happened")])
async def test_an_incident_begins_with_what_happened(stand: Stand, language: str, title: str) -> None:
    """The sentence stands before the reasons, escaped, with the way to its mention; the topic under it."""
    (incident,) = stand.incidents
    async with stand.client() as client:
        page = (await client.get(f"/incidents/{incident}?lang={language}")).text
    assert page.index(title) < page.index('id="why"')
    assert "apagón en toda España" in page
    assert "/mentions?brand=Acme&amp;text=" in page
    assert "<script>alert" not in page


async def test_a_deleted_post_is_quoted_no_more(stand: Stand) -> None:
    """The page is asked twice; between, whoever wrote what it quotes deletes it: it quotes somebody else."""
    (incident,) = stand.incidents
    async with stand.client() as client:
        first = (await client.get("/api/v1/brands/Acme/topics")).json["happened"][0]
        stand.heard.kept = [each for each in stand.heard.kept if each.mention.author.handle != first["author"][1:]]
        stand.changes.bump()
        again = (await client.get("/api/v1/brands/Acme/topics")).text
        page = (await client.get(f"/incidents/{incident}")).text
    assert first["text"] not in again
    assert first["author"] not in again
    assert first["text"] not in page


async def test_a_brands_page_says_what_is_talked_about_today(stand: Stand) -> None:
    """And what it is scolded for this week."""
    async with stand.client() as client:
        page = (await client.get("/brands/Acme?lang=es")).text
    assert "Hoy hablan de" in page
    assert "4 personas" in page


async def test_a_client_hears_only_of_their_own_brands() -> None:
    """Asked for another client's brand, there is no such brand; nobody speaks of it through any port."""
    async with known("looks") as (agency, client, _):
        agency.heard.kept = [
            a_heard(n, text, heard_as(OTHER), at=agency.clock.now() - timedelta(minutes=9 - n), author=f"u{n}")
            for n, text in enumerate(SAID, 1)
        ]
        answer = await client.get(f"/api/v1/brands/{quote(OTHER)}/topics")
        assert answer.status == 404
        assert "apag" not in answer.text
        ports = narrowed(agency.ports(), BrandRights(frozenset({"Acme"})))
        now = agency.clock.now()
        assert await ports.talk.of(OTHER, now - timedelta(days=1), now) == SILENCE
