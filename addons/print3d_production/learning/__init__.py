"""What the shop learns from its own figures. Pure Python: no database, no Odoo."""

from .waste import Factor, Sample, learn
