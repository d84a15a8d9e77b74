"""Structured logs on stderr: events with keys, console on a terminal, JSON elsewhere.

Texts of mentions only at debug, secrets never.
"""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
import structlog.tracebacks

from sentinel.harmless import one_line

_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
"""Without local variables: a frame may hold a mention's text, or a secret."""
OF_LINES = ("exception", "stack", "body")
"""What we write ourselves in several lines."""
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class Unfailing:
    """A stream whose writes may fail in silence: stderr often ends in a file on the very disk that is full, and no log
    line is worth a page.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or lose the text."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, or leave it."""
        with suppress(OSError):
            self._stream.flush()


def set_up(level: str, form: str) -> None:
    """Configure structlog and send the standard library's loggers through it.

    Parameters
    ----------
    level
        One of `LEVELS`.
    form
        ``console``, ``json`` or ``auto``: console when stderr is a terminal.
    """
    stream = cast(TextIO, Unfailing(sys.stderr))  # of which loggers use no more than these two
    console = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _harmless,
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if console
        else [_TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_drop_meta, *last]))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _harmless(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Texts of a line on one line: what a stranger calls himself neither ends it nor moves the cursor."""
    return {
        key: one_line(value) if type(value) is str and key not in OF_LINES else value for key, value in event.items()
    }


def _drop_meta(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event
