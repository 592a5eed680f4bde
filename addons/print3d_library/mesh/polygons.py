"""Polygons into triangles."""

import numpy as np


def triangulate(points):
    """Triangles of one simple polygon in space, concave ones too.

    The polygon is laid flat along its mean normal (Newell) and its ears are cut off.
    Where no ear is left (it crosses itself, or is flat to nothing) the rest becomes a
    fan, so that there are always ``len(points) - 2`` triangles with the polygon's
    winding.

    :param points: (n, 3) corners in order, n >= 3
    :return: int array (n - 2, 3) of corner numbers
    """
    count = len(points)
    if count == 3:
        return np.array([[0, 1, 2]])
    flat, is_convex = _flatten(points)
    if is_convex:
        middle = np.arange(1, count - 1)
        return np.stack([np.zeros_like(middle), middle, middle + 1], axis=1)
    return _cut_ears(flat)


def _flatten(points):
    """The polygon in its plane (n, 2), counter-clockwise, and whether it is convex."""
    points = points - points.mean(axis=0)
    after = np.roll(points, -1, axis=0)
    normal = np.cross(points, after).sum(axis=0)
    length = np.linalg.norm(normal)
    if not length:
        return points[:, :2], True
    normal /= length
    # Any direction across the normal, made from the axis it leans on least.
    axis = np.zeros(3)
    axis[np.argmin(np.abs(normal))] = 1.0
    right = np.cross(axis, normal)
    right /= np.linalg.norm(right)
    flat = points @ np.stack([right, np.cross(normal, right)], axis=1)
    edge = np.roll(flat, -1, axis=0) - flat
    following = np.roll(edge, -1, axis=0)
    turn = edge[:, 0] * following[:, 1] - edge[:, 1] * following[:, 0]
    # All turns to the left, and round once only.
    angles = np.arctan2(turn, (edge * following).sum(axis=1))
    is_convex = bool((turn >= -1e-12 * length).all() and angles.sum() < 7)
    return flat, is_convex


def _cut_ears(flat):
    left = list(range(len(flat)))
    found = []
    start = 0
    while len(left) > 3:
        count = len(left)
        for step in range(count):
            place = (start + step) % count
            ear = left[place - 1], left[place], left[(place + 1) % count]
            if _is_ear(flat, ear, left):
                break
        else:
            # Nothing can be cut off cleanly.
            found += [
                (left[0], left[place], left[place + 1]) for place in range(1, count - 1)
            ]
            return np.array(found)
        found.append(ear)
        del left[place]
        # Going on behind the last ear keeps triangles from gathering in one corner.
        start = place
    found.append(tuple(left))
    return np.array(found)


def _is_ear(flat, ear, left):
    one, tip, two = flat[list(ear)]
    if _turn(one, tip, two) <= 0:
        return False
    others = flat[[corner for corner in left if corner not in ear]]
    inside = (
        (_turn(one, tip, others) >= 0)
        & (_turn(tip, two, others) >= 0)
        & (_turn(two, one, others) >= 0)
    )
    # A corner that is at the place of one of the ear's is no obstacle: holes are
    # joined to the outline by an edge that is walked twice.
    same = (
        (others == one).all(axis=1)
        | (others == tip).all(axis=1)
        | (others == two).all(axis=1)
    )
    return not (inside & ~same).any()


def _turn(one, two, three):
    """Twice the area of a triangle, positive to the left; ``three`` may be many."""
    edge = two - one
    return edge[0] * (three[..., 1] - one[1]) - edge[1] * (three[..., 0] - one[0])
