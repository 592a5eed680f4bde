from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .print3d_home import WITH_MODELS


class Print3dAlertCheck(models.AbstractModel):
    """What somebody should know about orders, quotations and invoices."""

    _inherit = "print3d.alert.check"

    @api.model
    def _get_checks(self):
        """Add the sales."""
        return [
            *super()._get_checks(),
            "_check_orders_due",
            "_check_orders_in_need",
            "_check_quotations",
            "_check_invoices",
        ]

    @api.model
    def _get_due_productions_domain(self):
        """Leave out what is made for an order: the order tells of its date itself."""
        return [
            *super()._get_due_productions_domain(),
            ("sale_line_id", "=", False),
        ]

    # === ORDERS === #

    @api.model
    def _check_orders_due(self):
        """Tell of orders that should have left by now, or soon."""
        hours = self._get_limits("print3d_alert_due_hours")
        now = fields.Datetime.now()
        orders = self.env["sale.order"].search_fetch(
            Domain("state", "=", "sale")
            & Domain("delivery_status", "not in", (False, "full"))
            & Domain("commitment_date", "<", now + timedelta(hours=hours[False]))
            & WITH_MODELS,
            [
                "name",
                "partner_id",
                "company_id",
                "commitment_date",
                "print3d_stage",
                "user_id",
            ],
            order="id",
        )
        stages = dict(orders._fields["print3d_stage"]._description_selection(self.env))
        wanted = {}
        for order in orders:
            limit = timedelta(hours=hours[order.company_id.id])
            late = order.commitment_date < now
            if not late and order.commitment_date >= now + limit:
                continue
            wanted[order] = {
                "name": self.env._(
                    "%(order)s of %(customer)s is late",
                    order=order.name,
                    customer=order.partner_id.display_name,
                )
                if late
                else self.env._(
                    "%(order)s of %(customer)s is due soon",
                    order=order.name,
                    customer=order.partner_id.display_name,
                ),
                "body": self.env._("It is ready. Send it, or have it fetched.")
                if order.print3d_stage == "ready"
                else self.env._(
                    "It stands at “%(stage)s”. Print the rest first, or agree on "
                    "another date.",
                    stage=stages.get(order.print3d_stage, ""),
                ),
                "severity": "critical" if late else "warning",
                "category": "job",
                "due_on": order.commitment_date,
                "user": order.user_id,
            }
        self.env["print3d.alert"]._sync_alerts("order_due", wanted)

    @api.model
    def _check_orders_in_need(self):
        """Tell of orders that cannot go on by themselves."""
        orders = self.env["sale.order"].search_fetch(
            [("print3d_stage", "=", "attention")],
            ["name", "partner_id", "company_id", "commitment_date", "user_id"],
            order="id",
        )
        self.env["print3d.alert"]._sync_alerts(
            "order_in_need",
            {
                order: {
                    "name": self.env._(
                        "%(order)s of %(customer)s needs a person",
                        order=order.name,
                        customer=order.partner_id.display_name,
                    ),
                    "body": self.env._(
                        "Something is to be made and nothing of it is in the queue: "
                        "there is no version to print, or pieces are missing. Open "
                        "the order, and queue what is missing."
                    ),
                    "severity": "warning",
                    "category": "job",
                    "due_on": order.commitment_date,
                    "user": order.user_id,
                }
                for order in orders
            },
        )

    # === MONEY === #

    @api.model
    def _check_quotations(self):
        """Tell of quotations whose date will pass soon without an answer."""
        days = self._get_limits("print3d_alert_quote_days")
        today = fields.Date.context_today(self)
        # What lies in a basket of the website is no quotation.
        quotations = self.env["sale.order"].search_fetch(
            [
                ("validity_date", ">=", today),
                ("validity_date", "<", today + timedelta(days=days[False])),
                "|",
                ("state", "=", "sent"),
                "&",
                ("state", "=", "draft"),
                ("website_id", "=", False),
            ],
            ["name", "partner_id", "company_id", "validity_date", "user_id"],
            order="id",
        )
        wanted = {}
        for order in quotations:
            if (order.validity_date - today).days >= days[order.company_id.id]:
                continue
            wanted[order] = {
                "name": self.env._(
                    "Quotation %(order)s of %(customer)s expires soon",
                    order=order.name,
                    customer=order.partner_id.display_name,
                ),
                "body": self.env._(
                    "Ask %(customer)s, or give it a later date.",
                    customer=order.partner_id.display_name,
                ),
                "severity": "info",
                "category": "billing",
                "due_on": datetime.combine(order.validity_date, time.max).replace(
                    microsecond=0
                ),
                "user": order.user_id,
            }
        self.env["print3d.alert"]._sync_alerts("quotation_expiring", wanted)

    @api.model
    def _check_invoices(self):
        """Tell of invoices that should have been paid."""
        days = self._get_limits("print3d_alert_invoice_days")
        today = fields.Date.context_today(self)
        invoices = self.env["account.move"].search_fetch(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("invoice_date_due", "<", today),
            ],
            [
                "name",
                "partner_id",
                "company_id",
                "invoice_date_due",
                "invoice_user_id",
            ],
            order="id",
        )
        wanted = {}
        for invoice in invoices:
            late = (today - invoice.invoice_date_due).days
            if late <= days[invoice.company_id.id]:
                continue
            wanted[invoice] = {
                "name": self.env._(
                    "Invoice %(invoice)s of %(customer)s is overdue",
                    invoice=invoice.name,
                    customer=invoice.partner_id.display_name,
                ),
                "body": self.env._(
                    "Remind %(customer)s, or note the payment if it has come.",
                    customer=invoice.partner_id.display_name,
                ),
                "severity": "warning",
                "category": "billing",
                "due_on": datetime.combine(invoice.invoice_date_due, time.max).replace(
                    microsecond=0
                ),
                "user": invoice.invoice_user_id,
            }
        self.env["print3d.alert"]._sync_alerts("invoice_overdue", wanted)
