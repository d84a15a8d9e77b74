"""Settings of what watches Sentinel itself: the heartbeat to the outside, and the page that tests the whole way to a
phone.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator

from sentinel.config.base import Settings
from sentinel.config.contact import clock
from sentinel.config.units import Interval

DAY = timedelta(days=1)


class HeartbeatSettings(Settings):
    """A dead man's switch elsewhere, which raises the alarm when Sentinel no longer calls it."""

    url: SecretStr | None = None
    """Fetched with GET as long as Sentinel has nothing to complain of; never logged, since it is a secret. Default:
    none, and then nobody hears of it when this machine dies."""
    every: Interval = timedelta(seconds=60)
    """How often. Let the other side wait for three of them before it calls somebody."""

    @field_validator("url")
    @classmethod
    def _address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("is no web address; write one that begins with https://")
        return value


class SelfTestSettings(Settings):
    """A page that is no alarm, sent through outbox, dispatcher and provider, to learn before the crisis whether pages
    arrive.
    """

    contact: str | None = None
    """Who gets it, by key. Default: nobody, no test."""
    every: Interval = DAY
    """How often."""
    at: str | None = None
    """Time of day in `timezone`, such as 10:00; wants `every` to be whole days. Default: counted from the last one."""
    within: Interval = timedelta(minutes=5)
    """Not accepted by a provider for this long, it has failed: the operators are paged."""

    @field_validator("at")
    @classmethod
    def _time(cls, value: str | None) -> str | None:
        return None if value is None else clock(value)

    @model_validator(mode="after")
    def _whole_days(self) -> "SelfTestSettings":
        if self.at is not None and self.every % DAY:
            raise ValueError("every: must be whole days, such as 1d, where `at` says the time of day")
        if self.within >= self.every:
            raise ValueError("within: must be shorter than `every`")
        return self


class SelfCheckSettings(Settings):
    """Who watches the watcher."""

    heartbeat: HeartbeatSettings = HeartbeatSettings()
    self_test: SelfTestSettings = SelfTestSettings()
