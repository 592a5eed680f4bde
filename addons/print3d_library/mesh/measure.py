"""Sizes of triangles."""

import numpy as np


def corners(vertices, faces):
    """The three corner arrays (m, 3) of the faces."""
    return vertices[faces[:, 0]], vertices[faces[:, 1]], vertices[faces[:, 2]]


def area_vectors(vertices, faces):
    """Normal of each face, as long as its area."""
    one, two, three = corners(vertices, faces)
    two -= one
    three -= one
    return np.cross(two, three) * 0.5


def signed_volumes(vertices, faces, apex=None):
    """Volume of the tetrahedron of each face and one point.

    Their sum is the volume of a closed mesh, negative when it is inside out (Zhang
    and Chen 2001, "Efficient feature extraction for 2D/3D objects in mesh
    representation"). For an open mesh it depends on the point.

    :param apex: the point; by default the middle of the box, which keeps the terms
        small where a mesh lies far from the origin
    """
    if apex is None:
        apex = (vertices.min(axis=0) + vertices.max(axis=0)) / 2
    one, two, three = corners(vertices, faces)
    one -= apex
    two -= apex
    three -= apex
    return np.einsum("ij,ij->i", one, np.cross(two, three)) / 6.0


def box(vertices):
    """Lowest and highest corner of the box around all vertices."""
    return vertices.min(axis=0), vertices.max(axis=0)
