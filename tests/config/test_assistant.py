"""Mistakes in the assistant's settings are said before anybody is asked anything."""

import pytest
from pydantic import ValidationError

from sentinel.config.assistant import AssistantSettings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "localhost:11434"}, "is no web address"),
        ({"url": "https://me:pw@models.example/v1", "model": "m"}, "key_file"),
        ({"url": "https://models.example/v1?x=1", "model": "m"}, "must end before"),
        ({"url": "https://models.example/v1"}, "add model"),
        ({"model": "m"}, "add url"),
        ({"key": "s3cret"}, "add url"),
        ({"url": "http://models.example/v1", "model": "m", "key": "s3cret"}, "use https"),
        ({"url": "http://127.0.0.1:1/v1", "model": "m", "timeout": "5m"}, "must be at most 2m"),
        ({"url": "http://127.0.0.1:1/v1", "model": "m", "calls_per_day": 0}, "greater than or equal to 1"),
    ],
)
def test_mistakes(given: dict[str, object], said: str) -> None:
    """Each names the fix, none the secret."""
    with pytest.raises(ValidationError) as error:
        AssistantSettings.model_validate(given)
    assert said in str(error.value)
    assert "s3cret" not in str(error.value)


def test_off_by_default_and_on_with_two_keys() -> None:
    """A server of one's own wants an address and a model."""
    assert AssistantSettings().url is None
    assert AssistantSettings.model_validate({"url": "http://localhost:11434/v1/", "model": "m"}).url == (
        "http://localhost:11434/v1"
    )
