"""What is asked of the daemon itself when somebody reads the metrics."""

from datetime import timedelta

from prometheus_client import CollectorRegistry

from sentinel.daemon.selfcheck.auditor import Auditor
from sentinel.metrics.running import RunningFigures, Stage
from tests.fakes import START, FakeClock


def test_ages_and_instants_are_as_old_as_the_moment_of_reading(clock: FakeClock) -> None:
    """A message that waits ages between two readings without anybody telling; never is 0."""
    auditor = Auditor(
        clock=clock,
        started_at=START,
        tick=lambda: timedelta(seconds=5),
        ticked_at=lambda: START,
        overdue_since=lambda: None,
        oldest_waiting=lambda: START,
        checkpointed_at=lambda: None,
        checkpoint_every=lambda: timedelta(minutes=1),
    )
    registry = CollectorRegistry()
    RunningFigures(registry).follow(auditor, clock.now, lambda: len(auditor.complaints()))

    def value(name: str) -> float | None:
        return registry.get_sample_value(f"sentinel_{name}")

    assert (value("outbox_oldest_seconds"), value("complaints")) == (0, 0)
    clock.step_wall(timedelta(minutes=9))
    assert value("outbox_oldest_seconds") == 540
    assert value("tick_last_timestamp_seconds") == START.timestamp()
    assert value("checkpoint_last_success_timestamp_seconds") == 0
    assert value("checkpoint_interval_seconds") == 60
    assert (value("complaints") or 0) >= 3


def test_stages_and_providers_are_timed_and_no_stranger_is() -> None:
    """Each stage and channel has its histogram from the start; a channel that a reload took away has none."""
    registry = CollectorRegistry()
    figures = RunningFigures(registry)
    figures.declare(["ntfy", "mailto"])
    for stage in Stage:
        assert registry.get_sample_value("sentinel_stage_seconds_count", {"stage": stage.value}) == 0
    figures.took(Stage.FOLD, 0.02)
    figures.answered("ntfy", 0.3, "20260309-1715-83b1d8")
    figures.answered("carrier-pigeon", 900, None)
    assert registry.get_sample_value("sentinel_stage_seconds_bucket", {"stage": "fold", "le": "0.025"}) == 1
    assert registry.get_sample_value("sentinel_send_seconds_count", {"channel": "ntfy"}) == 1
    assert registry.get_sample_value("sentinel_send_seconds_count", {"channel": "carrier-pigeon"}) is None
    figures.declare(["ntfy"])
    assert registry.get_sample_value("sentinel_send_seconds_count", {"channel": "mailto"}) is None
    assert registry.get_sample_value("sentinel_send_seconds_count", {"channel": "ntfy"}) == 1
