"""Plain Python tools; nothing here imports odoo."""
