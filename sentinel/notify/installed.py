"""Every notifier there is, one of each, by the schemes it takes."""

from sentinel.notify.added_plugins.added_notifier import AddedNotifier
from sentinel.notify.base import Notifier
from sentinel.registry import discover


def by_scheme() -> dict[str, Notifier]:
    """Scheme to notifier; ``""`` is the one that takes what no other does. Nobody takes a scheme of ours away."""
    found: dict[str, Notifier] = {}
    for plugin in sorted(discover("sentinel.notify", Notifier).values(), key=_is_added):
        notifier = AddedNotifier(plugin) if _is_added(plugin) else plugin()
        for scheme in _schemes(plugin):
            found.setdefault(scheme, notifier)
    return found


def unmade() -> tuple[str, ...]:
    """What is wrong with notifiers of other packages that cannot be made."""
    made = [AddedNotifier(plugin) for plugin in discover("sentinel.notify", Notifier).values() if _is_added(plugin)]
    return tuple(each.fault for each in made if each.fault is not None)


def _schemes(plugin: type[Notifier]) -> tuple[str, ...]:
    given: object = plugin.schemes
    if isinstance(given, str):  # the slip of ("bell") for ("bell",)
        return (given,)
    known = given if isinstance(given, tuple | list | set | frozenset) else ()
    return tuple(each for each in known if isinstance(each, str) and each) or ("",)


def _is_added(plugin: type[Notifier]) -> bool:
    return not plugin.__module__.startswith("sentinel.notify.")
