"""Which seeds are read by which part of the readers."""

import functools
import io
from pathlib import Path

import fuzz_seeds

# Parts to be damaged one after the other, and the worker's target for each.
FAMILIES = (
    *(
        "bambu",
        "creality",
        "cura",
        "cura_bambu",
        "flashprint",
        "gx",
        "icesl",
        "ideamaker",
    ),
    *("kirimoto", "kisslicer", "prusaslicer", "simplify3d", "slic3r", "bgcode"),
)
TARGETS = {
    **dict.fromkeys(FAMILIES, "slice"),
    "other": "slice",
    "container": "package",
    "mesh": "mesh",
    "toolpath": "toolpath",
}
# Families whose moves differ most, for the toolpath.
WITH_MOVES = ("bambu", "bgcode", "cura", "prusaslicer")


@functools.cache
def seeds_of(name, corpus=True):
    """Good files of a part, bytes by name.

    :param corpus: with the files of the corpus, where there is one
    """
    return _seeds(corpus)[name]


@functools.cache
def _seeds(corpus):
    from slicer import SlicedFileError, families
    from slicer.source import Source

    found = {name: {} for name in TARGETS}
    found["mesh"] = fuzz_seeds.meshes(corpus)
    for name, data in {
        **fuzz_seeds.own(),
        **(fuzz_seeds.corpus() if corpus else {}),
    }.items():
        try:
            code = families.recognise(Source(io.BytesIO(data))).code
        except SlicedFileError:
            code = "other"
        if data[:4] == b"GCDE":
            code = "bgcode"
        found[code][name] = data
        if data[:4] == b"PK\x03\x04":
            found["container"][name] = data
    for code in WITH_MOVES:
        found["toolpath"] |= found[code]
    found["other"] |= {
        name: data
        for name, data in found["mesh"].items()
        if Path(name).suffix != ".3mf"
    }
    return found
