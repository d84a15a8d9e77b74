"""``/api/v1/silences``: list, make and end them."""

from datetime import timedelta

from aiohttp import web

from sentinel.config.access import Scope
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.answer import as_json, made, read_json, within_reason
from sentinel.web.api.oncall_shapes import SilenceAsk, SilenceList, SilenceNow, WeeklyMaintenance, WeeklySilence
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import BAD, get, in_path, post
from sentinel.web.silencing import end_silence, silence


@get(
    "/api/v1/silences",
    "Silences of the last month, and of every week",
    (200, "The one that ends last first.", SilenceList),
)
async def get_silences(request: web.Request) -> web.Response:
    """Those of the last month, those of every week, and when sources are maintained."""
    ports = ports_of(request)
    now = ports.clock.now()
    weekly = tuple(WeeklySilence.of(each, now) for each in ports.recurring())
    maintained = tuple(WeeklyMaintenance.of(each, now) for each in ports.maintenance())
    return as_json(SilenceList(at=now, silences=ports.silences.all(), recurring=weekly, maintenance=maintained))


@post(
    "/api/v1/silences",
    "Hold pages below a crisis back for a while",
    (201, "On disk, and in force.", SilenceNow),
    BAD,
    scope=Scope.SILENCES,
    body=SilenceAsk,
)
async def post_silence(request: web.Request) -> web.Response:
    """Make one; answers once it is on disk and in force."""
    asked = await read_json(request, SilenceAsk)
    if asked.starts_at is not None:
        within_reason("starts_at", asked.starts_at)
    answer = await silence(
        request,
        brands=asked.brands,
        starts_at=asked.starts_at,
        lasts=timedelta(minutes=asked.minutes),
        by=named(request, asked.by),
        reason=asked.reason,
    )
    return as_json(SilenceNow(silence=made(answer)), status=201)


@post(
    "/api/v1/silences/{id}/end",
    "End a silence now",
    (200, "As it is now.", SilenceNow),
    (404, "No such silence.", Fault),
    scope=Scope.SILENCES,
    parameters=(in_path("id", "The silence."),),
)
async def post_silence_end(request: web.Request) -> web.Response:
    """End one now."""
    return as_json(SilenceNow(silence=made(await end_silence(request))))
