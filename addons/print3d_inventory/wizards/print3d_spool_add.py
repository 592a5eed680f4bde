from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class Print3dSpoolAdd(models.TransientModel):
    _name = "print3d.spool.add"
    _description = "New Spools"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        string="Filament",
        required=True,
        domain=[("is_filament", "=", True)],
    )
    count = fields.Integer(string="How many", required=True, default=1)
    net_weight_g = fields.Float(
        string="Filament on each (g)",
        digits="Product Unit",
        required=True,
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
    )
    price_per_kg = fields.Monetary(
        string="Price per kg",
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
    )
    total = fields.Monetary(compute="_compute_total")
    location_id = fields.Many2one(
        "stock.location",
        string="Where",
        required=True,
        default=lambda self: self._default_location(),
        domain="[('usage', '=', 'internal'), "
        "('company_id', 'in', [False, company_id])]",
    )

    @api.model
    def _default_location(self):
        """Take the first shelf, or the stock of the first warehouse."""
        companies = [False, self.env.company.id]
        shelf = self.env["stock.location"].search(
            [("print3d_kind", "=", "shelf"), ("company_id", "in", companies)], limit=1
        )
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        return shelf or warehouse.lot_stock_id

    @api.depends("product_id")
    def _compute_from_product(self):
        for wizard in self:
            wizard.net_weight_g = wizard.product_id.net_weight_g or 1000.0
            wizard.price_per_kg = wizard.product_id.standard_price * 1000

    @api.depends("count", "net_weight_g", "price_per_kg")
    def _compute_total(self):
        for wizard in self:
            wizard.total = (
                wizard.count * wizard.net_weight_g * wizard.price_per_kg / 1000
            )

    def action_add(self):
        """Book the spools in and show them."""
        self.ensure_one()
        spools = self._add_spools()
        if len(spools) == 1:
            return spools._get_page_action()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_action"
        )
        action["domain"] = [("id", "in", spools.ids)]
        action["context"] = {"print3d_spools": True}
        return action

    def _add_spools(self):
        """Make the spools, each with its own value, and return them.

        Each gets a stock move of its own: the value of a move without a purchase
        comes from the cost of its one lot.

        :rtype: stock.lot
        """
        self.ensure_one()
        if self.count < 1:
            raise UserError(self.env._("Say how many spools there are, at least one."))
        if self.net_weight_g <= 0:
            raise UserError(
                self.env._("Say how many grams of filament are on each spool.")
            )
        if self.price_per_kg < 0:
            raise UserError(self.env._("The price per kg cannot be below zero."))
        company = self.company_id
        names = self.env["stock.lot"]._next_spool_names(self.product_id, self.count)
        spools = (
            self.env["stock.lot"]
            .with_company(company)
            .create(
                [
                    {
                        "name": name,
                        "product_id": self.product_id.id,
                        "company_id": company.id,
                        "net_weight_g": self.net_weight_g,
                    }
                    for name in names
                ]
            )
        )
        # Core gives a lot without a cost the average; free filament costs nothing.
        spools.with_context(disable_auto_revaluation=True).write(
            {"standard_price": self.price_per_kg / 1000}
        )
        moves = (
            self.env["stock.move"]
            .with_company(company)
            .create([self._prepare_move_vals(spool) for spool in spools])
        )
        moves._action_done()
        return spools

    def _prepare_move_vals(self, spool):
        """Return the values of the stock move that brings ``spool`` in."""
        product = self.product_id.with_company(self.company_id)
        source = product.property_stock_inventory
        common = {
            "product_id": product.id,
            "company_id": self.company_id.id,
            "location_id": source.id,
            "location_dest_id": self.location_id.id,
        }
        return {
            **common,
            "product_uom": product.uom_id.id,
            "product_uom_qty": self.net_weight_g,
            "state": "confirmed",
            "is_inventory": True,
            "inventory_name": self.env._("New spool %(spool)s", spool=spool.name),
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "product_uom_id": product.uom_id.id,
                        "quantity": self.net_weight_g,
                        "lot_id": spool.id,
                    }
                )
            ],
        }
