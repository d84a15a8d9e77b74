"""Takes a mention's request a step further on behalf of a program or a person; shared by API and pages."""

from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState
from sentinel.web.ports.ports import Ports
from sentinel.web.undone import Undone


async def answer_request(
    ports: Ports,
    number: int,
    state: RequestState | None,
    by: str,
    *,
    note: str = "",
    kind: RequestKind | None = None,
    seen: int | None = None,
) -> RequestRecord | Undone:
    """What became of it, on disk; or why nothing did.

    Raises
    ------
    StoreFailing
        When it cannot be written; then nothing has changed.
    """
    if state is None and kind is None:
        error = "`state` and `kind` are both missing, so nothing follows; give one of them"
        return Undone(key="request_nothing", error=error, status=409)
    done = await ports.requests.act(number, state, by, note=note, kind=kind, seen=seen)
    if done is None:
        error = f"there is no mention {number}; GET /api/v1/mentions has their numbers"
        return Undone(key="request_gone", error=error, status=404)
    if not done.took:
        stands = done.record
        if state is None:
            error = f"kind: {kind} is what somebody said already, or too much was said; nothing has changed"
            return Undone(key="request_nothing", error=error, status=409)
        who = stands.moved_by
        error = f"state: {state} does not follow {stands.state}, which {who or 'nobody'} said; new opens it again"
        return Undone(key="request_cannot", error=error, status=409, facts={"by": who, "state": stands.state.value})
    return done.record
