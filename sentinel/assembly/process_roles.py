"""Roles of a process: what of a daemon it does. One process does all; in a cluster each may do a part."""

from collections.abc import Collection
from enum import StrEnum


class ProcessRole(StrEnum):
    """What a process does; `docs/cluster.md` says how they go together."""

    ALL = "all"
    INGEST = "ingest"
    WORKER = "worker"
    NOTIFY = "notify"
    WEB = "web"


PARTS = (ProcessRole.INGEST, ProcessRole.WORKER, ProcessRole.NOTIFY, ProcessRole.WEB)


def roles_of(given: Collection[ProcessRole]) -> frozenset[ProcessRole]:
    """The parts that these are, each by itself."""
    return frozenset(PARTS if ProcessRole.ALL in given or not given else given)
