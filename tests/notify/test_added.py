"""Notifiers of other packages at fault: a mistake of the file or a refused delivery, never the daemon's end."""

from pathlib import Path

import pytest

from sentinel.config.loader import KnownPlugins, load
from sentinel.errors import ConfigError
from sentinel.notify.added_plugins.added_notifier import AddedNotifier
from sentinel.notify.base import (
    Feature,
    Message,
    MessageKind,
    Notifier,
    Ringing,
    SendOutcome,
    SendReason,
    Status,
    Urgency,
)

PAGE = Message(kind=MessageKind.PAGE, urgency=Urgency.CRISIS, language="es", title="t", body="b")
URL = "bell://s3cret@host"


class Unmakable(Notifier):
    schemes = ("bell",)
    example = "bell://{secret}@{host}"

    def __init__(self) -> None:
        raise RuntimeError("s3cret")

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        raise AssertionError("is never made")


class Odd(Notifier):
    """Gives or raises the same, whatever it is asked."""

    schemes = ("bell",)
    example = "bell://{secret}@{host}"
    given: object = None

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        return self._answer()

    def complaint(self, url: str) -> str | None:
        return self._answer()

    def features(self, url: str) -> frozenset[Feature]:
        return self._answer()

    def watch(self, url: str, receipt: str, *, timeout: float) -> Ringing:
        return self._answer()

    def cancel(self, url: str, receipt: str, *, timeout: float) -> bool:
        return self._answer()

    def _answer(self):  # type: ignore[no-untyped-def]
        if isinstance(self.given, BaseException):
            raise self.given
        return self.given


def odd(given: object) -> AddedNotifier:
    return AddedNotifier(type("Told", (Odd,), {"given": given}))


@pytest.mark.parametrize(
    "given",
    [
        RuntimeError("s3cret"),
        SystemExit(3),
        KeyboardInterrupt(),
        None,
        True,
        7,
        {"status": "accepted"},
        SendOutcome(status="accepted", reason=SendReason.OK),  # type: ignore[arg-type]
        SendOutcome(status=Status.RETRY, reason=SendReason.OK, retry_after=float("nan")),
        SendOutcome(status=Status.RETRY, reason=SendReason.OK, retry_after="soon"),  # type: ignore[arg-type]
        SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK, receipt=4),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_whatever_it_gives_is_an_answer(given: object) -> None:
    """Nobody knows whether the page arrived; it carries nothing beyond words; and no secret is repeated."""
    notifier = odd(given)
    outcome = notifier.send(URL, PAGE, timeout=1.0)
    assert (outcome.status, outcome.reason) == (Status.UNKNOWN, SendReason.CRASHED)
    assert "s3cret" not in outcome.detail
    assert notifier.features(URL) == frozenset()
    assert notifier.watch(URL, "r", timeout=1.0) is Ringing.UNKNOWN
    assert notifier.cancel(URL, "r", timeout=1.0) is (given is True)
    said = notifier.complaint(URL)
    assert (said is None) == (given is None)
    assert "s3cret" not in (said or "")


def test_what_is_sound_goes_through() -> None:
    """An outcome is handed on as it is."""
    refused = SendOutcome(status=Status.RETRY, reason=SendReason.RATE_LIMITED, retry_after=3, receipt="r")
    assert odd(refused).send(URL, PAGE, timeout=1.0) is refused
    assert odd([Feature.CHART, "smoke"]).features(URL) == {Feature.CHART}
    assert odd(Ringing.ON).watch(URL, "r", timeout=1.0) is Ringing.ON


@pytest.mark.parametrize("plugin", [Unmakable, type("Told", (Odd,), {"given": ValueError("s3cret")})])
def test_its_channel_is_a_mistake_of_the_file(tmp_path: Path, plugin: type[Notifier]) -> None:
    """Named with its place, the notifier and what to do; everything else of the file is looked at as ever."""
    file = tmp_path / "sentinel.yaml"
    file.write_text(f"brands: [{{name: Acme}}]\ncontacts: {{ana: {{channels: ['{URL}']}}}}\nlanguage: xx\n")
    known = KnownPlugins.installed()
    schemes = {**known.schemes, "bell": AddedNotifier(plugin)}
    with pytest.raises(ConfigError) as caught:
        load(file, {}, KnownPlugins(sources=known.sources, signals=known.signals, schemes=schemes))
    (said,) = [each for each in caught.value.problems if "contacts.ana.channels" in each]
    assert plugin.__name__ in said
    assert "mend its package" in said
    assert "s3cret" not in said
    assert len(caught.value.problems) == 2


def test_one_that_cannot_be_made_refuses_the_page() -> None:
    """The next channel has it at once."""
    outcome = AddedNotifier(Unmakable).send(URL, PAGE, timeout=1.0)
    assert (outcome.status, outcome.reason) == (Status.FAILED, SendReason.BAD_CHANNEL)
