"""How a log line is written: JSON, with the type and the place of an exception but never its message."""

import json
import logging
import traceback
from datetime import UTC, datetime

_FIELDS = (
    "request_id",
    "method",
    "route",
    "status",
    "ms",
    "user_id",
    "job",
    "message_pk",
    "incoming_pk",
    "purpose",
    "count",
    "worker",
    "state",
    "reason",
    "attempts",
)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: of an exception, its type and frames; its message may quote what someone typed."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        line.update({field: getattr(record, field) for field in _FIELDS if hasattr(record, field)})
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["frames"] = [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames[-12:]]
        return json.dumps(line, ensure_ascii=False)
