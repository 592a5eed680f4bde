"""Which label goes on which page, and where."""

from dataclasses import dataclass

from .design import POINT, compose


@dataclass(frozen=True)
class Placed:
    """A label on a page: the position of its corner, and the things on it."""

    x: float
    y: float
    width: float
    height: float
    things: list


@dataclass(frozen=True)
class Page:
    """One page, in points, and the labels on it."""

    width: float
    height: float
    labels: list


def place(labels, layout, start=0, copies=1, colour=None):
    """Return the pages of these labels, one at a time.

    :param labels: the labels, each printed ``copies`` times in a row
    :param start: the first free place of the first sheet, counted from 0
    """
    width, height = (side * POINT for side in layout.page)
    label_width = layout.label[0] * POINT
    per_page = layout.per_page
    index = start % per_page
    page = Page(width, height, [])
    for label in labels:
        tall, things = compose(label, layout, colour)
        for _copy in range(copies):
            if index == per_page:
                yield page
                page, index = Page(width, height, []), 0
            left, top = (side * POINT for side in layout.get_place(index))
            page.labels.append(Placed(left, top, label_width, tall, things))
            if layout.grows:
                page = Page(width, tall, page.labels)
            index += 1
    if page.labels:
        yield page


def count_pages(count, layout, start=0):
    """Return how many pages ``count`` labels take, and the place after the last."""
    per_page = layout.per_page
    if not count:
        return 0, start % per_page
    last = start % per_page + count
    return -(-last // per_page), last % per_page
