"""What a person reads when a page cannot be given."""

from http import HTTPStatus

from aiohttp import web

from sentinel.web.pages.templates import as_page, fill
from sentinel.web.pages.words import words_for


def error_page(request: web.Request, status: HTTPStatus, error: str, headers: dict[str, str]) -> web.Response:
    """The status in words, the fault, and the way back."""
    words = words_for(request)
    explained = words.t("error_404") if status is HTTPStatus.NOT_FOUND else words.t("error_other")
    html = fill("error.html", words, title=f"{status.value}", status=status.value, explained=explained, error=error)
    response = as_page(request, words, html, status=status)
    response.headers.update(headers)
    return response
