"""Logging of a service: one JSON object per line, or text for people; no line ever shows a sixteen-digit number."""

import json
import logging
import re
import sys
import time

# Digits with the separators people write between them: "3509.1201 0190-0001" is as much a number as without.
_SIXTEEN_DIGITS = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)")

_TALKATIVE = ("aiokafka", "faust", "kafka", "mode", "pymongo", "httpx")

_RETRIED = ("Group Coordinator Request failed",)
"""What a library calls an error and tries again by itself: a broker that has just started says so once or twice."""


def redact(text: str) -> str:
    """Replace every run of sixteen digits, written together or apart, by a mark."""
    return _SIXTEEN_DIGITS.sub("[16 digits]", text)


def configure_logs(service: str, *, level: str, style: str) -> None:
    """Send all logs of this process to standard error. `style`: `json` or `text`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter(service) if style == "json" else _TextFormatter(service))
    handler.addFilter(_without_retries)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def _without_retries(record: logging.LogRecord) -> bool:
    return logging.root.level <= logging.DEBUG or not str(record.msg).startswith(_RETRIED)


class _JsonFormatter(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _iso_time(record.created),
            "service": self._service,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False))


class _TextFormatter(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__(f"%(asctime)s %(levelname)-7s {service} %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _iso_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"
