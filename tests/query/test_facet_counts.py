"""Counting the codes that the database sends as arrays in binary."""

import struct

from hypothesis import given
from hypothesis import strategies as st
from tools import facet_counts

BITS = 24
CODES = st.builds(
    lambda kind, number: kind << BITS | number,
    st.integers(1, 14),
    st.integers(0, (1 << BITS) - 1),
)
ARRAYS = st.lists(CODES, max_size=6)
ROWS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([0, 1, 2, 4, 8192]), ARRAYS),
    max_size=12,
)


def send(codes):
    """An array of int4 as PostgreSQL's ``array_send`` gives it."""
    if not codes:
        return struct.pack(">3i", 0, 0, 23)
    head = struct.pack(">5i", 1, 0, 23, len(codes), 1)
    return head + b"".join(struct.pack(">2i", 4, code) for code in codes)


def send_rows(rows):
    groups, failed, arrays = zip(*rows, strict=True) if rows else ((), (), ())
    numbers = [len(rows), *groups, *failed, *map(len, arrays)]
    return struct.pack(f">{len(numbers)}i", *numbers) + b"".join(map(send, arrays))


def test_nothing_counts_nothing():
    assert facet_counts.count_all(None, 1 << BITS) == {}
    assert facet_counts.count_distinct(None, 1 << BITS, BITS) == {}


@given(st.lists(ARRAYS))
def test_every_code_is_counted(arrays):
    found = facet_counts.count_all(b"".join(map(send, arrays)), 1 << BITS)
    expected = {}
    for codes in arrays:
        for code in codes:
            expected[code] = expected.get(code, 0) + 1
    assert found == expected


@given(ROWS)
def test_a_code_counts_once_a_group(rows):
    found = facet_counts.count_distinct(send_rows(rows), 1 << BITS, BITS)
    pairs = {
        (group, code)
        for group, failed, codes in rows
        for code in codes
        if failed in (0, 1 << (code >> BITS) - 1)
    }
    expected = {}
    for _group, code in pairs:
        expected[code] = expected.get(code, 0) + 1
    assert found == expected
