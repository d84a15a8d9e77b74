"""Makes and ends silences on behalf of a program or a person; shared by API and pages."""

from datetime import datetime, timedelta

from aiohttp import web

from sentinel.config.explain import unknown
from sentinel.escalation.silence import Silence
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.undone import Undone

LONGEST_NOTE = 200
"""Letters of the audit log."""


async def silence(
    request: web.Request,
    *,
    brands: tuple[str, ...],
    starts_at: datetime | None,
    lasts: timedelta,
    by: str,
    reason: str | None,
) -> Silence | Undone:
    """Make one; on disk and in force when this returns."""
    ports = ports_of(request)
    names = [each.name for each in ports.config().brands]
    for brand in brands:
        if brand not in names:
            error = f"brands: {unknown(brand, names, 'brand')}"
            return Undone(key="brand_unknown", error=error, facts={"value": brand[:80]})
    if starts_at is not None and starts_at + lasts <= ports.clock.now():
        return Undone(key="past", error="starts_at: that time is over already; leave it out to begin now")
    made = await ports.silences.make(brands=brands, starts_at=starts_at, lasts=lasts, by=by, reason=reason)
    note(request, what="silence", about=f"{made.id} {', '.join(brands)}"[:LONGEST_NOTE])
    return made


async def end_silence(request: web.Request) -> Silence | Undone:
    """End the one that the path names: whoever would have been paged is paged."""
    name = request.match_info["id"]
    note(request, what="silence_end", about=name)
    ended = await ports_of(request).silences.end(name)
    return ended or Undone(key="gone", error=f"there is no silence {name[:40]!r}", status=404)
