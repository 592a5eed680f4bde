from odoo import api, models


class StockWarehouseOrderpoint(models.Model):
    """Which stock a rule is about, in companies with several warehouses."""

    _inherit = "stock.warehouse.orderpoint"

    @api.depends("product_id.stock_ahead", "warehouse_id")
    def _compute_stock_ahead(self):
        for company, rules in self.grouped("company_id").items():
            for place, its in rules._by_place().items():
                sparks = its.product_id._origin._get_stock_sparks(company, place)
                for rule in its:
                    rule.stock_ahead = sparks.get(rule.product_id._origin.id)

    def get_stock_ahead(self, days=60):
        """Return the stock of the coming days at the warehouse of this rule.

        :param int days: from 7 to 180
        :raise AccessError: for whoever does not work in the shop
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        product = self.product_id.with_company(self.company_id)
        return product._get_stock_ahead(days, self._get_restock_places()[self])

    def _get_restock_places(self):
        """Return {rule: the warehouse (stock.warehouse) it looks at}.

        Empty in companies with only one: there it is all of the stock, and goes
        without saying.
        """
        Warehouse = self.env["stock.warehouse"]
        counts = dict(
            Warehouse.sudo()._read_group(
                [("company_id", "in", self.company_id.ids)], ["company_id"], ["__count"]
            )
        )
        return {
            rule: rule.warehouse_id if counts.get(rule.company_id, 0) > 1 else Warehouse
            for rule in self
        }

    def _by_place(self):
        """Return {warehouse, or empty: its rules}, see :meth:`_get_restock_places`."""
        places = self._get_restock_places()
        return self.grouped(lambda rule: places[rule])

    def _get_depletion_days(self, company):
        """Return {rule: the date on which its warehouse runs out, or None}."""
        Forecast = self.env["print3d.restock.forecast"]
        found = {}
        for place, rules in self._by_place().items():
            days = Forecast._get_depletion(rules.product_id, company, place)
            found.update({rule: days[rule.product_id.id] for rule in rules})
        return found
