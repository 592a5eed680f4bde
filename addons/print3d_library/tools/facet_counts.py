"""Counts the codes that PostgreSQL sends in one piece, instead of a row for each.

The search of the library counts some hundred thousand codes for one page. The server
sends them as it sends arrays in binary (``array_send``): of each array of int4 the
number of dimensions, a flag, the type, then of each dimension its length and first
index, and of each element its length in bytes and its value, all of four bytes with
the highest one first. Everything but the values of our codes is a small number.

Source of the format: PostgreSQL, ``src/backend/utils/adt/arrayfuncs.c``.
"""

import numpy as np

WORD = ">i4"


def count_all(data, smallest):
    """Count the codes of arrays.

    :param bytes data: arrays of codes as PostgreSQL sends them, one after the other
    :param int smallest: no code is less than this, and nothing else is as much
    :return: of each code how often it is there
    :rtype: dict[int, int]
    """
    return _count(_get_codes(np.frombuffer(data or b"", WORD), smallest))


def count_distinct(data, smallest, bits):
    """Count in how many groups each code is.

    :param bytes data: how many rows follow; then of all rows the groups, what each
        row fails, and the lengths of the arrays, as int4; then the arrays of codes
    :param int smallest: as for :func:`count_all`
    :param int bits: a code has its kind above so many bits, from 1 on. Where a row
        fails something, only codes of the one kind count that it fails: of kind 3 the
        third bit.
    :return: of each code the number of groups
    :rtype: dict[int, int]
    """
    words = np.frombuffer(data or b"", WORD)
    if not len(words):
        return {}
    rows = int(words[0])
    groups, failed, lengths = words[1 : 1 + 3 * rows].reshape(3, rows)
    codes = _get_codes(words[1 + 3 * rows :], smallest)
    failed = np.repeat(failed, lengths)
    counted = (failed == 0) | (failed == 1 << ((codes >> bits) - 1))
    keys = np.repeat(groups, lengths)[counted].astype(np.int64) << 32 | codes[counted]
    return _count(np.unique(keys) & 0xFFFFFFFF)


def _get_codes(words, smallest):
    return words[words >= smallest].astype(np.int64)


def _count(codes):
    values, counts = np.unique(codes, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))
