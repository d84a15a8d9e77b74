"""Programs that post: a mapping finds the mentions, a signature proves them, and a delivery counts once."""

import hashlib
import hmac
import json

import pytest
from pydantic import ValidationError

from sentinel.errors import BadMention
from sentinel.mention import Kind
from sentinel.sources.meta import MetaSettings, MetaSource
from sentinel.sources.posted import MOST, Posted, Told
from sentinel.sources.webhook import WebhookSettings, WebhookSource
from tests.fakes import START, FakeClock
from tests.sources.inlet import KeepingInlet

TOKEN = {"authorization": "Bearer s3cret"}


def a_source(clock: FakeClock, **settings: object) -> WebhookSource:
    known = {"type": "webhook", "signature": "token", "secrets": ["s3cret"]} | settings
    return WebhookSource("partner", WebhookSettings.model_validate(known), clock, user_agent="test")


async def post(source: WebhookSource, inlet: KeepingInlet, body: object, **headers: str) -> Told:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await source.receive(Posted(headers=TOKEN | named, body=raw), inlet)


async def test_our_own_shape_needs_no_mapping(clock: FakeClock, inlet: KeepingInlet) -> None:
    """One, a list, a list in an object, lines, a form."""
    source = a_source(clock)
    for number, body in enumerate(({"id": "1"}, [{"id": "2"}], {"items": [{"id": "3"}]}, {"data": [{"id": "4"}]})):
        dressed = json.dumps(body).replace('"id"', '"text": "hola Acme", "id"')
        told = await post(source, inlet, dressed.encode())
        assert (told.status, json.loads(told.body)) == (202, {"accepted": 1, "rejected": 0}), number
    await post(source, inlet, b'{"id":"5","text":"x"}\n{"id":"6","text":"y"}\n', content_type="application/x-ndjson")
    form = "application/x-www-form-urlencoded"
    await post(source, inlet, b'payload={"id":"7","text":"x"}', content_type=form)
    await post(source, inlet, b"id=8&text=hola", content_type=form)
    assert inlet.ids == list("12345678")
    assert {mention.published_at for mention in inlet.mentions} == {START}
    assert {mention.source for mention in inlet.mentions} == {"partner"}


async def test_a_mapping_finds_a_mention_anywhere(clock: FakeClock, inlet: KeepingInlet) -> None:
    """Numbers as ids, milliseconds as times, stars of ten: all are read as the door reads them."""
    mapping = {
        "id": "document.ref",
        "text": "join(' ', [document.title, document.body])",
        "published_at": "published",
        "author.name": "extra.name",
        "engagement.likes": "extra.likes",
        "rating": "stars",
        "kind": "'review'",
        "deleted": "gone",
    }
    source = a_source(clock, items="chunk.results", mapping=mapping, html=True, lang="es")
    hit = {
        "document": {"ref": 7, "title": "Mal", "body": "<p>Acme &amp; co</p>"},
        "published": 1772438400000,
        "extra": {"name": "Ana", "likes": 3.0},
        "stars": 8,
    }
    gone = hit | {"gone": True, "document": {"ref": 6}}
    told = await post(source, inlet, {"chunk": {"results": [hit, gone, {"document": 3}, "odd"]}})
    assert json.loads(told.body) == {"accepted": 1, "rejected": 2}
    (mention,) = inlet.mentions
    assert (mention.id, mention.text, mention.rating, mention.kind) == ("7", "Mal Acme & co", 4, Kind.REVIEW)
    assert mention.published_at.isoformat() == "2026-03-02T08:00:00+00:00"
    assert mention.author is not None
    assert mention.engagement is not None
    assert (mention.author.name, mention.engagement.likes, mention.lang) == ("Ana", 3, "es")
    assert [batch.deletes for batch in inlet.batches if batch.deletes] == [("6",)]


async def test_a_delivery_that_comes_again_is_taken_once(clock: FakeClock, inlet: KeepingInlet) -> None:
    """And answered as one that went well, or its sender would never stop."""
    source = a_source(clock)
    for _ in range(2):
        told = await post(source, inlet, {"id": "1", "text": "x"}, x_github_delivery="d1")
        assert told.status in (200, 202)
    assert len(inlet.batches) == 1


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"text": "*Acme* cae", "username": "bot"}, "*Acme* cae"),
        ({"attachments": [{"title": "Acme", "text": "cae", "title_link": "https://x.example"}]}, "Acme\ncae"),
        (
            {"type": "event_callback", "event_id": "Ev08", "event": {"text": "Acme cae", "ts": "1772438400.000200"}},
            "Acme cae",
        ),
    ],
)
async def test_slacks_shapes_are_known(clock: FakeClock, inlet: KeepingInlet, body: object, text: str) -> None:
    """Of its webhooks and of its events; its question whether we are there is answered."""
    source = a_source(clock, signature="slack")
    at = str(int(START.timestamp()))

    async def send(raw: bytes) -> Told:
        signed = hmac.new(b"s3cret", b"v0:" + at.encode() + b":" + raw, hashlib.sha256).hexdigest()
        headers = {"x-slack-request-timestamp": at, "x-slack-signature": f"v0={signed}"}
        return await source.receive(Posted(headers=headers, body=raw), inlet)

    await send(json.dumps(body).encode())
    assert [mention.text for mention in inlet.mentions] == [text]
    asked = await send(b'{"type":"url_verification","challenge":"abc"}')
    assert (asked.status, asked.body) == (200, "abc")


async def test_who_is_not_believed_learns_nothing(clock: FakeClock, inlet: KeepingInlet) -> None:
    """Neither why, nor whether the body would have been good."""
    source = a_source(clock)
    answers = {(await source.receive(Posted(headers=headers, body=body), inlet)).body
               for headers in ({}, {"authorization": "Bearer x"}) for body in (b"{", b"{}")}  # fmt: skip
    assert answers == {'{"error":"the signature or the token is not right"}'}
    assert (await source.receive(Posted(method="GET"), inlet)).status == 405
    assert inlet.batches == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"7", b"[7]", b'{"id": "1"}', b'{"text": 7}'])
async def test_what_cannot_be_read_is_refused(clock: FakeClock, inlet: KeepingInlet, body: bytes) -> None:
    """With a reason, for who is believed."""
    with pytest.raises(BadMention):
        await post(a_source(clock), inlet, body)
    assert inlet.ids == []


async def test_ten_thousand_at_once_come_in_small_batches(clock: FakeClock, inlet: KeepingInlet) -> None:
    """Others get their turn in between."""
    told = await post(a_source(clock), inlet, [{"id": str(n), "text": "x"} for n in range(10_000)])
    assert json.loads(told.body)["accepted"] == 10_000
    assert max(len(batch.mentions) for batch in inlet.batches) <= MOST


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"mapping": {"words": "a"}}, "'words' is no field of a mention"),
        ({"mapping": {"text": "a["}}, "text: 'a\\[' is no JMESPath"),
        ({"items": "]"}, "items: '\\]' is no JMESPath"),
        ({"secrets": []}, "at least 1"),
    ],
)
def test_mistakes_in_the_mapping_are_named(clock: FakeClock, settings: dict[str, object], error: str) -> None:
    """When the configuration is read, not when somebody posts."""
    with pytest.raises(ValidationError, match=error):
        a_source(clock, **settings)


# -- Facebook and Instagram

META = {"type": "meta", "app_secret": "s3cret", "verify_token": "v3rify"}


async def notify(clock: FakeClock, inlet: KeepingInlet, *changes: object, object: str = "page") -> Told:
    source = MetaSource("pages", MetaSettings.model_validate(META), clock, user_agent="test")
    entry = {"id": "17", "time": int(START.timestamp()), "changes": list(changes)}
    body = json.dumps({"object": object, "entry": [entry]}).encode()
    signature = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    return await source.receive(Posted(headers={"x-hub-signature-256": f"sha256={signature}"}, body=body), inlet)


def a_comment(**more: object) -> dict[str, object]:
    value = {
        "item": "comment", "verb": "add", "comment_id": "17_9", "post_id": "17_5", "parent_id": "17_5",
        "message": "Acme fatal", "created_time": int(START.timestamp()) - 60, "from": {"id": "8", "name": "Ana"},
    }  # fmt: skip
    return {"field": "feed", "value": value | more}


async def test_the_address_is_verified(clock: FakeClock, inlet: KeepingInlet) -> None:
    """With the text that only the dashboard and we know."""
    source = MetaSource("pages", MetaSettings.model_validate(META), clock, user_agent="test")
    query = {"hub.mode": "subscribe", "hub.verify_token": "v3rify", "hub.challenge": "1158201444"}
    right = await source.receive(Posted(method="GET", query=query), inlet)
    assert (right.status, right.body) == (200, "1158201444")
    wrong = await source.receive(Posted(method="GET", query=query | {"hub.verify_token": "x"}), inlet)
    assert wrong.status == 403
    assert (await source.receive(Posted(body=b"{}"), inlet)).status == 401


async def test_comments_and_mentions_are_heard(clock: FakeClock, inlet: KeepingInlet) -> None:
    """Of a Page and of Instagram; what the Page says itself, likes and odd changes are not."""
    await notify(
        clock,
        inlet,
        a_comment(),
        a_comment(comment_id="17_10", **{"from": {"id": "17", "name": "Acme"}}),
        {"field": "feed", "value": {"item": "like", "verb": "add", "post_id": "17_5"}},
        {
            "field": "ratings",
            "value": {"review_text": "No", "recommendation_type": "NEGATIVE", "verb": "add", "id": "r1"},
        },
        "odd",
    )
    instagram = {"id": "c1", "text": "@acme fatal", "media": {"id": "m1"}, "from": {"id": "9", "username": "luis"}}
    await notify(clock, inlet, {"field": "comments", "value": instagram}, object="instagram")
    comment, review, other = inlet.mentions
    assert (comment.id, comment.kind, comment.parent_id, comment.url) == (
        "17_9", Kind.COMMENT, "17_5", "https://www.facebook.com/17_9",
    )  # fmt: skip
    assert (review.rating, review.kind) == (1.0, Kind.REVIEW)
    assert (other.id, other.kind, other.parent_id) == ("c1", Kind.COMMENT, "m1")
    assert inlet.refusals == ["1: Meta sends a change of another shape"]


async def test_what_is_removed_is_taken_back(clock: FakeClock, inlet: KeepingInlet) -> None:
    """By its author or by the Page."""
    await notify(clock, inlet, a_comment(verb="remove"))
    assert inlet.batches[-1].deletes == ("17_9",)


async def test_what_meta_did_not_sign_changes_nothing(clock: FakeClock, inlet: KeepingInlet) -> None:
    """Another secret, another body, none at all; who is not believed learns nothing."""
    source = MetaSource("pages", MetaSettings.model_validate(META), clock, user_agent="test")
    body = json.dumps({"object": "page", "entry": [{"id": "17", "changes": [a_comment()]}]}).encode()
    good = "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    other = "sha256=" + hmac.new(b"guess", body, hashlib.sha256).hexdigest()
    for headers, posted in (
        ({"x-hub-signature-256": other}, body),
        ({"x-hub-signature-256": good}, body + b" "),
        ({"x-hub-signature-256": good.upper()}, body),
        ({"x-hub-signature": "sha1=" + "0" * 40}, body),
        ({}, body),
    ):
        answer = await source.receive(Posted(headers=headers, body=posted), inlet)
        assert answer.status == 401
    assert inlet.batches == []
    assert (await source.receive(Posted(headers={"x-hub-signature-256": good}, body=body), inlet)).status == 200


async def test_what_meta_sends_again_is_known(clock: FakeClock, inlet: KeepingInlet) -> None:
    """It delivers at least once: a comment keeps its name, also when it was edited."""
    for verb in ("add", "add", "edited"):
        told = await notify(clock, inlet, a_comment(verb=verb))
        assert told.status == 200
    assert set(inlet.ids) == {"17_9"}


async def test_ten_thousand_comments_come_in_small_batches(clock: FakeClock, inlet: KeepingInlet) -> None:
    """Others get their turn in between."""
    await notify(clock, inlet, *(a_comment(comment_id=f"17_{number}") for number in range(5_000)))
    assert len(inlet.ids) == 5_000
    assert max(len(batch.mentions) for batch in inlet.batches) <= 500
