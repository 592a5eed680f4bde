"""The generic webhook: one small JSON object for each thing a printer tells."""

import json
import math
from dataclasses import dataclass
from datetime import datetime, timezone

EVENTS = ("started", "progress", "paused", "resumed", "done", "failed")
MAX_JOB_LENGTH = 128
MAX_TEXT_LENGTH = 500
MAX_TOOLS = 64
# A print of more than a year is a wrong unit, not a print.
MAX_DURATION_S = 366 * 24 * 3600
MAX_GRAMS = 1_000_000.0


class PayloadError(Exception):
    """The body cannot be understood; `message` says why, in English."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class PrinterEvent:
    """What a printer told.

    :ivar event: one of `EVENTS`
    :ivar job: the printer's own id of the print
    :ivar run: name of the run meant, empty when the printer does not know it
    :ivar progress: percent, 0 to 100, or None
    :ivar duration_s: seconds the print took, or None
    :ivar filament_g: grams by tool, the first is tool 1
    :ivar cause: why the print failed, in the printer's words
    :ivar at: when it happened (UTC, without time zone), or None
    """

    event: str
    job: str
    run: str = ""
    progress: float | None = None
    duration_s: int | None = None
    filament_g: tuple[float, ...] = ()
    cause: str = ""
    at: datetime | None = None


def parse_event(body):
    """Read the body of a request.

    :param bytes body: what the printer sent
    :return: what it told
    :rtype: PrinterEvent
    :raises PayloadError: when it is not a JSON object with the right fields
    """
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise PayloadError("The body is not valid JSON.") from None
    if not isinstance(data, dict):
        raise PayloadError("The body must be a JSON object.")
    event = data.get("event")
    if event not in EVENTS:
        raise PayloadError('"event" must be one of: {}.'.format(", ".join(EVENTS)))
    return PrinterEvent(
        event=event,
        job=_read_job(data.get("job")),
        run=_read_text(data, "run"),
        progress=_read_number(data, "progress", 100.0),
        duration_s=_read_duration(data),
        filament_g=_read_grams(data),
        cause=_read_text(data, "cause"),
        at=_read_moment(data),
    )


def _refuse_constant(name):
    raise ValueError(name)


def _read_job(value):
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise PayloadError('"job" must be the printer\'s id of the print.')
    value = value.strip()
    if len(value) > MAX_JOB_LENGTH or "\x00" in value:
        raise PayloadError(f'"job" must have at most {MAX_JOB_LENGTH} characters.')
    return value


def _read_text(data, key):
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PayloadError(f'"{key}" must be a text.')
    return value.replace("\x00", "").strip()[:MAX_TEXT_LENGTH]


def _is_number(value, maximum):
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and 0 <= value <= maximum
    )


def _read_number(data, key, maximum):
    value = data.get(key)
    if value is None:
        return None
    if not _is_number(value, maximum):
        raise PayloadError(f'"{key}" must be a number from 0 to {maximum:g}.')
    return float(value)


def _read_duration(data):
    value = _read_number(data, "duration_s", MAX_DURATION_S)
    return None if value is None else round(value)


def _read_grams(data):
    values = data.get("filament_g")
    if values is None:
        return ()
    if not isinstance(values, list) or len(values) > MAX_TOOLS:
        raise PayloadError('"filament_g" must be a list of grams, one a tool.')
    if not all(_is_number(value, MAX_GRAMS) for value in values):
        raise PayloadError('"filament_g" must hold numbers of grams, not negative.')
    return tuple(float(value) for value in values)


def _read_moment(data):
    value = data.get("at")
    if value is None:
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, timezone.utc)
        else:
            # Python 3.10 does not read the "Z" of ISO 8601.
            moment = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except (AttributeError, OSError, OverflowError, TypeError, ValueError):
        raise PayloadError('"at" must be an ISO 8601 time or seconds of UTC.') from None
    if moment.tzinfo is not None:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment.replace(microsecond=0)
