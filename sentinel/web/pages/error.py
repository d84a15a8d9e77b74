"""What a person reads when a page cannot be given."""

from http import HTTPStatus

from aiohttp import web

from sentinel.web.access.visitor import VISITOR, form_key, visitor_of
from sentinel.web.pages.templates import as_page, fill
from sentinel.web.pages.words import words_for


def error_page(request: web.Request, status: HTTPStatus, error: str, headers: dict[str, str]) -> web.Response:
    """The status in words, the fault as programs read it unless all is said with the status, and the way back."""
    words = words_for(request)
    said = {
        HTTPStatus.NOT_FOUND: words.t("error_404"),
        HTTPStatus.UNAUTHORIZED: words.said("access.error_401"),
        HTTPStatus.FORBIDDEN: words.said("access.error_403"),
    }
    key = form_key(request) if VISITOR in request else ""
    html = fill(
        "error.html",
        words,
        title=f"{status.value}",
        status=status.value,
        explained=said.get(status, words.t("error_other")),
        error=error if status is not HTTPStatus.NOT_FOUND else None,
        sign_in=status is HTTPStatus.UNAUTHORIZED,
        visitor=visitor_of(request),
        form_key=key,
    )
    response = as_page(request, words, html, status=status)
    response.headers.update(headers)
    return response
