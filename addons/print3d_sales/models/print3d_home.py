from datetime import datetime, time, timedelta

from pytz import UTC

from odoo import api, fields, models
from odoo.fields import Domain

SPARK_DAYS = 14
DUE_LIMIT = 8
OPEN_STAGES = ("attention", "queued", "printing", "ready")
# A shop may sell other goods too; this page is about its prints.
WITH_MODELS = Domain("order_line.product_id.is_print3d_model", "=", True)


class Print3dHome(models.AbstractModel):
    _inherit = "print3d.home"

    @api.model
    def _get_sections(self):
        """Override of `print3d_library` to add orders that are due and the day."""
        sections = super()._get_sections()
        if not self.env.user.has_group("print3d_library.group_print3d_user"):
            return sections
        if self.env["sale.order"].has_access("read"):
            sections = dict(sections, orders_due=self._get_orders_due())
        return dict(sections, today=self._get_today())

    # === ORDERS DUE === #

    def _get_orders_due(self):
        """Return the open orders, the most urgent first, ready to be drawn."""
        domain = Domain("print3d_stage", "in", OPEN_STAGES) & WITH_MODELS
        orders = self.env["sale.order"].search(
            domain, order="commitment_date, date_order, id", limit=DUE_LIMIT
        )
        stages = dict(
            self.env["sale.order"]
            ._fields["print3d_stage"]
            ._description_selection(self.env)
        )
        today = fields.Date.context_today(self)
        can_ship = self.env["stock.picking"].has_access("write")
        return {
            "total": self.env["sale.order"].search_count(domain),
            "late": self.env["sale.order"].search_count(
                domain & Domain("print3d_is_late", "=", True)
            ),
            "orders": [
                {
                    "id": order.id,
                    "name": order.name,
                    "customer": order.partner_id.display_name,
                    "what": order._get_print3d_summary(),
                    "picture": order.print3d_picture,
                    "stage": order.print3d_stage,
                    "stage_label": stages[order.print3d_stage],
                    "progress": order.print3d_progress,
                    "run_count": order.print3d_run_count,
                    "done_count": order.print3d_done_count,
                    "days": order._get_print3d_due_days(today),
                    "can_ship": can_ship and order.print3d_stage == "ready",
                }
                for order in orders
            ],
        }

    # === TODAY === #

    def _get_today(self):
        """Return the numbers of the day and how the last days went."""
        return {
            "numbers": self._get_today_numbers(),
            "spark": self._get_spark(),
        }

    def _get_today_numbers(self):
        """Hook: numbers of the day, each with `key`, `label`, `value` and `kind`.

        :return: list of dictionaries; `kind` is one of count, grams, money, hours
        :rtype: list[dict]
        """
        start = self._get_day_start()
        counts = {
            state: (count, seconds)
            for state, count, seconds in self.env["print3d.run"]._read_group(
                [("date_end", ">=", start), ("state", "in", ("done", "failed"))],
                ["state"],
                ["__count", "duration_s:sum"],
            )
        }
        grams = self._get_grams_since(start)
        numbers = [
            {
                "key": "done",
                "label": self.env._("prints done"),
                "value": counts.get("done", (0, 0))[0],
                "kind": "count",
            },
            {
                "key": "failed",
                "label": self.env._("failed"),
                "value": counts.get("failed", (0, 0))[0],
                "kind": "count",
            },
            {
                "key": "grams",
                "label": self.env._("filament used"),
                "value": grams or 0.0,
                "kind": "grams",
            },
        ]
        if self.env["sale.order"].has_access("read") and self.env.user.has_group(
            "print3d_library.group_print3d_sales"
        ):
            sold = self.env["sale.order"]._read_group(
                Domain("state", "=", "sale")
                & Domain("date_order", ">=", start)
                & WITH_MODELS,
                [],
                ["amount_untaxed:sum"],
            )[0][0]
            numbers.append(
                {
                    "key": "sold",
                    "label": self.env._("sold"),
                    "value": sold or 0.0,
                    "kind": "money",
                    "currency_id": self.env.company.currency_id.id,
                }
            )
        return numbers

    def _get_grams_since(self, start):
        """Return the grams the runs took since a moment, wasted ones included."""
        # A total of the shop: whoever may see the day need not read stock moves.
        return (
            self.env["stock.move.line"]
            .sudo()
            ._read_group(
                [
                    ("run_id", "!=", False),
                    ("state", "=", "done"),
                    ("date", ">=", start),
                    ("company_id", "in", self.env.companies.ids),
                ],
                [],
                ["quantity_product_uom:sum"],
            )[0][0]
        )

    def _get_spark(self):
        """Return how many prints were done on each of the last days, today last."""
        today = fields.Date.context_today(self)
        first = today - timedelta(days=SPARK_DAYS - 1)
        groups = self.env["print3d.run"]._read_group(
            [("state", "=", "done"), ("date_end", ">=", self._get_day_start(first))],
            ["date_end:day"],
            ["__count"],
        )
        counts = {day.date(): count for day, count in groups}
        days = [first + timedelta(days=offset) for offset in range(SPARK_DAYS)]
        return [
            {"day": fields.Date.to_string(day), "count": counts.get(day, 0)}
            for day in days
        ]

    def _get_day_start(self, day=None):
        """Return the first moment of a day of the user's, today unless told, in UTC."""
        day = day or fields.Date.context_today(self)
        start = self.env.tz.localize(datetime.combine(day, time.min))
        return start.astimezone(UTC).replace(tzinfo=None)
