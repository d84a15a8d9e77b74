"""Notifier of another package, as everything else meets it: whatever it raises or gives is an answer, and no page of
other channels waits for it.
"""

from collections.abc import Callable
from math import isfinite

from sentinel.notify.base import Feature, Message, Notifier, Ringing, SendOutcome, SendReason, Status


class AddedNotifier(Notifier):
    """Made of a plugin's class; where that fails, its channels are mistakes of the file and their sends refused.

    Parameters
    ----------
    plugin
        The class that an entry point names.
    """

    example = ""

    def __init__(self, plugin: type[Notifier]) -> None:
        self.name = f"{plugin.__module__}.{plugin.__qualname__}"
        self.fault: str | None = None
        """Why there is none."""
        self._inner: Notifier | None = None
        made = _asked(plugin)
        if isinstance(made, Notifier):
            self._inner = made
        else:
            self.fault = f"{self.name} cannot be made ({_named(made)}); mend its package, or remove it"

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        inner = self._inner
        if inner is None:
            return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail="the notifier has a fault")
        said = _asked(lambda: inner.send(url, message, timeout=timeout))
        if isinstance(said, SendOutcome) and _is_sound(said):
            return said
        # what it had sent by then nobody knows
        return SendOutcome(status=Status.UNKNOWN, reason=SendReason.CRASHED, detail=_named(said))

    def complaint(self, url: str) -> str | None:
        inner = self._inner
        if inner is None:
            return self.fault
        said = _asked(lambda: inner.complaint(url))
        if said is None or isinstance(said, str):
            return said
        return f"{self.name} fails on this ({_named(said)}); mend its package, or name another channel"

    def features(self, url: str) -> frozenset[Feature]:
        inner = self._inner
        said = _asked(lambda: inner.features(url)) if inner is not None else None
        known = said if isinstance(said, set | frozenset | tuple | list) else ()
        return frozenset(each for each in Feature if each in known)

    def watch(self, url: str, receipt: str, *, timeout: float) -> Ringing:
        inner = self._inner
        said = _asked(lambda: inner.watch(url, receipt, timeout=timeout)) if inner is not None else Ringing.OVER
        return said if isinstance(said, Ringing) else Ringing.UNKNOWN

    def cancel(self, url: str, receipt: str, *, timeout: float) -> bool:
        inner = self._inner
        return inner is None or _asked(lambda: inner.cancel(url, receipt, timeout=timeout)) is True


def _asked(what: Callable[[], object]) -> object:
    """What it gives, or what it raises, as a value."""
    try:
        return what()
    except BaseException as error:  # code of others may raise anything, also what is meant to end a process
        return error


def _named(said: object) -> str:
    """The type alone: a text may hold a secret."""
    return type(said).__name__ if isinstance(said, BaseException) else f"it gave {type(said).__name__}"


def _is_sound(said: SendOutcome) -> bool:
    wait = said.retry_after
    return (
        isinstance(said.status, Status)
        and isinstance(said.reason, SendReason)
        and isinstance(said.detail, str)
        and (said.receipt is None or isinstance(said.receipt, str))
        and (wait is None or (isinstance(wait, int | float) and isfinite(wait) and wait >= 0))
    )
