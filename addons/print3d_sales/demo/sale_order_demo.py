from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

# How far each order of the shop has come, told as days before today: name, customer,
# ordered, promised, what, and the last thing that happened.
ORDERS = (
    ("paid", "bikes", 24, 17, (("clip", 12),), "paid"),
    ("reprint", "florist", 15, 8, (("planter", 1),), "invoiced"),
    ("delivered", "school", 9, 2, (("clip_tpu", 6),), "delivered"),
    ("late", "tabletop", 8, 1, (("organiser", 1),), "queued"),
    ("ready", "person", 5, -1, (("egg", 1),), "ready"),
    ("printing", "bikes", 3, -2, (("stand", 2),), "printing"),
    ("queued", "florist", 0, -6, (("planter", 1), ("clip", 20)), "queued"),
    ("quotation", "school", 0, -9, (("stand", 5), ("organiser", 2)), "quotation"),
)
# The order whose first print failed, and how far it had come.
FAILED = "reprint"
FAILED_PERCENT = 35.0
# How far along the print now on a printer is.
SHARE_DONE = 0.45
# What was sold at a market stall, from a box under the table: days ago, units by model.
MARKET_DAYS = 45
MARKET = (("planter", 6), ("egg", 4), ("stand", 5))


class Print3dSalesDemo(models.AbstractModel):
    """Sells, prints, sends and invoices by the methods the screens use."""

    _name = "print3d.sales.demo"
    _description = "Demo Orders"

    @api.model
    def _load(self):
        """Make the demo orders and their history, once."""
        if self.env.ref("print3d_sales.demo_order_paid", raise_if_not_found=False):
            return
        company = self.env.ref("base.main_company")
        self = self.with_company(company).with_context(  # noqa: PLW0642
            tracking_disable=True, allowed_company_ids=company.ids
        )
        now = fields.Datetime.now()
        stock_first = company.print3d_stock_first
        for name, customer, ordered, promised, what, stage in ORDERS:
            moment = now - timedelta(days=ordered)
            # What lies on the shelf today was not there yet for earlier orders.
            company.print3d_stock_first = stock_first and not ordered
            order = self._sell(name, customer, moment, promised, what)
            if stage == "quotation":
                continue
            order.action_confirm()
            order.date_order = moment
            if stage == "queued":
                continue
            # The day after the order the printers are free for it.
            moment = self._print(order, moment + timedelta(days=1), name, stage)
            if stage in ("delivered", "invoiced", "paid"):
                moment += timedelta(hours=20)
                self._deliver(order, moment)
            if stage in ("invoiced", "paid"):
                self._invoice(order, moment, paid=stage == "paid")
        self._sell_at_market(fields.Date.today() - timedelta(days=MARKET_DAYS))

    @api.model
    def _sell_at_market(self, day):
        """Invoice a day at the market, and pay the designers for it."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.env.ref("print3d_sales.demo_customer_tabletop").id,
                "invoice_user_id": self._get_salesperson().id,
                "invoice_date": day,
                "ref": "Market stall",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.env.ref(
                                f"print3d_library.demo_variant_{variant}"
                            ).id,
                            "quantity": quantity,
                        }
                    )
                    for variant, quantity in MARKET
                ],
            }
        )
        invoice.action_post()
        self._pay(invoice, day)
        bills = self.env["print3d.royalty"]._bill(day, self.env.company)
        bills.action_post()
        # One designer is paid, the other waits.
        self._pay(bills[:1], day + timedelta(days=7))

    @api.model
    def _sell(self, name, customer, moment, promised, what):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env.ref(
                    f"print3d_sales.demo_customer_{customer}"
                ).id,
                "user_id": self._get_salesperson().id,
                # Prices of the shop, whatever lists other addons bring for a country.
                "pricelist_id": False,
                "date_order": moment,
                "commitment_date": fields.Datetime.now() - timedelta(days=promised),
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.env.ref(
                                f"print3d_library.demo_variant_{variant}"
                            ).id,
                            "product_uom_qty": quantity,
                        }
                    )
                    for variant, quantity in what
                ],
            }
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"print3d_sales.demo_order_{name}",
                    "record": order,
                    "noupdate": True,
                }
            ]
        )
        return order

    @api.model
    def _get_salesperson(self):
        return self.env.ref("print3d_library.demo_user_sales")

    @api.model
    def _print(self, order, moment, name, stage):
        """Print the runs of an order one after the other.

        :return: when the last one ended
        """
        failed = stage == "printing" or name != FAILED
        runs = self._get_waiting(order)
        while runs:
            run = runs[0]
            if stage == "printing":
                self._start(
                    run, fields.Datetime.now() - self._get_time(run, SHARE_DONE)
                )
                return moment
            self._start(run, moment)
            if failed:
                moment = self._end(run, moment, 1.0)
            else:
                moment = self._end(run, moment, FAILED_PERCENT / 100)
                failed = True
            runs = self._get_waiting(order)
        return moment

    @api.model
    def _get_waiting(self, order):
        return order.print3d_run_ids.filtered(
            lambda run: run.state in ("queued", "assigned")
        ).sorted(lambda run: (run.queue_rank, run.sequence, run.id))

    @api.model
    def _get_time(self, run, share):
        return timedelta(seconds=round(run.time_s * share))

    @api.model
    def _start(self, run, moment):
        run._do_start(started_at=moment, unload=True)

    @api.model
    def _end(self, run, moment, share):
        end = moment + self._get_time(run, share)
        values = {"duration_s": round(run.time_s * share)}
        if share < 1:
            values.update(
                outcome="failed",
                percent=share * 100,
                cause=self.env["print3d.failure.cause"].search([], limit=1),
            )
        run._do_end(**values)
        run.date_end = end
        run.workcenter_id.action_confirm_clear()
        self._backdate(run.move_ids, end)
        run.scrap_ids.date_done = end
        for log in run.time_ids:
            log.write(
                {"date_start": end - (log.date_end - log.date_start), "date_end": end}
            )
        finished = run.production_ids.filtered(lambda mo: mo.state == "done")
        self._backdate(finished.move_finished_ids, end)
        finished.date_finished = end
        # Somebody takes the part off, and the next print waits for the night.
        return end + timedelta(minutes=40)

    @api.model
    def _deliver(self, order, moment):
        picking = order.picking_ids
        # No text message goes out for a demo parcel.
        picking.with_context(skip_sms=True).button_validate()
        picking.date_done = moment
        self._backdate(picking.move_ids, moment)
        order.effective_date = moment

    @api.model
    def _invoice(self, order, moment, paid):
        day = moment.date()
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "delivered",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        wizard.create_invoices()
        order.invoice_ids.invoice_date = day
        order.invoice_ids.action_post()
        if paid:
            self._pay(order.invoice_ids, day + timedelta(days=5))

    @api.model
    def _pay(self, moves, day):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        register.create({"payment_date": day}).action_create_payments()

    @api.model
    def _backdate(self, moves, moment):
        moves.write({"date": moment})
        moves.move_line_ids.write({"date": moment})
