"""Values from outside in a form that PostgreSQL takes."""

import math
import re

MAX_DEPTH = 20
# What PostgreSQL takes neither in a text nor in jsonb.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(value, depth=0):
    """A value read from a file in a form that the database takes.

    Zero bytes and halves of surrogate pairs are dropped from texts, what is no finite
    number becomes ``None``, and what is nested too deeply a text.
    """
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (dict, list, tuple)) and depth >= MAX_DEPTH:
        return UNSTORABLE.sub("", repr(value))
    if isinstance(value, dict):
        return {
            UNSTORABLE.sub("", str(key)): storable(entry, depth + 1)
            for key, entry in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [storable(entry, depth + 1) for entry in value]
    return value
