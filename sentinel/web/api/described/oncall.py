"""Silences, schedules and who would be paged."""

from sentinel.config.access import Scope
from sentinel.web.api import oncall, oncall_shapes
from sentinel.web.api.described.operation import BAD, INSTANT, TEXT, Operation, json, parameter
from sentinel.web.api.schedules import CALENDAR, LONGEST, Schedules, ScheduleShifts

SHAPES = (
    oncall_shapes.SilenceAsk,
    oncall_shapes.SilenceNow,
    oncall_shapes.SilenceList,
    oncall_shapes.Who,
    oncall.OverrideAsk,
    oncall.OverrideNow,
    oncall.SwapAsk,
    oncall.SwapNow,
    oncall.OnCallChangeList,
    oncall.TakenBack,
    Schedules,
    ScheduleShifts,
)
_SCHEDULE = parameter("name", "path", "The schedule.", TEXT)
_NO_SCHEDULE = (404, "No such schedule.", json("Fault"))
OPERATIONS = (
    Operation(
        method="get",
        path="/api/v1/silences",
        id="getSilences",
        summary="Silences of the last month",
        answers=((200, "The one that ends last first.", json("SilenceList")),),
    ),
    Operation(
        method="post",
        path="/api/v1/silences",
        id="postSilence",
        summary="Hold pages below a crisis back for a while",
        scope=Scope.SILENCES,
        writes=True,
        body={"required": True, "content": json("SilenceAsk")},
        answers=((201, "On disk, and in force.", json("SilenceNow")), BAD),
    ),
    Operation(
        method="post",
        path="/api/v1/silences/{id}/end",
        id="postSilenceEnd",
        summary="End a silence now",
        scope=Scope.SILENCES,
        writes=True,
        parameters=(parameter("id", "path", "The silence.", {"type": "string"}),),
        answers=((200, "As it is now.", json("SilenceNow")), (404, "No such silence.", json("Fault"))),
    ),
    Operation(
        method="get",
        path="/api/v1/oncall-changes",
        id="getOncallChanges",
        summary="Overrides and swaps that people made",
        answers=((200, "The oldest first.", json("OnCallChangeList")),),
    ),
    Operation(
        method="post",
        path="/api/v1/oncall-changes/{id}/undo",
        id="postOncallUndo",
        summary="Take an override or a swap back",
        scope=Scope.ONCALL,
        writes=True,
        parameters=(parameter("id", "path", "The change.", {"type": "string"}),),
        answers=((200, "The rotation shows again.", json("TakenBack")), (404, "No such change.", json("Fault"))),
    ),
    Operation(
        method="post",
        path="/api/v1/schedules/{name}/overrides",
        id="postOverride",
        summary="Somebody else on call for a while",
        scope=Scope.ONCALL,
        writes=True,
        parameters=(_SCHEDULE,),
        body={"required": True, "content": json("OverrideAsk")},
        answers=((201, "On disk, and in force.", json("OverrideNow")), BAD, _NO_SCHEDULE),
    ),
    Operation(
        method="post",
        path="/api/v1/schedules/{name}/swaps",
        id="postSwap",
        summary="Two people do each other's shifts",
        scope=Scope.ONCALL,
        writes=True,
        parameters=(_SCHEDULE,),
        body={"required": True, "content": json("SwapAsk")},
        answers=((201, "On disk, and in force.", json("SwapNow")), BAD, _NO_SCHEDULE),
    ),
    Operation(
        method="get",
        path="/api/v1/who",
        id="getWho",
        summary="Whom the engine would page if nobody answered",
        parameters=(
            parameter("brand", "query", "Required.", {"type": "string"}),
            parameter(
                "level", "query", "The level reached.", {"enum": ["watch", "alert", "crisis"], "default": "crisis"}
            ),
            parameter("at", "query", "When; default: now.", {"type": "string", "format": "date-time"}),
        ),
        answers=((200, "In order.", json("Who")), BAD),
    ),
    Operation(
        method="get",
        path="/api/v1/schedules",
        id="getSchedules",
        summary="Who is on call now and next",
        answers=((200, "Every schedule.", json("Schedules")),),
    ),
    Operation(
        method="get",
        path="/api/v1/schedules/{name}",
        id="getSchedule",
        summary="A schedule's shifts",
        parameters=(
            _SCHEDULE,
            parameter("from", "query", "Where to begin, RFC 3339; default: now.", INSTANT),
            parameter(
                "to", "query", f"Where to end, at most {LONGEST.days} days later; default: two weeks later.", INSTANT
            ),
        ),
        answers=(
            (200, "Shifts without a hole, the first and the last cut to the range.", json("ScheduleShifts")),
            (400, "A parameter cannot be used.", json("Fault")),
            _NO_SCHEDULE,
        ),
    ),
    Operation(
        method="get",
        path="/api/v1/schedules/{name}.ics",
        id="getCalendar",
        summary="A schedule as iCalendar, to subscribe to",
        parameters=(_SCHEDULE,),
        answers=(
            (200, "One event a shift, from a week back to ninety days ahead.", {CALENDAR: {"schema": TEXT}}),
            _NO_SCHEDULE,
        ),
    ),
)
