"""QR codes as squares, which stay sharp on any printer."""

from functools import lru_cache

import qrcode

# ISO/IEC 18004: light modules that belong to the code on each of its sides.
QUIET = 4


@lru_cache(maxsize=2048)
def get_matrix(text):
    """Return the modules of the QR code of ``text``: rows of booleans, dark is True.

    Level M mends 15 per cent of the code: scratches, thumbs, a dead line of the head.
    """
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=1, border=0
    )
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(row) for row in code.get_matrix())


def get_bars(matrix):
    """Yield the dark runs of each row as (column, row, length)."""
    for row, cells in enumerate(matrix):
        start = None
        for column, dark in enumerate((*cells, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                yield start, row, column - start
                start = None
