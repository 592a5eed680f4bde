from .feasibility import (
    EPSILON,
    Job,
    Need,
    Pick,
    Printer,
    Spool,
    Verdict,
    fill,
    walk,
)

__all__ = [
    "EPSILON",
    "Job",
    "Need",
    "Pick",
    "Printer",
    "Spool",
    "Verdict",
    "fill",
    "walk",
]
