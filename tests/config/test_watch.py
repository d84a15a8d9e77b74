"""What watches Sentinel itself, as it is configured."""

from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.config.loader import load
from tests.config.test_mistakes import ONE, SECRET, mistakes


def test_a_heartbeat_and_a_daily_test(tmp_path: Path) -> None:
    """The address is a secret, from the environment; the rest has defaults."""
    text = ONE + (
        "contacts: {ana: {channels: ['log://']}}\nwatch: {heartbeat: {url: "
        "'${BEAT}'}, self_test: {contact: ana, at: '10:00'}}\n"
    )
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    watch = load(tmp_path / "s.yaml", {"BEAT": f"https://beat.example/{SECRET}"}).watch
    assert watch.heartbeat.url is not None
    assert watch.heartbeat.url.get_secret_value().endswith(SECRET)
    assert SECRET not in repr(watch)
    assert (watch.heartbeat.every, watch.self_test.every) == (timedelta(minutes=1), timedelta(days=1))


@pytest.mark.parametrize(
    ("watch", "says"),
    [
        ("{heartbeat: {url: 'beat.example/hunter2-very-secret'}}", "watch.heartbeat.url: is no web address"),
        ("{self_test: {contact: nobody}}", "watch.self_test.contact: unknown contact 'nobody'; allowed: log"),
        ("{self_test: {at: '25:00'}}", "watch.self_test.at: '25:00' is no time of day"),
        ("{self_test: {at: '10:00', every: 12h}}", "whole days"),
        ("{self_test: {every: 5m, within: 5m}}", "within: must be shorter than"),
    ],
)
def test_mistakes(tmp_path: Path, watch: str, says: str) -> None:
    """Each is named with its place."""
    (mistake,) = mistakes(tmp_path, f"{ONE}watch: {watch}\n")
    assert says in mistake
