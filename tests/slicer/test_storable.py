"""What of a file goes into the database."""

import importlib.util
import json

import pytest
from slicer_paths import ADDON

spec = importlib.util.spec_from_file_location(
    "storable", ADDON / "tools" / "storable.py"
)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
storable = module.storable


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\x00b", "ab"),
        ("half \ud83d of a pair", "half  of a pair"),
        ("Würfel 箱", "Würfel 箱"),
        (float("nan"), None),
        (float("-inf"), None),
        (0.2, 0.2),
        (True, True),
        (None, None),
        ({"a\x00": ["\x00", 1, {"b": float("inf")}]}, {"a": ["", 1, {"b": None}]}),
        ((1, 2), [1, 2]),
        (b"bytes stay", b"bytes stay"),
    ],
)
def test_values(value, expected):
    assert storable(value) == expected


def test_deep_nesting_becomes_a_text():
    value = leaf = []
    for _level in range(200):
        leaf.append([])
        leaf = leaf[0]
    assert len(json.dumps(storable(value))) < 1000
