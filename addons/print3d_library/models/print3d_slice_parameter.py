from odoo import fields, models


class Print3dSliceParameter(models.Model):
    """Something the shop wants to know about a version that no slicer states."""

    _name = "print3d.slice.parameter"
    _description = "Own Parameter of a Version"
    _order = "slice_id, sequence, id"

    slice_id = fields.Many2one(
        "print3d.slice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="slice_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Parameter", required=True, size=64)
    value = fields.Char(size=256)
    unit = fields.Char(size=16)
    carry_over = fields.Boolean(
        string="Next Version Too",
        default=True,
        help="The next version of the variant starts with this parameter.",
    )

    _name_uniq = models.UniqueIndex(
        "(slice_id, lower(name))", "A version has two parameters of the same name."
    )

    def _prepare_carried_vals(self):
        """Values of the same parameter on the next version.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "carry_over": True,
        }
