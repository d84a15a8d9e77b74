"""What tests of signing in begin with: Ana who acts, Vero who looks, Boss who may all, and their browsers."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, CookieJar
from argon2 import PasswordHasher

from sentinel.config.access import AccessSettings
from sentinel.config.schema import Config
from tests.web.stand import Answer, Client, Stand, a_config, a_crisis

PASSWORD = "caballo correcto ñ"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Far too quick for anything but a test."""
HASH = QUICK.hash(PASSWORD)
BROWSER = {"Accept": "text/html"}
KEY = re.compile(r'name="form_key" value="([0-9a-f]+)"')
USERS = {
    "ana": {"name": "Ana García", "password": HASH, "role": "responder", "contact": "ana"},
    "vero": {"name": "Vero", "password": HASH, "role": "viewer"},
    "boss": {"password": HASH, "role": "admin"},
}


def a_house(*, web: dict[str, object] | None = None, **access: object) -> Config:
    """With those three; keywords go to ``access``."""
    settings = AccessSettings.model_validate({"users": USERS, **access})
    return a_config(**(web or {})).model_copy(update={"access": settings})


def a_closed_stand(*, web: dict[str, object] | None = None, **access: object) -> tuple[Stand, str]:
    """The house, with Acme on fire; the incident's id."""
    stand = Stand(config=a_house(web=web, **access))
    return stand, a_crisis(stand).id


@asynccontextmanager
async def another_browser(client: Client) -> AsyncIterator[Client]:
    """Somebody else's, or the same person's second one, at the same server."""
    async with ClientSession(client.url, headers=BROWSER, cookie_jar=CookieJar(unsafe=True)) as session:
        yield Client(session, client.url)


async def sign_in(
    client: Client, account: str = "ana", password: str = PASSWORD, *, next: str = "", **headers: str
) -> Answer:
    return await client.post("/login", data={"account": account, "password": password, "next": next}, headers=headers)


def key_in(answer: Answer) -> str:
    """The form's key of a page."""
    found = KEY.search(answer.text)
    assert found is not None, answer.text[:500]
    return found[1]


def cookie_in(answer: Answer, name: str = "sentinel_session") -> str:
    """What an answer gives the browser to keep."""
    return answer.cookies[name].split(";")[0].partition("=")[2]
