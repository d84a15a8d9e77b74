"""One-time codes: those that an authenticator app shows (RFC 6238), and recovery codes for when the app is gone.

Arithmetic alone; who has which secret, and which code is used up, `second_factors.py` knows.
"""

import hmac
import secrets
from base64 import b32encode
from datetime import datetime
from hashlib import sha256

from pyotp import HOTP, TOTP

STEP = 30
"""Seconds for which a code is shown."""
AROUND = 1
"""Steps before and after the present one whose code counts: clocks differ, people type slowly."""
SHOWN = "Sentinel"
"""What an app calls us."""
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
"""Of randomness; 16 letters and figures that nobody guesses."""


def fresh_secret() -> str:
    """A secret for an app, as long as the digest it goes into (RFC 4226)."""
    return b32encode(secrets.token_bytes(20)).decode()


def step_at(now: datetime) -> int:
    """The number of the step whose code is shown now."""
    return int(now.timestamp()) // STEP


def matching_step(secret: str, typed: str, now: datetime, after: int) -> int | None:
    """Which step's code this is, if it is one of those around now and later than ``after``, the last that was used.

    Examples
    --------
    >>> secret, at = b32encode(b"12345678901234567890").decode(), datetime.fromisoformat("2005-03-18T01:58:29Z")
    >>> matching_step(secret, "081 804", at, 0), matching_step(secret, "081804", at, 37037036)
    (37037036, None)
    """
    code = typed.replace(" ", "")
    if not (secret and code.isascii() and code.isdecimal() and len(code) == 6):
        return None
    made, present = HOTP(secret), step_at(now)
    found = None
    for step in range(present - AROUND, present + AROUND + 1):
        if hmac.compare_digest(made.at(step), code) and step > after:
            found = step
    return found


def address_for_apps(secret: str, account: str) -> str:
    """What the QR code says: an app that reads it shows codes for this account."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=SHOWN)


def fresh_recovery_codes() -> list[str]:
    """As they are shown, once: ``abcd-efgh-ijkl-mnop``."""
    made = (b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in made]


def recovery_digest(salt: str, typed: str) -> str:
    """Under which a recovery code is kept, however it is typed.

    Examples
    --------
    >>> recovery_digest("00", "ABCD efgh") == recovery_digest("00", "abcd-efgh")
    True
    """
    plain = "".join(sign for sign in typed.lower() if sign.isalnum())
    return sha256(bytes.fromhex(salt) + plain.encode("utf-8", "surrogatepass")).hexdigest()
