from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.print3d_production.models.print3d_run import ACTIVE, RUNNING

PAID_STATES = ("paid", "in_payment", "reversed")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    print3d_stage = fields.Selection(
        [
            ("quotation", "Quotation"),
            ("queued", "To Print"),
            ("printing", "Printing"),
            ("attention", "Needs a Person"),
            ("ready", "Ready to Ship"),
            ("delivered", "Delivered"),
            ("invoiced", "Invoiced"),
            ("paid", "Paid"),
            ("cancelled", "Cancelled"),
        ],
        string="Stage",
        compute="_compute_print3d_stage",
        store=True,
        index=True,
        group_expand="_group_expand_print3d_stage",
        help="Where the order stands, read from its prints, deliveries and invoices.",
    )
    print3d_run_ids = fields.Many2many(
        "print3d.run",
        string="Runs",
        compute="_compute_print3d_run_ids",
        search="_search_print3d_run_ids",
        groups="print3d_library.group_print3d_user",
    )
    print3d_run_count = fields.Integer(
        "Run Count", compute="_compute_print3d_progress", compute_sudo=True
    )
    print3d_done_count = fields.Integer(
        "Runs Done", compute="_compute_print3d_progress", compute_sudo=True
    )
    print3d_progress = fields.Float(
        "Print Progress",
        compute="_compute_print3d_progress",
        compute_sudo=True,
        help="Share of the print time that is behind us, in percent.",
    )
    print3d_is_late = fields.Boolean(
        "Late",
        compute="_compute_print3d_is_late",
        search="_search_print3d_is_late",
        help="The delivery date has passed and the goods are still here.",
    )
    print3d_picture = fields.Char(
        "Picture",
        compute="_compute_print3d_picture",
        help="Address of the picture of the first model.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "state",
        "delivery_status",
        "invoice_status",
        "order_line.invoice_lines.move_id.payment_state",
        "order_line.invoice_lines.move_id.state",
        "order_line.print3d_production_ids.state",
        "order_line.print3d_production_ids.run_line_ids.run_id.state",
    )
    def _compute_print3d_stage(self):
        for order in self:
            order.print3d_stage = order._get_print3d_stage()

    def _get_print3d_stage(self):
        """Return where this order stands.

        Hook: a higher addon may put a stage of its own in between.

        :return: a key of `print3d_stage`
        :rtype: str
        """
        self.ensure_one()
        if self.state == "cancel":
            return "cancelled"
        if self.state != "sale":
            return "quotation"
        productions = self.order_line.print3d_production_ids
        productions = productions.filtered(
            lambda mo: mo.state not in ("done", "cancel")
        )
        if self.delivery_status in (False, "full") and not productions:
            return self._get_print3d_invoice_stage()
        open_states = set()
        for production in productions:
            states = set(production.run_line_ids.run_id.mapped("state"))
            if not production.bom_id or (states and states.isdisjoint(ACTIVE)):
                # No version to print it with, or printed and still short of pieces.
                return "attention"
            open_states |= states
        if not productions:
            return "ready"
        if open_states.intersection((*RUNNING, "done")):
            return "printing"
        return "queued"

    def _get_print3d_invoice_stage(self):
        self.ensure_one()
        if self.invoice_status != "invoiced":
            return "delivered"
        invoices = self.order_line.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted"
        )
        if invoices and all(move.payment_state in PAID_STATES for move in invoices):
            return "paid"
        return "invoiced"

    @api.model
    def _group_expand_print3d_stage(self, stages, domain):
        # The road of an order is shown whole; what went wrong only when it did.
        hidden = {"attention", "cancelled"} - set(stages)
        selection = self._fields["print3d_stage"].get_values(self.env)
        return [stage for stage in selection if stage not in hidden]

    @api.depends("order_line.print3d_production_ids.run_line_ids.run_id")
    def _compute_print3d_run_ids(self):
        runs = self._get_print3d_runs()
        for order in self:
            order.print3d_run_ids = runs[order.id].with_env(self.env)

    @api.depends(
        "order_line.print3d_production_ids.run_line_ids.run_id.state",
        "order_line.print3d_production_ids.run_line_ids.run_id.progress",
    )
    def _compute_print3d_progress(self):
        runs = self._get_print3d_runs()
        for order in self:
            counted = runs[order.id].filtered(
                lambda run: run.state not in ("failed", "cancelled")
            )
            order.print3d_run_count = len(counted)
            order.print3d_done_count = len(
                counted.filtered(lambda run: run.state == "done")
            )
            whole = sum(run.time_s or 1 for run in counted)
            order.print3d_progress = (
                sum(run.progress_shown * (run.time_s or 1) for run in counted) / whole
                if whole
                else 0.0
            )

    def _get_print3d_runs(self):
        """Return the runs of each of these orders, by order id."""
        lines = (
            self.env["print3d.run.line"]
            .sudo()
            .search_fetch(
                [("production_id.sale_line_id.order_id", "in", self.ids)],
                ["run_id", "production_id"],
            )
        )
        runs = dict.fromkeys(self.ids, self.env["print3d.run"])
        for order, its_lines in lines.grouped(
            lambda line: line.production_id.sale_line_id.order_id
        ).items():
            runs[order.id] = its_lines.run_id
        return defaultdict(self.env["print3d.run"].browse, runs)

    def _search_print3d_run_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = self.env["print3d.run.line"].sudo().search([("run_id", "in", value)])
        return [("id", "in", lines.production_id.sale_line_id.order_id.ids)]

    @api.depends("commitment_date", "delivery_status", "state")
    def _compute_print3d_is_late(self):
        now = fields.Datetime.now()
        for order in self:
            order.print3d_is_late = (
                order.state == "sale"
                and order.delivery_status not in (False, "full")
                and bool(order.commitment_date)
                and order.commitment_date < now
            )

    def _search_print3d_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "=", "sale"),
            ("delivery_status", "not in", (False, "full")),
            ("commitment_date", "<", fields.Datetime.now()),
        ]

    @api.depends("order_line.product_id")
    def _compute_print3d_picture(self):
        for order in self:
            products = order.order_line.product_id
            product = (products.filtered("is_print3d_model") or products)[:1]
            order.print3d_picture = (
                f"/web/image/product.product/{product.id}/image_256"
                if product
                else False
            )

    # === ACTION METHODS === #

    def action_print3d_view_runs(self):
        """Open the runs that print these orders."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_production.print3d_run_all_action"
        )
        action["domain"] = [("id", "in", self.print3d_run_ids.ids)]
        action["context"] = {"create": False}
        return action

    # === BUSINESS METHODS === #

    def _action_cancel(self):
        """Override of `sale` to stop prints nobody has begun.

        A print that already took filament is left to the person at the printer.
        """
        result = super()._action_cancel()
        productions = self.sudo().order_line.print3d_production_ids.filtered(
            lambda mo: mo.state in ("draft", "confirmed")
            and not any(move.state == "done" for move in mo.move_raw_ids)
            and not any(run.state in RUNNING for run in mo.run_line_ids.run_id)
        )
        productions.action_cancel()
        return result

    def _get_print3d_summary(self):
        """Return what is sold in a few words: "4 × Cable Clip, 1 × Planter"."""
        self.ensure_one()
        lines = self.order_line.filtered(
            lambda line: line.product_id and not line.is_delivery
        )
        return ", ".join(
            self.env._(
                "%(quantity)g × %(product)s",
                quantity=line.product_uom_qty,
                product=line.product_id.display_name,
            )
            for line in lines
        )

    def _get_print3d_due_days(self, today):
        """Return in how many days the goods must leave, False without a date."""
        self.ensure_one()
        if not self.commitment_date:
            return False
        due = fields.Datetime.context_timestamp(self, self.commitment_date).date()
        return (due - today).days
