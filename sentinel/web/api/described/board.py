"""How things stand: brands, sources, the stream that says when to look again, and the document itself."""

from sentinel.web.api import shapes
from sentinel.web.api.described.operation import TEXT, Operation, json

SHAPES = (shapes.Brands, shapes.Sources)
OPERATIONS = (
    Operation(
        method="get",
        path="/api/v1/brands",
        id="getBrands",
        summary="Every brand's score, and why",
        answers=((200, "The latest tick.", json("Brands")),),
    ),
    Operation(
        method="get",
        path="/api/v1/sources",
        id="getSources",
        summary="Every source's freshness",
        answers=((200, "The latest tick.", json("Sources")),),
    ),
    Operation(
        method="get",
        path="/api/v1/live",
        id="getLive",
        summary="Server-sent events: `change` whenever there is something new",
        answers=(
            (200, "Until the client leaves.", {"text/event-stream": {"schema": TEXT}}),
            (503, "Too many.", json("Fault")),
        ),
    ),
    Operation(
        method="get",
        path="/api/v1/openapi.json",
        id="getOpenapi",
        summary="This document",
        answers=((200, "OpenAPI 3.1.", {"application/json": {"schema": {"type": "object"}}}),),
    ),
)
