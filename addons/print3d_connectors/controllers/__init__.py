from . import printer
