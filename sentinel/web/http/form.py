"""Reads a posted form of one of our own pages on behalf of somebody who may: the one way of every page that changes
something.
"""

from urllib.parse import parse_qs

from aiohttp import web

from sentinel.web.access.visitor import Role, Visitor, is_form_key, require_role
from sentinel.web.http.body import FORM_LIMIT, RefusedBody, read_body
from sentinel.web.http.posting import admit

MOST_FIELDS = 20
FORM_KEY = "form_key"


async def read_form(request: web.Request, role: Role = Role.RESPONDER) -> tuple[Visitor, dict[str, str]]:
    """Who posts, and the fields, once both the post and the person are let in.

    Raises
    ------
    RefusedBody
        401 or 403 for who may not, 403 also for a form that is not this visitor's, 429 for who posts too often, 400,
        408 or 413 for what is no form of ours.
    """
    admit(request)
    visitor = require_role(request, role)
    fields = await fields_of(request)
    if not is_form_key(request, fields.pop(FORM_KEY, "")):
        raise RefusedBody(403, "form_key: missing or of another session; load the page again and send its form")
    return visitor, fields


async def fields_of(request: web.Request) -> dict[str, str]:
    """A posted form, each field's last value; `RefusedBody` for what is no form of ours."""
    body = await read_body(request, FORM_LIMIT)
    try:
        parsed = parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace"
        )
    except ValueError:
        raise RefusedBody(400, f"the form has more than {MOST_FIELDS} fields; send one of Sentinel's own") from None
    return {name: values[-1].replace("\x00", "") for name, values in parsed.items()}
