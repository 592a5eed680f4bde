"""Protocols of printers: bytes in, dataclasses out, no Odoo."""

from .webhook import EVENTS, PayloadError, PrinterEvent, parse_event

__all__ = ["EVENTS", "PayloadError", "PrinterEvent", "parse_event"]
