"""Duties and roles in figures: which of the duties this process has, and what it is."""

from collections.abc import Callable, Collection
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge


def _as_float(has: Callable[[str], bool], duty: str) -> float:
    return float(has(duty))


class RoleFigures:
    """What a process of a cluster is."""

    def __init__(self, registry: CollectorRegistry, roles: Collection[str]) -> None:
        figure = Gauge("sentinel_process_role", "1 for each role of this process.", ("role",), registry=registry)
        for role in roles:
            figure.labels(role).set(1)


class DutyFigures:
    """Every duty has its series in every process that listens, sends or shows: what nobody has sums to 0."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._owner = Gauge("sentinel_duty_owner", "1 where this process has it.", ("duty",), registry=registry)
        help = "Jobs that did not end in time once their duty was another process's."
        self._ran_on = Counter("sentinel_duty_ran_on", help, ("duty",), registry=registry)

    def follow(self, duties: Collection[str], has: Callable[[str], bool]) -> None:
        """Ask whenever somebody reads."""
        for duty in duties:
            self._owner.labels(duty).set_function(partial(_as_float, has, duty))
            self._ran_on.labels(duty)

    def ran_on(self, duty: str) -> None:
        """A job runs on without its duty."""
        self._ran_on.labels(duty).inc()
