"""Every notifier there is, one of each, by the schemes it takes."""

from sentinel.notify.base import Notifier
from sentinel.registry import discover


def by_scheme() -> dict[str, Notifier]:
    """Scheme to notifier; ``""`` is the one that takes what no other does."""
    return {
        scheme: notifier
        for plugin in discover("sentinel.notify", Notifier).values()
        for notifier in (plugin(),)
        for scheme in plugin.schemes or ("",)
    }
