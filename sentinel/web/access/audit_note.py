"""What a route says of a request for the audit log; `audit.py` writes it down once the request is answered."""

from aiohttp import web

from sentinel.store.audit import KnownBy

NOTE = web.RequestKey("note", dict[str, str])


def note(
    request: web.Request, *, what: str = "", about: str = "", who: str = "", known_by: KnownBy | None = None
) -> None:
    """Say what this request does and on what, and who asks where the route knows better than the guard. Never a secret,
    never a text.

    Parameters
    ----------
    what
        ``word`` where the phrases have ``access.what_word``, or the whole name of a sentence such as ``reports.made``.
    about
        The thing's id.
    """
    said = {"what": what, "about": about, "who": who, "known_by": known_by or ""}
    request.setdefault(NOTE, {}).update({key: text for key, text in said.items() if text})
