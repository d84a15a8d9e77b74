"""Passwords: hashed for the configuration, and compared in threads of their own, few at a time, for as long whoever it
is.
"""

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from sentinel.config.access import User

LONGEST = 1024
"""Characters of a password that is looked at."""
WORKERS = 2
"""Comparisons at once: each takes tens of milliseconds of a core and 64 MiB."""
WAITING = 16
"""Beyond so many, those who come are told to try again."""


class PasswordCheck(StrEnum):
    """What became of a password."""

    RIGHT = "right"
    WRONG = "wrong"
    BUSY = "busy"


class Passwords:
    """Compares; closed with the server."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="password")
        self._waiting = 0

    async def compare(self, users: Mapping[str, User], account: str, password: str) -> PasswordCheck:
        """Whether it is that account's; for an account there is not, as much work and `PasswordCheck.WRONG`."""
        if self._waiting >= WORKERS + WAITING:
            return PasswordCheck.BUSY
        user = users.get(account)
        kept = user.password.get_secret_value() if user is not None else _nobodys(users)
        self._waiting += 1
        try:
            right = await asyncio.get_running_loop().run_in_executor(self._pool, _same, kept, password[: LONGEST + 1])
        finally:
            self._waiting -= 1
        return PasswordCheck.RIGHT if right and user is not None and len(password) <= LONGEST else PasswordCheck.WRONG

    def close(self) -> None:
        """No comparison begins any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def hash_password(password: str) -> str:
    """For ``access.users``: argon2id as RFC 9106 recommends it where memory is scarce (64 MiB, three passes)."""
    return PasswordHasher().hash(_one_form(password))


def _same(kept: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(kept, _one_form(password))
    except (VerificationError, InvalidHashError):
        return False


def _one_form(password: str) -> bytes:
    """The same bytes for an é however a keyboard makes it."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _nobodys(users: Mapping[str, User]) -> str:
    """A hash that no password has, as dear as the dearest there is."""
    found = [extract_parameters(user.password.get_secret_value()) for user in users.values()]
    most: Parameters | None = max(found, key=lambda each: each.memory_cost * each.time_cost, default=None)
    dear = f"m={most.memory_cost},t={most.time_cost},p={most.parallelism}" if most else "m=65536,t=3,p=4"
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19${dear}${salt}${digest}"
