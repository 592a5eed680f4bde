"""Cura's words for choices, by the common ones; Creality Print has kept them."""

PATTERNS = {
    "grid": "grid",
    "lines": "lines",
    "triangles": "triangles",
    "trihexagon": "trihexagon",
    "cubic": "cubic",
    "cubicsubdiv": "adaptive_cubic",
    "tetrahedral": "octet",
    "quarter_cubic": "quarter_cubic",
    "concentric": "concentric",
    "zigzag": "zigzag",
    "cross": "cross",
    "cross_3d": "cross_3d",
    "gyroid": "gyroid",
    "lightning": "lightning",
    "honeycomb": "honeycomb",
    "octagon": "octagram",
}
SEAM = {
    "back": "rear",
    "shortest": "nearest",
    "random": "random",
    "sharpest_corner": "sharpest",
}
ADHESION = {"none": "none", "skirt": "skirt", "brim": "brim", "raft": "raft"}
SUPPORT = {"normal": "normal", "tree": "tree"}
