"""Signatures of posts: the vectors that senders publish, old posts sent again, and guesses."""

from datetime import UTC, datetime, timedelta

import pytest

from sentinel.sources.posted import Posted
from sentinel.sources.signatures import WINDOW, Scheme, is_believed

AT = 1787220930
NOW = datetime.fromtimestamp(AT, UTC)
BODY = b'{"type":"mention.created","timestamp":"2026-08-20T10:15:30Z","data":{"id":"1"}}'
SECRET = "sentinel_test_secret"
STANDARD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"
SIGNED = "5KRYTbaNJQ4/Q0HjUpS3Ccn9gcl0w6xnmPytWHJwkXQ="


def standard(prefix: str = "webhook", at: int = AT, signature: str = f"v1a,xx v1,{SIGNED}") -> dict[str, str]:
    return {f"{prefix}-id": ID, f"{prefix}-timestamp": str(at), f"{prefix}-signature": signature}


GITHUB = {"x-hub-signature-256": "sha256=9d2cf5be274278ae7744c94f77f14495ea90d7c652d9821cc54e1bc78d9bbd81"}
STRIPE = {"stripe-signature": f"t={AT},v1=00,v1=01df69efa2ad6fa4b96fa7af7d78a1a9aa657d6f7ffa51c907e1c4e975b76c05"}
SLACK = {
    "x-slack-request-timestamp": str(AT),
    "x-slack-signature": "v0=194be98df9ec4b92d2db7f5bf8cd662111c63401ba3c503449591739d25c6219",
}
CASES = [
    (Scheme.STANDARD, STANDARD, standard()),
    (Scheme.STANDARD, STANDARD, standard("svix")),
    (Scheme.GITHUB, SECRET, GITHUB),
    (Scheme.STRIPE, SECRET, STRIPE),
    (Scheme.SLACK, SECRET, SLACK),
    (Scheme.TOKEN, SECRET, {"authorization": f"Bearer {SECRET}"}),
]


@pytest.mark.parametrize(("scheme", "secret", "headers"), CASES)
def test_a_post_is_believed_by_its_signature(scheme: Scheme, secret: str, headers: dict[str, str]) -> None:
    """Also while the secret is being changed; with another body, another secret or no signature it is not."""
    posted = Posted(headers=headers, body=BODY)
    assert is_believed(posted, scheme, ["another", secret], NOW)
    assert not is_believed(posted, scheme, ["another"], NOW)
    assert not is_believed(Posted(body=BODY), scheme, [secret], NOW)
    if scheme is not Scheme.TOKEN:
        assert not is_believed(Posted(headers=headers, body=BODY + b" "), scheme, [secret], NOW)


@pytest.mark.parametrize(("scheme", "secret", "headers"), [CASES[0], CASES[3], CASES[4]])
def test_an_old_post_sent_again_is_not_believed(scheme: Scheme, secret: str, headers: dict[str, str]) -> None:
    """Nor one of the future."""
    posted = Posted(headers=headers, body=BODY)
    assert is_believed(posted, scheme, [secret], NOW + WINDOW)
    assert not is_believed(posted, scheme, [secret], NOW + WINDOW + timedelta(seconds=1))
    assert not is_believed(posted, scheme, [secret], NOW - WINDOW - timedelta(seconds=1))


def test_githubs_published_vector() -> None:
    """As its documentation has it."""
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    posted = Posted(headers={"x-hub-signature-256": signature}, body=b"Hello, World!")
    assert is_believed(posted, Scheme.GITHUB, ["It's a Secret to Everybody"], NOW)


@pytest.mark.parametrize(
    ("headers", "query", "header"),
    [
        ({"x-acme-token": "s"}, {}, "X-Acme-Token"),
        ({}, {"token": "s"}, None),
        ({"authorization": "Bearer s"}, {}, None),
    ],
)
def test_a_token_may_stand_in_several_places(
    headers: dict[str, str], query: dict[str, str], header: str | None
) -> None:
    """And an empty one is none."""
    assert is_believed(Posted(headers=headers, query=query), Scheme.TOKEN, ["s"], NOW, header)
    assert not is_believed(Posted(headers={"x-acme-token": ""}, query={"token": ""}), Scheme.TOKEN, ["s"], NOW, header)


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("value", ["", "v1,", "sha256=", "t=,v1=", "v0=", "é\x00", "v1,é"])
def test_rubbish_is_not_believed(scheme: Scheme, value: str) -> None:
    """And breaks nothing."""
    names = (*standard(), "x-hub-signature-256", *SLACK, *STRIPE, "authorization")
    assert not is_believed(Posted(headers=dict.fromkeys(names, value), body=BODY), scheme, [SECRET], NOW)
