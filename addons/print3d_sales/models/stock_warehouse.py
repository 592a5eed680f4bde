from odoo import api, fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    print3d_order_pull_id = fields.Many2one(
        "stock.rule",
        "Print to Order Rule",
        copy=False,
        help="Delivers printed models from stock and asks for the missing ones.",
    )
    print3d_order_manufacture_id = fields.Many2one(
        "stock.rule",
        "Print to Order Manufacture Rule",
        copy=False,
        help="Prints what a delivery asks for and the stock cannot give.",
    )

    def _generate_global_route_rules_values(self):
        """Override of `mrp` to give each warehouse the rules of "Print to order".

        Delivery steps do not matter: the stock is always the last location the
        first rule takes from, as in the rule of core's own MTO route.
        """
        rules = super()._generate_global_route_rules_values()
        delivery_rule = next(
            routing
            for routing in self.get_rules_dict()[self.id][self.delivery_steps]
            if routing.from_loc == self.lot_stock_id
        )
        route = self._find_or_create_global_route(
            "print3d_sales.stock_route_print_to_order", self.env._("Print to order")
        )
        rules.update(
            print3d_order_pull_id={
                "depends": ["delivery_steps"],
                "create_values": {
                    "active": True,
                    "action": "pull",
                    "auto": "manual",
                    "procure_method": self.company_id._get_print3d_supply(),
                    "propagate_carrier": True,
                    "company_id": self.company_id.id,
                    "route_id": route.id,
                },
                "update_values": {
                    "name": self._format_rulename(
                        delivery_rule.from_loc, delivery_rule.dest_loc, "P2O"
                    ),
                    "location_src_id": delivery_rule.from_loc.id,
                    "location_dest_id": delivery_rule.dest_loc.id,
                    "picking_type_id": delivery_rule.picking_type.id,
                },
            },
            print3d_order_manufacture_id={
                "depends": ["manufacture_steps", "manufacture_to_resupply"],
                "create_values": {
                    "action": "manufacture",
                    "procure_method": "make_to_order",
                    "company_id": self.company_id.id,
                    "picking_type_id": self.manu_type_id.id,
                    "route_id": route.id,
                },
                "update_values": {
                    "active": self.manufacture_to_resupply,
                    "name": self._format_rulename(self.lot_stock_id, False, "P2O"),
                    "location_dest_id": self.lot_stock_id.id,
                    "propagate_cancel": self.manufacture_steps == "pbm_sam",
                },
            },
        )
        return rules

    @api.model
    def _print3d_create_order_rules(self):
        """Give the rules of "Print to order" to the warehouses that are there."""
        warehouses = self.with_context(active_test=False).search(
            [("print3d_order_pull_id", "=", False)]
        )
        for warehouse in warehouses:
            warehouse._create_or_update_global_routes_rules()
