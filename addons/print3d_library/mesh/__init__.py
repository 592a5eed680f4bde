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
from .mending import repair
from .drawing import render
from .sandbox import check, inspect, inspect_file
from .formats import sniff
from .writer import write_stl

__all__ = [
    "MeshError",
    "MeshPart",
    "MeshPlate",
    "MeshReport",
    "Part",
    "Plate",
    "RepairReport",
    "Scene",
    "check",
    "inspect",
    "inspect_file",
    "load",
    "render",
    "repair",
    "report",
    "sniff",
    "write_stl",
]
