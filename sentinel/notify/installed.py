"""Every notifier there is, one of each, by the schemes it takes."""

from sentinel.notify.base import Notifier
from sentinel.registry import discover


def by_scheme() -> dict[str, Notifier]:
    """Scheme to notifier; ``""`` is the one that takes what no other does. Nobody takes a scheme of ours away."""
    found: dict[str, Notifier] = {}
    for plugin in sorted(discover("sentinel.notify", Notifier).values(), key=_is_added):
        notifier = plugin()
        for scheme in plugin.schemes or ("",):
            found.setdefault(scheme, notifier)
    return found


def _is_added(plugin: type[Notifier]) -> bool:
    return not plugin.__module__.startswith("sentinel.notify.")
