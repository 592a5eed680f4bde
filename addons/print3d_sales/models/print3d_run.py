from odoo import api, fields, models

COST_GROUPS = "print3d_library.group_print3d_operator,print3d_sales.group_print3d_cost"


class Print3dRun(models.Model):
    _inherit = "print3d.run"

    sale_order_id = fields.Many2one(
        "sale.order",
        "Order",
        compute="_compute_sale_order_id",
        store=True,
        index="btree_not_null",
        help="The order this run prints for; the most urgent one when it serves "
        "several.",
    )
    customer_id = fields.Many2one(
        "res.partner",
        related="sale_order_id.partner_id",
        store=True,
        index="btree_not_null",
        string="Customer",
    )

    # Salespeople follow the runs of their orders without seeing what they cost.
    material_cost = fields.Monetary(groups=COST_GROUPS)
    machine_cost = fields.Monetary(groups=COST_GROUPS)

    @api.depends("line_ids.production_id.sale_line_id.order_id")
    def _compute_sale_order_id(self):
        for run in self:
            orders = run.line_ids.production_id.sale_line_id.order_id
            run.sale_order_id = orders.sorted(
                lambda order: (order.commitment_date or order.date_order, order.id)
            )[:1]

    def action_print3d_view_order(self):
        """Open the order this run prints for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "views": [(False, "form")],
        }

    def _get_label_orders(self):
        """Name the order and its customer on the job packet, where there is one."""
        order = self.sudo().sale_order_id
        if not order:
            return super()._get_label_orders()
        # Who the order belongs to is no secret to whoever packs it.
        return [order.name, order.partner_id.display_name]
