from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dRequestReceiveLine(models.TransientModel):
    """One product of a delivery: what was to come, what came, what of it is broken."""

    _name = "print3d.request.receive.line"
    _description = "Line of a Delivery"

    wizard_id = fields.Many2one(
        "print3d.request.receive", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    is_filament = fields.Boolean(related="product_id.is_filament")
    uom_id = fields.Many2one("uom.uom", string="Unit", required=True, readonly=True)
    expected = fields.Float(digits="Product Unit", readonly=True)
    received = fields.Float(string="Came", digits="Product Unit")
    defect = fields.Float(string="Defective of It", digits="Product Unit")
    over = fields.Float(compute="_compute_difference", digits="Product Unit")
    short = fields.Float(compute="_compute_difference", digits="Product Unit")
    over_action = fields.Selection(
        [("keep", "Keep all of it"), ("leave", "Keep what was ordered")],
        string="More Came Than Ordered",
    )
    rest = fields.Selection(
        [("backorder", "Comes later"), ("close", "Does not come")],
        string="The Rest",
        default="backorder",
        required=True,
    )
    defect_action = fields.Selection(
        [
            ("aside", "Put aside"),
            ("return", "Send back"),
            ("scrap", "Throw away"),
        ],
        string="Then",
        default="aside",
        required=True,
    )
    reason = fields.Char()
    target_location_id = fields.Many2one(
        "stock.location", string="Put It", domain="[('usage', '=', 'internal')]"
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "print3d_request_receive_line_attachment_rel",
        "line_id",
        "attachment_id",
        string="Photos",
    )

    @api.depends("expected", "received")
    def _compute_difference(self):
        for line in self:
            difference = line.received - line.expected
            line.over = max(difference, 0.0)
            line.short = max(-difference, 0.0)

    def _check_numbers(self):
        """Refuse numbers that make no sense, and what was not answered yet.

        :raise UserError: saying which
        """
        for line in self:
            name = line.product_id.display_name
            if line.received < 0 or line.defect < 0 or line.defect > line.received:
                raise UserError(
                    self.env._(
                        "%(product)s: at most as many are defective as came.",
                        product=name,
                    )
                )
            if line.uom_id.compare(line.over, 0) > 0 and not line.over_action:
                raise UserError(
                    self.env._(
                        "%(over)s %(unit)s more of %(product)s came than ordered. Say "
                        "whether you keep them.",
                        over=line.over,
                        unit=line.uom_id.name,
                        product=name,
                    )
                )
            if line._is_other() and not (line.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say in a word what is wrong with %(product)s.", product=name
                    )
                )

    def _is_other(self):
        """Tell whether something came otherwise than ordered."""
        self.ensure_one()
        return any(
            self.uom_id.compare(number, 0) > 0
            for number in (self.over, self.short, self.defect)
        )

    def _get_summary(self):
        """Return what is otherwise, for the chatter."""
        self.ensure_one()
        return self.env._(
            "%(product)s: %(received)s of %(expected)s %(unit)s came, %(defect)s "
            "defective (%(reason)s)",
            product=self.product_id.display_name,
            received=self.received,
            expected=self.expected,
            unit=self.uom_id.name,
            defect=self.defect,
            reason=self.reason,
        )
