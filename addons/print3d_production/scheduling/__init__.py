from .feasibility import Job, Need, Pick, Printer, Spool, Verdict, fill, walk

__all__ = ["Job", "Need", "Pick", "Printer", "Spool", "Verdict", "fill", "walk"]
