from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class Print3dRequestNew(models.TransientModel):
    """Ask for something in a minute, also on a phone."""

    _name = "print3d.request.new"
    _description = "New Request"

    line_ids = fields.One2many("print3d.request.new.line", "wizard_id", string="Thing")
    print3d_type = fields.Selection(
        lambda self: self.env["purchase.request"]
        ._fields["print3d_type"]
        ._description_selection(self.env),
        string="Kind of Request",
        compute="_compute_print3d_type",
        store=True,
        readonly=False,
        help="Chosen by itself from what you ask for.",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Important"), ("2", "Urgent")],
        default="0",
        required=True,
    )
    needed_by = fields.Date()
    justification = fields.Text(string="Why")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "print3d_request_new_attachment_rel",
        "wizard_id",
        "attachment_id",
        string="Quotes and Photos",
    )
    amount = fields.Monetary(compute="_compute_amount", string="About")
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )

    @api.model
    def default_get(self, fields):
        """Propose what is most likely asked for from the page of something."""
        values = super().default_get(fields)
        subject = self.env["print3d.request.mixin"]._get_request_subject()
        product = subject and subject._get_requested_product()
        if product and "line_ids" in fields and not values.get("line_ids"):
            vals = {
                "product_id": product.id,
                "quantity": 1,
                "uom_id": product._get_request_uom().id,
            }
            values["line_ids"] = [Command.create(vals)]
        return values

    @api.depends("line_ids.product_id")
    def _compute_print3d_type(self):
        for wizard in self:
            product = wizard.line_ids.product_id[:1]
            if product:
                wizard.print3d_type = product._get_request_type()
            else:
                wizard.print3d_type = wizard.print3d_type or "restock"

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.line_ids.mapped("amount"))

    def action_submit(self):
        """Ask for approval, and open the request."""
        return self._make(submit=True)

    def action_save(self):
        """Keep it as a draft, and open it."""
        return self._make(submit=False)

    def _make(self, submit):
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.product_id or line.name)
        if not lines:
            raise UserError(self.env._("Say what is wanted: choose a product."))
        request = self.env["purchase.request"].create(
            {
                "print3d_type": self.print3d_type,
                "priority": self.priority,
                "needed_by": self.needed_by,
                "justification": self.justification,
                "attachment_ids": [Command.set(self.attachment_ids.ids)],
                "line_ids": [
                    Command.create(line._prepare_request_line()) for line in lines
                ],
            }
        )
        self.attachment_ids.sudo().write(
            {"res_model": request._name, "res_id": request.id}
        )
        if submit:
            request.action_submit()
        return request.action_open()
