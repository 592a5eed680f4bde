from odoo import api, models


class Print3dHome(models.AbstractModel):
    _inherit = "print3d.home"

    @api.model
    def _get_sections(self):
        """Add the queue and the printers."""
        return dict(
            super()._get_sections(),
            queue=self._get_queue_section(),
            printers=self._get_printers_section(),
        )

    @api.model
    def _get_queue_section(self):
        """Return the runs that need a person now, the most pressing first."""
        return {}

    @api.model
    def _get_printers_section(self):
        """Return the printers as small tiles."""
        return {}
