"""Around every route: names checked, refusals and faults turned into answers, security headers added, answers
counted.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web

from sentinel.errors import BadMention, JournalFull, NoSuchIncident, StoreError
from sentinel.store.health import StoreFailing
from sentinel.web.access.access import ACCESS
from sentinel.web.access.guard import let_in
from sentinel.web.access.tokens import require_own_name
from sentinel.web.answer import as_json
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.peer import over_tls
from sentinel.web.http.posting import retry_after
from sentinel.web.pages.error import error_page
from sentinel.web.pages.login import sign_in_first
from sentinel.web.ports.ports import PORTS

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src "
    "'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: under it browsers send `Origin: null` with our own forms, which we could not tell from another
    # site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LINKS = "/a/"
"""Whose paths are credentials: not sent on, not found by searching, not logged."""
LINK_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
TLS_ONLY = "max-age=31536000"
"""A year; of this host alone, since what else its domain serves is not ours to say."""
log = structlog.get_logger(__name__)


@web.middleware
async def shield(request: web.Request, handler: Route) -> web.StreamResponse:
    """No trace of what a route raises reaches the client: a person gets a page, a program JSON.

    What changes something is written down.
    """
    response = await _answered(request, handler)
    await request.app[ACCESS].trail.record(request, response.status)
    return response


async def _answered(request: web.Request, handler: Route) -> web.StreamResponse:
    try:
        require_own_name(request)
        await let_in(request)
        return await handler(request)
    except RefusedBody as refused:
        return _answer(request, refused.status, refused.error, refused.headers)
    except BadMention as error:
        return _answer(request, 400, str(error))
    except NoSuchIncident as error:
        return _answer(
            request, 404, f"incident {str(error)[:80]!r} is not known; GET /api/v1/incidents?state=all lists them"
        )
    except web.HTTPException as error:
        return _answer(
            request, error.status, _explain(request, error), {k: v for k, v in error.headers.items() if k == "Allow"}
        )
    except JournalFull as full:
        return _answer(request, 429, f"the queue is full: {full}", retry_after(full.retry_after))
    except StoreError as error:
        log.error("store_failed", route=route_of(request), error=str(error))
        why = f" ({error.trouble.value})" if isinstance(error, StoreFailing) else ""
        return _answer(
            request,
            503,
            f"the store cannot be used just now{why}; nothing was changed, try again",
            {"Retry-After": "5"},
        )
    except ConnectionError:
        raise
    except Exception:
        log.exception("request_failed", method=request.method, route=route_of(request))
        return _answer(request, 500, "Sentinel failed to answer; its log says why")


async def finish(request: web.Request, response: web.StreamResponse) -> None:
    """Security headers on everything; nothing but static files is kept by anybody."""
    for name, value in (HEADERS | LINK_HEADERS if request.path.startswith(LINKS) else HEADERS).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if over_tls(request):
        response.headers.setdefault("Strict-Transport-Security", TLS_ONLY)
    response.headers["Server"] = "Sentinel"
    request.app[PORTS].metrics.answered(route_of(request), response.status)


def route_of(request: web.Request) -> str:
    """The pattern that answered, so that ids in paths do not become labels."""
    resource = request.match_info.route.resource if request.match_info.route is not None else None
    return resource.canonical if resource is not None else "other"


def _explain(request: web.Request, error: web.HTTPException) -> str:
    if error.status == 404:
        return f"{request.path[:200]}: there is nothing here; /api/v1/openapi.json lists what there is"
    if isinstance(error, web.HTTPMethodNotAllowed):
        return f"{error.method} is not for {request.path[:200]}; allowed: {', '.join(sorted(error.allowed_methods))}"
    return error.reason


def _answer(request: web.Request, status: int, error: str, headers: dict[str, str] | None = None) -> web.Response:
    wants_page = not request.path.startswith(
        ("/api/", "/-/", "/metrics", "/static/")
    ) and "text/html" in request.headers.get("Accept", "")
    if wants_page and status == 401 and request.method in ("GET", "HEAD"):
        return web.Response(status=303, headers={"Location": sign_in_first(request.path_qs)})
    if wants_page and headers is not None and "Location" in headers:  # there it can be mended
        return web.Response(status=303, headers=headers)
    if wants_page:
        return error_page(request, HTTPStatus(status), error, headers or {})
    return as_json({"error": error}, status=status, headers=headers)
