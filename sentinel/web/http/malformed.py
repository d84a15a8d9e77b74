"""Keeps what is no HTTP out of the log: its words may hold a token, and whoever sends it could fill the disk with
it.
"""

import logging

import structlog
from aiohttp.http import HttpProcessingError

log = structlog.get_logger(__name__)


class _Malformed(logging.Filter):
    """Lets aiohttp tell of real faults; of a request that cannot be read it leaves the kind, at debug level."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[0] if record.exc_info else None
        if fault is None or not issubclass(fault, HttpProcessingError):
            return True
        log.debug("request_malformed", kind=fault.__name__)
        return False


LOGGER = logging.getLogger("aiohttp.server")
LOGGER.addFilter(_Malformed())
