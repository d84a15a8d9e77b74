"""Plugins of every kind: ours and those that entry points of other packages add."""

from collections.abc import Mapping

from river.base import Estimator

from sentinel.notify.base import Notifier
from sentinel.notify.installed import unmade
from sentinel.registry import discover, look_for, look_for_folders
from sentinel.signals.base import Signal
from sentinel.sources.base import Source


def installed() -> dict[str, Mapping[str, type[object]]]:
    """Kind to the plugins of that kind, by name."""
    return {
        "source": discover("sentinel.sources", Source),
        "signal": discover("sentinel.signals", Signal),
        "detector": discover("sentinel.detectors", Estimator),
        "notifier": discover("sentinel.notify", Notifier),
    }


def faults() -> tuple[str, ...]:
    """What is wrong with plugins of other packages; those are passed over."""
    return (
        *look_for("sentinel.sources", Source).faults,
        *look_for("sentinel.signals", Signal).faults,
        *look_for("sentinel.detectors", Estimator).faults,
        *look_for("sentinel.notify", Notifier).faults,
        *unmade(),
        *look_for_folders("sentinel.phrases").faults,
    )
