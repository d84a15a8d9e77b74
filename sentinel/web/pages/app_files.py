"""What an installed page consists of: ``/manifest.webmanifest``, the worker ``/sw.js``, and ``/offline``, which is all
that a device keeps.
"""

from functools import cache
from hashlib import blake2b
from importlib.resources import files

import msgspec
from aiohttp import web

from sentinel.config.base import Language
from sentinel.phrases.phrases import say
from sentinel.web.pages.assets import address
from sentinel.web.pages.templates import environment
from sentinel.web.pages.words import words_for

BACKGROUND, THEME = "#f4f3f0", "#17191f"
ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable.png", "512x512", "image/png", "maskable"),
)
SHORTCUTS = (("/incidents", "nav_incidents"), ("/oncall", "nav_oncall"))


async def get_manifest(request: web.Request) -> web.Response:
    """Name, icons and where it begins, in the reader's language."""
    language = words_for(request).language
    told = {
        "id": "/",
        "name": "Sentinel",
        "short_name": "Sentinel",
        "description": say(language, "devices.app"),
        "lang": language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": THEME,
        "icons": [
            {"src": address(name), "sizes": sizes, "type": type_, "purpose": purpose}
            for name, sizes, type_, purpose in ICONS
        ],
        "shortcuts": [{"name": say(language, f"web.{key}"), "url": url} for url, key in SHORTCUTS],
    }
    return web.Response(
        body=msgspec.json.encode(told),
        content_type="application/manifest+json",
        charset="utf-8",
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"},
    )


async def get_worker(request: web.Request) -> web.Response:
    """The worker; asked for anew each time, so that no device is left with an old one."""
    return web.Response(
        text=_worker(), content_type="text/javascript", charset="utf-8", headers={"Cache-Control": "no-cache"}
    )


async def get_offline(request: web.Request) -> web.Response:
    """The page for when there is no network, in every language at once: it is kept before anybody reads it."""
    return web.Response(text=_offline(), content_type="text/html", charset="utf-8")


@cache
def _worker() -> str:
    """Named by its content and that of what it keeps."""
    source = (files("sentinel.web") / "worker" / "sw.js").read_text(encoding="utf-8")
    for name, file in (("style", "offline.css"), ("icon", "icon-192.png"), ("badge", "badge.png")):
        source = source.replace(f"{{{{{name}}}}}", address(file))
    version = blake2b((source + _offline()).encode(), digest_size=6).hexdigest()
    return source.replace("{{version}}", f"sentinel-{version}")


@cache
def _offline() -> str:
    template = environment().get_template("offline.html")
    return template.render(languages=[each.value for each in Language], say=say)


ROUTES = (
    web.get("/manifest.webmanifest", get_manifest),
    web.get("/sw.js", get_worker),
    web.get("/offline", get_offline),
)
