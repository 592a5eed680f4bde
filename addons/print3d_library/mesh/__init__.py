"""Read, measure, mend and draw meshes of things to be printed.

``inspect`` looks at a file in a process of its own; ``load``, ``report``, ``repair``,
``write_stl`` and ``render`` work in this one.
"""

from .errors import MeshError
from .model import (
    MeshPart,
    MeshPlate,
    MeshReport,
    Part,
    Plate,
    RepairReport,
    Scene,
)
from .analysis import report
from .loading import load
from .sandbox import inspect, inspect_file
from .sniff import sniff

__all__ = [
    "MeshError",
    "MeshPart",
    "MeshPlate",
    "MeshReport",
    "Part",
    "Plate",
    "RepairReport",
    "Scene",
    "inspect",
    "inspect_file",
    "load",
    "report",
    "sniff",
]
