"""Channels of our own notifiers are read with the file: what would be ignored or go astray is a mistake with its
place.
"""

from pathlib import Path

import pytest

from sentinel.config.loader import load
from tests.config.test_mistakes import ONE, SECRET, mistakes
from tests.notify.pushover_server import TOKEN, USER


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        (f"ntfys://u:{SECRET}@h/t?delay=1h", "ntfys:// knows no 'delay'; allowed are priority, tags, xtags, token"),
        (f"ntfys://h/{SECRET}/other", "ntfys:// wants one topic of letters, digits, - and _, as in ntfys://host/topic"),
        (f"pover://{SECRET}@short", "pover:// wants a user key, @ and a token, each of 30 letters and digits"),
        (f"pover://{USER}@{TOKEN}?gateway=http://10.0.0.1", "gateway must be https://host[:port] and nothing more"),
    ],
)
def test_mistakes(tmp_path: Path, url: str, wrong: str) -> None:
    """What is wrong and what is allowed, without the secret in it."""
    (told,) = mistakes(tmp_path, ONE + f"contacts: {{ana: {{channels: ['{url}']}}}}\n")
    assert told.startswith(f"2:29: contacts.ana.channels.0: {wrong}")


def test_what_is_right(tmp_path: Path) -> None:
    """Nothing is said of it."""
    path = tmp_path / "s.yaml"
    path.write_text(
        ONE + f"contacts: {{ana: {{channels: ['ntfys://tk_a@h/t?priority=max', 'pover://{USER}@{TOKEN}']}}}}\n",
        encoding="utf-8",
    )
    assert len(load(path, {}).contacts["ana"].channels) == 2
