"""``/api/v1/secrets/rotate``: other secrets in the place of those under which links, forms and push messages are
signed.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.errors import BadInput, StoreError
from sentinel.store.kept_secrets import SecretName
from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, read_json
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import BAD, post
from sentinel.web.http.body import RefusedBody


class RotatedSecret(StrEnum):
    """What can be rotated."""

    LINKS = "links"
    FORMS = "forms"
    PUSH = "push"


class SecretsAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which ones."""

    secrets: Annotated[tuple[RotatedSecret, ...], msgspec.Meta(min_length=1, max_length=4)]


class SecretsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Which are others now, and how many open incidents were paged anew."""

    rotated: tuple[RotatedSecret, ...]
    paged: int


@post(
    "/api/v1/secrets/rotate",
    "Sign links, forms or push messages under another secret: old links end, open incidents that nobody has are paged "
    "anew, devices are turned on anew",
    (200, "The old ones sign nothing any more.", SecretsAnswer),
    BAD,
    (409, "One of them stands in the configuration.", Fault),
    (503, "They cannot be written; the old ones go on.", Fault),
    scope=Scope.ADMIN,
    body=SecretsAsk,
    did="secrets_rotate",
)
async def post_secrets_rotate(request: web.Request) -> web.Response:
    """Answers once the new ones are on disk, and the pages as well."""
    ask, ports = await read_json(request, SecretsAsk), ports_of(request)
    note(request, about=" ".join(sorted(set(ask.secrets))))
    try:
        done = await ports.rotate([SecretName(each.value) for each in ask.secrets])
    except BadInput as refused:
        raise RefusedBody(409, str(refused)) from None
    except StoreError as failed:
        raise RefusedBody(503, str(failed)) from None
    await request.app[ACCESS].sessions.take_secret()
    return as_json(SecretsAnswer(rotated=tuple(RotatedSecret(name.value) for name in done.names), paged=done.paged))
