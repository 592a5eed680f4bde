from odoo import api, fields, models


class Print3dPlateObject(models.Model):
    """An object of a plate and the variant it is a piece of."""

    _name = "print3d.plate.object"
    _description = "Object on a Plate"
    _order = "plate_id, id"

    plate_id = fields.Many2one(
        "print3d.plate", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="plate_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char(required=True)
    count = fields.Integer(default=1, required=True)
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        index=True,
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('is_print3d_model', '=', True)]",
        help="What the object is a piece of: the version's variant unless another "
        "one is printed along.",
    )

    _count_positive = models.Constraint(
        "CHECK(count > 0)", "An object is on the plate at least once."
    )

    @api.depends("plate_id.slice_id")
    def _compute_product_id(self):
        for line in self:
            line.product_id = line.product_id or line.plate_id.slice_id.product_id
