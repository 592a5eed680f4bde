from odoo import api, models


class Print3dLabel(models.AbstractModel):
    _inherit = "print3d.label"

    @api.model
    def _get_kinds(self):
        return {**super()._get_kinds(), "job": "print3d.run"}
