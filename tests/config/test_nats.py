"""Settings of the NATS servers: what is refused, and how."""

import pytest
from pydantic import ValidationError

from sentinel.config.nats import NatsSettings

ONE = ["nats://10.0.0.5:4222"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"servers": []}, "at least 1 item"),
        (
            {"servers": [*ONE, "http://ana:hunter2@x"]},
            "number 2 is no NATS server's address; write one such as nats://",
        ),
        ({"servers": ["nats://x:port"]}, "number 1 is no NATS server's address"),
        ({"servers": ["nats://"]}, "number 1 is no NATS server's address"),
        ({"servers": ["nats://x/y"]}, "number 1 is no NATS server's address"),
        ({"servers": ["10.0.0.5:4222"]}, "number 1 is no NATS server's address"),
        ({"servers": ONE, "stream": "a.b"}, "'a.b' is no stream's name; write up to 32 letters"),
        ({"servers": ONE, "replicas": 2}, "Input should be 1, 3 or 5"),
        ({"servers": ONE, "max_bytes": 1000}, "greater than or equal to 1048576"),
        ({"servers": ONE, "duplicates_within": "5s"}, "must be from 30s to 1h, got 5s"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object], told: str) -> None:
    """With what to write instead, and never with a password."""
    with pytest.raises(ValidationError) as refused:
        NatsSettings.model_validate(given)
    assert told in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_servers_are_secrets() -> None:
    """Their addresses may hold a password."""
    settings = NatsSettings.model_validate({"servers": ["nats://ana:hunter2@10.0.0.5", "tls://x:4222"]})
    assert "hunter2" not in repr(settings)
    assert (settings.replicas, settings.stream) == (3, "SENTINEL")
