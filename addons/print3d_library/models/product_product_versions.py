from odoo import api, fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    version_timeline = fields.Json(
        string="History",
        compute="_compute_version_timeline",
        groups="print3d_library.group_print3d_user",
        help="All versions of the variant, the newest first.",
    )

    @api.depends("slice_ids.note", "slice_ids.state", "slice_ids.deviation_count")
    @api.depends_context("lang", "tz", "uid")
    def _compute_version_timeline(self):
        for product in self:
            product.version_timeline = product._get_print3d_timeline()

    def _get_print3d_timeline(self, current=None):
        """The timeline of the variant's versions, for its page and theirs.

        :param current: version whose page it is
        :rtype: dict
        """
        self.ensure_one()
        versions = self.env["print3d.slice"].search(
            [("product_id", "=", self._origin.id)]
        )
        return {
            "product_id": self._origin.id,
            "active_id": self.active_slice_id.id,
            "versions": versions._prepare_timeline(current),
        }
