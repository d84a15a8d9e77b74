"""Reports: an incident told afterwards, a brand's week or month; as facts, Markdown or a page in one file."""

from sentinel.config.base import Language
from sentinel.reports.incident import PostMortem
from sentinel.reports.periodic import PeriodicReport
from sentinel.web.api.described.operation import BAD, TEXT, Node, Operation, json, parameter
from sentinel.web.api.reports import FORMATS, NEWEST

SHAPES = (PostMortem, PeriodicReport)
_FORM = (
    parameter("format", "query", "How it is wanted.", {"enum": [*FORMATS], "default": "json"}),
    parameter("lang", "query", "Of Markdown and HTML; default: the configuration's.", {"enum": [*Language]}),
)


def _report(name: str) -> Node:
    return json(name) | {"text/markdown": {"schema": TEXT}, "text/html": {"schema": TEXT}}


OPERATIONS = (
    Operation(
        method="get",
        path="/api/v1/incidents/{id}/report",
        id="getIncidentReport",
        summary="An incident told afterwards",
        parameters=(parameter("id", "path", "The incident.", TEXT), *_FORM),
        answers=((200, "The report.", _report("PostMortem")), BAD, (404, "No such incident.", json("Fault"))),
    ),
    Operation(
        method="get",
        path="/api/v1/reports/{brand}/{every}/{of}",
        id="getPeriodicReport",
        summary="A brand's week or month",
        parameters=(
            parameter("brand", "path", "The brand's name.", TEXT),
            parameter("every", "path", "How long.", {"enum": ["weekly", "monthly"]}),
            parameter("of", "path", f"Such as 2026-W11 or 2026-03; `{NEWEST}` is the newest that is over.", TEXT),
            *_FORM,
        ),
        answers=((200, "The report.", _report("PeriodicReport")), BAD, (404, "No such brand.", json("Fault"))),
    ),
)
