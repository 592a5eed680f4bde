from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# The days a spark in a list looks ahead, and those of the chart on a page.
SPARK_DAYS = 30
CHART_DAYS = 60


class ProductProduct(models.Model):
    """How long a thing lasts, and below how much it is ordered."""

    _inherit = "product.product"

    print3d_daily_use = fields.Float(
        string="Use a Day",
        company_dependent=True,
        readonly=True,
        copy=False,
        digits=(16, 3),
        groups="base.group_user",
        help="Of a usual day, in the unit of the thing; learned every night.",
    )
    print3d_depletion_on = fields.Date(
        string="Runs Out",
        company_dependent=True,
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="With what is there, what is on its way, what is planned and what is "
        "usually used besides; looked at every night.",
    )
    print3d_reorder_point = fields.Float(
        string="Reorder Point",
        compute="_compute_print3d_reorder_point",
        digits="Product Unit",
        help="Below it, it is ordered.",
    )
    print3d_has_rule = fields.Boolean(
        string="Has a Reorder Rule",
        compute="_compute_print3d_reorder_point",
        search="_search_print3d_has_rule",
    )
    print3d_vendor_id = fields.Many2one(
        "res.partner",
        string="First Vendor",
        compute="_compute_print3d_vendor_id",
        groups="base.group_user",
    )
    stock_ahead = fields.Json(
        compute="_compute_stock_ahead",
        groups="base.group_user",
        help="The stock of the next thirty days.",
    )

    # === COMPUTE === #

    @api.depends("orderpoint_ids.product_min_qty", "orderpoint_ids.active")
    @api.depends_context("allowed_company_ids")
    def _compute_print3d_reorder_point(self):
        points = {}
        # Whoever buys in the shop on the web may read products, but not this.
        if self.env.su or self.env.user._is_internal():
            points = dict(
                self.env["stock.warehouse.orderpoint"]
                .sudo()
                ._read_group(
                    [
                        ("product_id", "in", self.ids),
                        ("company_id", "in", self.env.companies.ids),
                    ],
                    ["product_id"],
                    ["product_min_qty:sum"],
                )
            )
        for product in self:
            product.print3d_reorder_point = points.get(product._origin, 0.0)
            product.print3d_has_rule = product._origin in points

    def _search_print3d_has_rule(self, operator, value):
        if operator != "in":
            return NotImplemented
        rules = (
            self.env["stock.warehouse.orderpoint"]
            .sudo()
            ._search([("company_id", "in", self.env.companies.ids)])
        )
        has = Domain("orderpoint_ids", "any!", [("id", "in", rules)])
        wanted = set(value)
        if wanted == {True, False}:
            return Domain.TRUE
        return has if True in wanted else ~has

    @api.depends("seller_ids.partner_id", "seller_ids.sequence")
    @api.depends_context("company")
    def _compute_print3d_vendor_id(self):
        for product in self:
            sellers = product.sudo().seller_ids.filtered(
                lambda seller, one=product: (
                    seller.product_id in (one._origin, one.browse())
                    and (seller.company_id or self.env.company) == self.env.company
                )
            )
            product.print3d_vendor_id = sellers[:1].partner_id

    @api.depends("stock_quant_ids.quantity", "orderpoint_ids.product_min_qty")
    @api.depends_context("company")
    def _compute_stock_ahead(self):
        sparks = self._origin._get_stock_sparks(self.env.company)
        for product in self:
            product.stock_ahead = sparks.get(product._origin.id)

    def _get_stock_sparks(self, company, warehouse=None):
        """Return {product id: the stock of the coming days, in short}.

        :param warehouse: stock.warehouse, to look at nothing but that
        """
        ahead = self.env["print3d.restock.forecast"]._get_projection(
            self.filtered("is_storable"), SPARK_DAYS, company, warehouse
        )
        return {
            number: {
                "start": its["on_hand"],
                "stock": [round(day["stock"], 2) for day in its["days"]],
                "rop": its["rop"],
                "unit": its["unit"],
                "empty_on": its["depletion_on"] and str(its["depletion_on"]),
            }
            for number, its in ahead.items()
        }

    # === ACTIONS === #

    def action_view_reorder_rules(self):
        """Open the reorder rules of these things."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_orderpoint_action"
        )
        action["domain"] = [("product_id", "in", self.ids)]
        action["context"] = {"default_product_id": self[:1].id}
        return action

    def action_make_reorder_rules(self):
        """Make reorder rules for those of these things that have none."""
        rules = self.env["stock.warehouse.orderpoint"]
        rules.check_access("create")
        return rules._print3d_ensure_rules(self, only_new=True)._tell_made()

    def _get_use_action(self, first=None, last=None):
        """Return the action that opens the moves of these things out of the shop."""
        domain = [
            ("product_id", "in", self.ids),
            ("state", "=", "done"),
            ("location_id.usage", "=", "internal"),
            ("location_dest_id.usage", "!=", "internal"),
        ]
        if first:
            domain.append(("date", ">=", first))
        if last:
            day = fields.Date.to_date(last) + timedelta(days=1)
            domain.append(("date", "<", str(day)))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Was Used"),
            "res_model": "stock.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"create": False},
        }

    # === FOR THE SCREEN === #

    def get_stock_ahead(self, days=CHART_DAYS):
        """Return the stock of the coming days of this thing, for its chart.

        :param int days: from 7 to 180
        :raise AccessError: for whoever does not work in the shop
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return self._get_stock_ahead(days)

    def _get_stock_ahead(self, days, warehouse=None):
        """Return what the chart of this thing shows.

        :param int days: from 7 to 180
        :param warehouse: stock.warehouse, to look at nothing but that
        :raise AccessError: for whoever does not work in the shop
        :rtype: dict
        """
        if not self.env.user.has_group("print3d_library.group_print3d_user"):
            raise AccessError(
                self.env._("Only people of the shop see how long things last.")
            )
        Forecast = self.env["print3d.restock.forecast"]
        days = min(max(int(days), 7), 180)
        ahead = Forecast._get_projection(self, days, warehouse=warehouse)[self.id]
        readable = {}
        for source in ahead["sources"]:
            model = source["res_model"]
            if model not in readable:
                readable[model] = model in self.env and self.env[model].has_access(
                    "read"
                )
            if not readable[model]:
                source.update(res_model=False, res_id=False)
            source["date"] = str(source["date"])
        for day in ahead["days"]:
            day["date"] = str(day["date"])
        ahead["depletion_on"] = ahead["depletion_on"] and str(ahead["depletion_on"])
        return ahead

    # === LEARNING === #

    @api.model
    def _learn_use(self, company):
        """Note of every thing what is used of it a day, and when it runs out."""
        Forecast = self.env["print3d.restock.forecast"]
        products = (
            self.sudo()
            .with_company(company)
            .search(
                [
                    ("is_storable", "=", True),
                    ("company_id", "in", [company.id, False]),
                ]
            )
        )
        moved = products._filter_moved(company)
        ahead = Forecast._get_projection(moved, 180, company)
        for product in products:
            its = ahead.get(product.id) or {"daily_use": 0.0, "depletion_on": None}
            use = round(its["daily_use"], 3)
            if product.print3d_daily_use != use:
                product.print3d_daily_use = use
            depletion_on = its["depletion_on"] or False
            if product.print3d_depletion_on != depletion_on:
                product.print3d_depletion_on = depletion_on

    def _filter_moved(self, company):
        """Return those of these things that ever were in stock, or are ordered."""
        moved = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.ids),
                    ("company_id", "=", company.id),
                    ("state", "!=", "cancel"),
                ],
                ["product_id"],
            )
        )
        return self.browse(product.id for (product,) in moved)

    def _filter_used(self, company):
        """Return those of these things of which any was used, as policies see it."""
        Forecast = self.env["print3d.restock.forecast"]
        ahead = Forecast._get_projection(self._filter_moved(company), 1, company)
        return self.filtered(
            lambda product: ahead.get(product.id, {"daily_use": 0})["daily_use"] > 0
        )
