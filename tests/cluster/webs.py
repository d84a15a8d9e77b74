"""Web processes over one store, in this process: each with connections, keepers and an application of its own, all by
one clock.
"""

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiohttp import ClientSession, CookieJar

from sentinel.assembly.app import Daemon
from sentinel.assembly.kept_alike import news_jobs
from sentinel.assembly.parts import DaemonParts
from sentinel.assembly.process_roles import ProcessRole
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.holder import Unshared
from sentinel.web.access.access import ACCESS, AccessState
from sentinel.web.server import serve
from tests.cluster.workshop import Workshop
from tests.web.people import BROWSER, PASSWORD, key_in
from tests.web.stand import Answer, Client

HASH = "$argon2id$v=19$m=19456,t=2,p=1$4HAn5cqXeHoagDOYkWFnzQ$/OTVhjjdfbnOxnPCv5dHCnpIaw7krVpM8If0nHyrFXM"
"""Of `PASSWORD`, as cheap as a configuration may have it."""
ACCESS_TEXT = f"""access:
  users:
    ana: {{name: Ana, password: "{HASH}", role: responder, contact: ana}}
    boss: {{password: "{HASH}", role: admin}}
"""
SECRET = re.compile(r"secret=([A-Z2-7]{32})")


@dataclass
class Web:
    """One process, as far as it shows pages; a browser of its own as well."""

    name: str
    daemon: Daemon
    parts: DaemonParts
    access: AccessState
    url: str
    browser: Client
    news: list[asyncio.Task[None]] = field(default_factory=list)

    async def hear(self) -> None:
        """Look at what others changed."""
        assert self.parts.front is not None
        await self.parts.front.news.look()

    def follow(self) -> None:
        """Hear of it as it does in service."""
        self.news += [asyncio.ensure_future(job()) for _, job in news_jobs(self.parts)]


class Webs:
    """Opens them, and ends them with the test."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self._stack = AsyncExitStack()
        text = workshop.file.read_text(encoding="utf-8")
        if ACCESS_TEXT not in text:
            workshop.file.write_text(text + ACCESS_TEXT, encoding="utf-8")

    async def web(self, name: str) -> Web:
        """One more."""
        workshop, stack = self.workshop, self._stack
        daemon = Daemon(workshop.file, workshop.wall, roles=[ProcessRole.WEB])
        database = await Database.open(workshop.url, StoreHealth(workshop.wall), shared=True)
        stack.push_async_callback(database.close)
        daemon._held = Unshared()
        await daemon._appear(database, stack)
        secrets = await daemon._secrets_of(database, workshop.url)
        daemon._in_force.links = secrets.links
        daemon._in_force.reword()
        await daemon._stand(database, secrets, stack)
        assert daemon._parts.front is not None
        await daemon._parts.front.news._count()
        await daemon._parts.loop.read_journal()
        app = daemon._web()
        bound = await stack.enter_async_context(serve(app, "127.0.0.1", 0))
        session = await stack.enter_async_context(
            ClientSession(bound.url, headers=BROWSER, cookie_jar=CookieJar(unsafe=True))
        )
        web = Web(name, daemon, daemon._parts, app[ACCESS], bound.url, Client(session, bound.url))
        stack.push_async_callback(_ended, web)
        return web

    async def close(self) -> None:
        await self._stack.aclose()

    def moved(self, one: Web, other: Web) -> None:
        """A balancer sends the browser of one web to the other."""
        for cookie in one.browser.session.cookie_jar:
            other.browser.session.cookie_jar.update_cookies({cookie.key: cookie.value})


async def _ended(web: Web) -> None:
    for task in web.news:
        task.cancel()
    if web.news:
        await asyncio.wait(web.news)


async def signed_in(web: Web, account: str = "ana") -> Answer:
    """With the password alone."""
    return await web.browser.post("/login", data={"account": account, "password": PASSWORD, "next": ""})


async def form(web: Web, path: str, page: str = "/account", **fields: str) -> Answer:
    """A form of a page, posted."""
    return await web.browser.post(path, data={"form_key": key_in(await web.browser.get(page)), **fields})
