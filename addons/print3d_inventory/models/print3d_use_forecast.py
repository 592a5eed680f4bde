from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..restocking import split_events

# The running week and those before it that are looked at: what is told late counts.
WEEKS = 13
DAYS = 7


class Print3dUseForecast(models.Model):
    """What a thing was expected to need in a week, and what it took.

    On its first night a week is noted with what the forecast of stock says then: the
    queue and orders, events, and usual use as far as it is not planned. What is really
    used is counted every night. Weeks before the first night are noted with the usual
    use of the days before them, as nobody knows any more what was planned then.
    """

    _name = "print3d.use.forecast"
    _description = "Forecast and Use"
    _order = "week_on desc, id desc"
    _rec_name = "product_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="cascade"
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    print3d_kind = fields.Selection(
        string="Kind of Thing",
        related="product_id.product_tmpl_id.print3d_kind",
        store=True,
    )
    material_id = fields.Many2one(
        related="product_id.product_tmpl_id.material_id", store=True
    )
    categ_id = fields.Many2one(
        related="product_id.product_tmpl_id.categ_id", string="Category", store=True
    )
    week_on = fields.Date(
        string="Week of", required=True, readonly=True, help="Its Monday."
    )
    forecast = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="In the unit of the thing, as it was expected when the week began.",
    )
    used = fields.Float(
        string="Really Used",
        readonly=True,
        digits="Product Unit",
        help="In the unit of the thing; up to yesterday in the running week.",
    )
    difference = fields.Float(
        compute="_compute_difference",
        store=True,
        digits="Product Unit",
        help="What was used beyond the forecast; below zero when it was less.",
    )
    accuracy = fields.Float(
        string="How Near (%)",
        compute="_compute_difference",
        store=True,
        aggregator="avg",
        digits=(5, 1),
        help="100 % when as much was used as was expected, 0 % when nothing was used, "
        "or nothing expected.",
    )
    is_over = fields.Boolean(string="Week Is Over", readonly=True, index=True)
    is_afterwards = fields.Boolean(
        string="Reckoned Afterwards",
        readonly=True,
        help="Of a week before forecasts were noted: usual use, without what was "
        "planned.",
    )

    _once = models.UniqueIndex(
        "(week_on, product_id, company_id)", "This week is noted already."
    )

    @api.depends("forecast", "used")
    def _compute_difference(self):
        for row in self:
            row.difference = row.used - row.forecast
            most = max(row.used, row.forecast)
            near = 1 - abs(row.difference) / most if most > 0 else 1
            row.accuracy = 100 * max(0.0, near)

    # === NOTING === #

    @api.model
    def _note(self, company):
        """Note the forecast of the running week, and what was used in the last ones.

        Called every night; a night that is missed is made up for by the next. How many
        queries look does not depend on how many things there are.

        :param company: res.company
        """
        self = self.sudo().with_company(company)  # noqa: PLW0642
        Forecast = self.env["print3d.restock.forecast"]
        today = self.env["print3d.restock.history"]._get_today(company)
        monday = today - timedelta(days=today.weekday())
        weeks = [monday - timedelta(days=DAYS * back) for back in range(WEEKS)]
        products = (
            self.env["product.product"]
            .search(
                [
                    ("is_storable", "=", True),
                    ("company_id", "in", [company.id, False]),
                ]
            )
            ._filter_moved(company)
        )
        policies = Forecast._get_policies(products, company)
        most = max([policy.history_days for policy in policies.values()] or [0])
        first = weeks[-1] - timedelta(days=most)
        past = self._get_past(products, company, first)
        ahead = Forecast._get_projection(products, DAYS - today.weekday(), company)
        events = self.env["print3d.demand.event"]._find_events(
            products, company, first, monday + timedelta(days=DAYS)
        )
        known = {
            (row.product_id, row.week_on): row
            for row in self.search_fetch(
                [("company_id", "=", company.id), ("week_on", ">=", weeks[-1])],
                ["product_id", "week_on", "used", "is_over"],
            )
        }
        made = []
        for product in products:
            policy = policies[product]
            history = past[product]
            by_day = self.env["print3d.restock.history"]._get_used(
                history, policy.has_scraps
            )
            for week in weeks:
                used = self._round(product, self._add_up(by_day, week, today))
                row = known.get((product, week))
                if row:
                    row._follow(used, week < monday)
                    continue
                if week < monday:
                    expected = self._expect_usual(
                        policy, history, events[product.id], week, DAYS
                    )
                else:
                    expected = self._expect_usual(
                        policy, history, events[product.id], week, today.weekday()
                    ) + sum(
                        day["planned"] + day["events"] + day["burn"]
                        for day in ahead[product.id]["days"]
                    )
                expected = self._round(product, expected)
                if expected or used:
                    made.append(
                        {
                            "company_id": company.id,
                            "product_id": product.id,
                            "week_on": week,
                            "forecast": expected,
                            "used": used,
                            "is_over": week < monday,
                            "is_afterwards": week < monday,
                        }
                    )
        return self.create(made)

    def _follow(self, used, is_over):
        """Note what was told since, which may be of a week long over."""
        self.ensure_one()
        if self.used != used or self.is_over != is_over:
            self.write({"used": used, "is_over": is_over})

    @api.model
    def _get_past(self, products, company, first):
        """Return {product: what went since a date (History), of all places}."""
        History = self.env["print3d.restock.history"]
        histories = defaultdict(list)
        for (number, _place), history in History._get_histories(
            products, company, first
        ).items():
            histories[number].append(history)
        return {
            product: History._merge_histories(histories[product.id])
            for product in products
        }

    @api.model
    def _add_up(self, by_day, week, today):
        """Return what was used in a week, as far as its days are over."""
        days = (week + timedelta(days=offset) for offset in range(DAYS))
        return sum(by_day.get(day, 0.0) for day in days if day < today)

    @api.model
    def _expect_usual(self, policy, history, events, week, days):
        """Return what the days of a week would usually use, as it was known before.

        :param policy: print3d.restock.policy
        :param history: what went, up to today
        :param list events: Event of the product
        :param int days: how many days of the week
        """
        if not days:
            return 0.0
        since = sum(change for day, change in history.changes.items() if day >= week)
        then = history._replace(
            on_hand=history.on_hand - since,
            changes={day: qty for day, qty in history.changes.items() if day < week},
        )
        season = policy._get_season()
        use = self.env["stock.warehouse.orderpoint"]._get_use(
            policy,
            then,
            [event for event in events if event.first < week],
            season,
            week,
        )
        usual = self.env["print3d.restock.forecast"]._get_usual_use(use, policy)
        expected = 0.0
        for offset in range(days):
            day = week + timedelta(days=offset)
            expected += max(0.0, sum(split_events(day, usual, season, events)))
        return expected

    @api.model
    def _round(self, product, quantity):
        """Round like quantities in stock; what is found again makes no use."""
        return max(0.0, product.uom_id.round(quantity))

    def action_view_use(self):
        """Open the moves by which it was used that week."""
        self.ensure_one()
        return self.product_id._get_use_action(
            self.week_on, self.week_on + timedelta(days=DAYS - 1)
        )
