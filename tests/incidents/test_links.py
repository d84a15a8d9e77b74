"""Signed links: what was granted comes back, and nothing else passes for it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.incidents.command import Action
from sentinel.incidents.links import (
    MOST,
    SIGNATURE,
    VERSION,
    ActionLinks,
    Grant,
    LinkFlaw,
    _sign,
    nonce_of,
    whole_seconds,
)
from tests.fakes import START

LINKS = ActionLinks(bytes(range(32)))
DAY = timedelta(days=1)


def a_grant(**changed: object) -> Grant:
    grant = Grant(
        incident="20260302-0900-83b1d8",
        epoch=2,
        contact="ana",
        action=None,
        expires_at=START + DAY,
        nonce=nonce_of("ana", 2),
    )
    return msgspec.structs.replace(grant, **changed)


def packed(signed: bytes, signature: bytes = b"\0" * SIGNATURE) -> str:
    return urlsafe_b64encode(signed + signature).rstrip(b"=").decode()


def unpacked(token: str) -> bytes:
    return urlsafe_b64decode(token + "=" * (-len(token) % 4))


@given(
    contact=st.text(min_size=1, max_size=80),
    epoch=st.integers(0, 2**31),
    action=st.none() | st.sampled_from(Action),
    seconds=st.integers(1, 10**8),
    nonce=st.binary(max_size=6),
)
def test_what_was_granted_comes_back(
    contact: str, epoch: int, action: Action | None, seconds: int, nonce: bytes
) -> None:
    """Whoever it is for, and however often it is minted."""
    grant = a_grant(
        contact=contact, epoch=epoch, action=action, expires_at=START + timedelta(seconds=seconds), nonce=nonce
    )
    token = LINKS.mint(grant)
    assert LINKS.read(token, START) == grant
    assert LINKS.mint(grant) == token
    assert len(token) <= MOST


@given(place=st.integers(0, 200), bit=st.integers(0, 7))
def test_no_bit_of_a_link_can_be_changed(place: int, bit: int) -> None:
    """Not of the fields, not of the signature."""
    raw = bytearray(unpacked(LINKS.mint(a_grant())))
    raw[place % len(raw)] ^= 1 << bit
    assert LINKS.read(urlsafe_b64encode(raw).rstrip(b"=").decode(), START) is LinkFlaw.BAD


@given(st.text(max_size=120))
def test_rubbish_is_no_link(text: str) -> None:
    """Whatever characters it is made of."""
    assert LINKS.read(text, START) is LinkFlaw.BAD


def test_every_shorter_or_longer_one_is_no_link() -> None:
    """Cut by a messenger, or with something stuck to its end."""
    token = LINKS.mint(a_grant())
    for end in range(len(token)):
        assert LINKS.read(token[:end], START) is LinkFlaw.BAD
    for more in ("A", "=", ".", "%", "/", "\n", " ", token):
        assert LINKS.read(token + more, START) is LinkFlaw.BAD


def test_a_grant_has_one_spelling() -> None:
    """Bits that base64 leaves over must not make a second link for the same grant."""
    token = LINKS.mint(a_grant())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [LINKS.read(token[:-1] + last, START) == a_grant() for last in alphabet].count(True) == 1
    assert LINKS.read(token.replace("-", "+").replace("_", "/") + "==", START) is LinkFlaw.BAD


def test_a_link_of_another_sentinel_or_another_layout_is_none() -> None:
    """The secret and the version count."""
    assert ActionLinks(bytes(32)).read(LINKS.mint(a_grant()), START) is LinkFlaw.BAD
    body = msgspec.msgpack.encode(a_grant())
    for signed in (b"\x02" + body, VERSION + b"\xc1", VERSION + msgspec.msgpack.encode(["x", 1]), VERSION, b""):
        assert LINKS.read(packed(signed, _sign(bytes(range(32)), signed)), START) is LinkFlaw.BAD
    assert LINKS.read(packed(VERSION + body), START) is LinkFlaw.BAD


def test_it_ends_at_its_instant() -> None:
    """To the second; a clock that went back gives it no longer life than it was given."""
    grant = a_grant(expires_at=whole_seconds(START + timedelta(milliseconds=700), DAY))
    token = LINKS.mint(grant)
    assert LINKS.read(token, START + DAY - timedelta(seconds=1)) == grant
    assert LINKS.read(token, START + DAY) is LinkFlaw.EXPIRED
    assert LINKS.read(token, START + 400 * DAY) is LinkFlaw.EXPIRED


def test_a_short_secret_is_refused() -> None:
    """Rather than sign with one that can be guessed."""
    with pytest.raises(ValueError, match="5 bytes"):
        ActionLinks(b"short")


def test_a_link_from_before_a_rotation_is_withdrawn() -> None:
    """It was signed here once, and allows nothing: whoever opens it is told so, and not that it was forged."""
    links = ActionLinks(bytes(range(32)))
    token = links.mint(a_grant())
    links.sign_under(bytes(32), [bytes(range(32))])
    assert links.read(token, START) is LinkFlaw.WITHDRAWN
    assert links.read(token[:-1] + ("A" if token[-1] != "A" else "Q"), START) is LinkFlaw.BAD
    assert links.read(links.mint(a_grant()), START) == a_grant()
