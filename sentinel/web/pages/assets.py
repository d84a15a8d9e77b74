"""Style sheet, scripts and icons: read once, named by their content, kept by browsers for good. ``/static/{name}``."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from aiohttp import web

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file and the name of its content."""

    body: bytes
    type: str
    version: str


@cache
def assets() -> dict[str, Asset]:
    """Every file of ``static/``."""
    found = {}
    for file in (files("sentinel.web") / "static").iterdir():
        if (type_ := _TYPES.get(file.name[file.name.rfind(".") :])) is not None:
            body = file.read_bytes()
            found[file.name] = Asset(body, type_, blake2b(body, digest_size=6).hexdigest())
    return found


def address(name: str) -> str:
    """Where a page finds the file; changes with its content."""
    return f"/static/{name}?v={assets()[name].version}"


async def get_asset(request: web.Request) -> web.Response:
    """One file; only an address that names the content it gets may be kept."""
    asset = assets().get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    kept = FOREVER if request.query.get("v") == asset.version else "no-cache"
    charset = None if asset.type == "image/png" else "utf-8"
    response = web.Response(body=asset.body, content_type=asset.type, charset=charset, headers={"Cache-Control": kept})
    if charset is not None:
        response.enable_compression()
    return response
