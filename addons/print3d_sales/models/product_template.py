from odoo import Command, api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    print3d_order_count = fields.Integer(
        "Open Orders",
        compute="_compute_print3d_order_count",
        groups="print3d_library.group_print3d_sales",
        help="Confirmed orders of this model that are not delivered yet.",
    )

    def _compute_print3d_order_count(self):
        groups = self.env["sale.order.line"]._read_group(
            [
                ("product_id.product_tmpl_id", "in", self.ids),
                ("state", "=", "sale"),
                ("order_id.delivery_status", "not in", (False, "full")),
            ],
            ["product_id.product_tmpl_id"],
            ["order_id:count_distinct"],
        )
        counts = dict(groups)
        for template in self:
            template.print3d_order_count = counts.get(template._origin, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates.filtered("is_print3d_model")._print3d_add_order_route()
        return templates

    def write(self, vals):
        newly_models = self.browse()
        if vals.get("is_print3d_model"):
            newly_models = self.filtered(lambda t: not t.is_print3d_model)
        result = super().write(vals)
        newly_models._print3d_add_order_route()
        return result

    # === ACTION METHODS === #

    def action_print3d_view_orders(self):
        """Open the orders of these models."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_sales.sale_order_action"
        )
        action["domain"] = [("order_line.product_id.product_tmpl_id", "in", self.ids)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _print3d_route_existing_models(self):
        """Give the route to the models that were there before it."""
        templates = self.with_context(active_test=False)
        templates.search([("is_print3d_model", "=", True)])._print3d_add_order_route()

    def _print3d_add_order_route(self):
        """Sell the models from stock first and print the rest.

        Only the first time: a person may take the route off again.
        """
        route = self.env.ref(
            "print3d_sales.stock_route_print_to_order", raise_if_not_found=False
        )
        if route and self:
            # The person who uploads a file need not be allowed to set up routes.
            self.sudo().write({"route_ids": [Command.link(route.id)]})
