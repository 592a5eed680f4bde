from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dSlice(models.Model):
    """A version in 3D: its first plate."""

    _name = "print3d.slice"
    _inherit = "print3d.slice"

    has_viewer = fields.Boolean(string="Has a 3D View", compute="_compute_has_viewer")

    @api.depends("is_sliced", "plate_ids")
    def _compute_has_viewer(self):
        for version in self:
            version.has_viewer = version.is_sliced and bool(version.plate_ids)

    def get_viewer(self, retry=False):
        """What the browser needs to show the first plate in 3D.

        :param bool retry: try again what was not possible
        :rtype: dict
        """
        self.ensure_one()
        if not self.has_viewer:
            raise UserError(self.env._("There is nothing to show in 3D."))
        return self.plate_ids[:1].get_viewer(retry=retry)
