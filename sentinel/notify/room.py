"""Room at providers: for which contacts another send can begin now."""

from collections.abc import Sequence
from datetime import datetime

from sentinel.notify.base import Delivery, occasion_of
from sentinel.notify.channels import destination_of
from sentinel.notify.pools import Pools
from sentinel.notify.retry import with_room
from sentinel.notify.spent_budgets import Route


def contacts_with_room(rows: Sequence[Delivery], route: Route, pools: Pools, now: datetime) -> set[str]:
    """Contacts of these rows, most urgent first, whose provider has a place, or another that they may go over: as many
    as there are places.
    """
    free, found = dict[str, int](), set[str]()
    for row in rows:
        if row.contact in found:
            continue
        urls = route(row.contact, occasion_of(row.message))
        if row.channel >= len(urls):
            found.add(row.contact)  # it has no such channel, and ends at once
            continue
        for place in (row.channel, *with_room(row, now, len(urls))):
            destination = destination_of(urls[place])
            pool = pools.of(destination)
            if (left := free.get(destination, pool.limit - pool.queued)) > 0:
                free[destination] = left - 1
                found.add(row.contact)
                break
    return found
