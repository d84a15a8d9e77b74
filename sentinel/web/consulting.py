"""Asks an area of the house about a mention on behalf of a program or a person; shared by API and pages."""

from typing import assert_never

from sentinel.daemon.consultation_keeper import NotAsked
from sentinel.requests.request_record import RequestRecord
from sentinel.web.ports.ports import Ports
from sentinel.web.undone import Undone


async def ask_area(ports: Ports, number: int, area: str, question: str, by: str) -> RequestRecord | Undone:
    """How the request stands then, on disk; or why nobody was asked.

    Raises
    ------
    StoreFailing
        When it cannot be written; then nothing has changed.
    """
    done = await ports.consultations.ask(number, area, question, by)
    return _undone(done, ports, number, area) if isinstance(done, NotAsked) else done


def _undone(why: NotAsked, ports: Ports, number: int, area: str) -> Undone:
    known = ", ".join(sorted(ports.config().areas)) or "none; write `areas` in the configuration"
    match why:
        case NotAsked.GONE:
            error = f"there is no mention {number}; GET /api/v1/mentions has their numbers"
            return Undone(key="request_gone", error=error, status=404)
        case NotAsked.AREA:
            error = f"area: there is no {area!r}; there are {known}"
            return Undone(key="area_unknown", error=error, facts={"area": area})
        case NotAsked.BRAND:
            error = f"area: {area} is not asked about the brands of mention {number}; `areas.{area}.brands` says which"
            return Undone(key="area_of_others", error=error, status=409, facts={"area": area})
        case NotAsked.NOBODY:
            error = (
                f"area: {area} means nobody now who takes messages that are no pages; see its `contacts`, and their "
                "`use.news`"
            )
            return Undone(key="area_nobody", error=error, status=409, facts={"area": area})
        case NotAsked.STANDS:
            error = f"mention {number} is closed, or an area was asked already; state new opens it again, taken goes on"
            return Undone(key="area_asked", error=error, status=409)
    assert_never(why)
