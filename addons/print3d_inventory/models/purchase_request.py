from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

TYPES = [
    ("restock", "Restock"),
    ("consumable", "Consumable or Tool"),
    ("part", "Spare Part"),
    ("equipment", "Equipment"),
    ("service", "Service"),
]
STAGES = [
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("ordered", "Ordered"),
    ("in_transit", "In Transit"),
    ("receiving", "Receiving"),
    ("done", "Done"),
]
# What the machinery notes; nobody types it.
KEPT = frozenset(
    {
        "held_state",
        "hold_reason",
        "submitted_by_id",
        "submitted_on",
        "decide_before",
        "approved_on",
        "ordered_on",
        "expected_on",
        "received_on",
        "stocked_on",
        "review_ids",
        "validation_status",
    }
)
# An approver looks at it within so many hours of the end of the time given.
RISK_HOURS = 4
# What is promised for so many days before it is wanted is on its way in time.
RISK_DAYS = 2


class PurchaseRequest(models.Model):
    """What somebody asks for: filament, tools, parts, a machine or a service.

    Its road is in ``purchase_request_states.py``, who approves it in
    ``purchase_request_approval.py``, what purchases say of it in
    ``purchase_request_ordering.py``.
    """

    _name = "purchase.request"
    _inherit = ["purchase.request", "tier.validation"]

    print3d_type = fields.Selection(
        TYPES,
        string="Kind of Request",
        required=True,
        index=True,
        tracking=True,
        compute="_compute_print3d_type",
        store=True,
        readonly=False,
        precompute=True,
        help="Taken from the first product unless you choose another.",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Important"), ("2", "Urgent")],
        default="0",
        required=True,
        index=True,
        tracking=True,
    )
    justification = fields.Text(string="Why", help="What whoever decides should know.")
    needed_by = fields.Date(tracking=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "purchase_request_attachment_rel",
        "request_id",
        "attachment_id",
        string="Quotes and Photos",
        copy=False,
    )
    vendor_id = fields.Many2one(
        "res.partner",
        compute="_compute_vendor_id",
        store=True,
        index="btree_not_null",
        help="Empty when its lines come from several vendors.",
    )
    line_ids = fields.One2many(copy=True)
    requested_by = fields.Many2one(string="Requested by")
    state = fields.Selection(
        selection_add=[
            ("draft", "Draft"),
            ("to_approve", "Submitted"),
            ("approved", "Approved"),
            ("in_progress", "Ordered"),
            ("partially_received", "Partly Received"),
            ("backordered", "Rest on Backorder"),
            ("received", "Received"),
            ("stocked", "Stocked"),
            ("done", "Closed"),
            ("rejected", "Rejected"),
            ("on_hold", "On Hold"),
        ],
        ondelete={
            "partially_received": lambda records: records._put_state("in_progress"),
            "backordered": lambda records: records._put_state("in_progress"),
            "received": lambda records: records._put_state("in_progress"),
            "stocked": lambda records: records._put_state("done"),
            "on_hold": lambda records: records._put_state("approved"),
        },
    )

    # === KEPT BY THE MACHINERY === #
    held_state = fields.Char(string="Held as", readonly=True, copy=False)
    hold_reason = fields.Char(string="On Hold Because", readonly=True, copy=False)
    submitted_by_id = fields.Many2one(
        "res.users",
        string="Submitted by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who asked for approval, or changed it since. Never decides about it.",
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    decide_before = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    approved_on = fields.Datetime(readonly=True, copy=False)
    ordered_on = fields.Datetime(readonly=True, copy=False)
    expected_on = fields.Date(
        string="Expected",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the last of what is ordered should come, as the orders say.",
    )
    received_on = fields.Datetime(readonly=True, copy=False)
    stocked_on = fields.Datetime(readonly=True, copy=False)

    # === FOR THE SCREENS === #
    stage = fields.Selection(
        STAGES,
        string="Column",
        compute="_compute_stage",
        inverse="_inverse_stage",
        store=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        help="What it may cost: the estimate of whoever asks, or of the vendor; "
        "whichever is more.",
    )
    is_amount_known = fields.Boolean(
        string="Price Known", compute="_compute_amount", store=True
    )
    sla_state = fields.Selection(
        [("on_track", "On track"), ("risk", "At risk"), ("breached", "Too late")],
        string="In Time",
        compute="_compute_sla_state",
    )
    product_chips = fields.Json(compute="_compute_product_chips")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    can_order = fields.Boolean(compute="_compute_can_order")
    can_receive = fields.Boolean(compute="_compute_can_receive")
    job_names = fields.Char(string="For", compute="_compute_job_names")
    receipt_count = fields.Integer(compute="_compute_counts", compute_sudo=True)
    discrepancy_ids = fields.Many2many(
        "print3d.receipt.discrepancy",
        "print3d_discrepancy_request_rel",
        "request_id",
        "discrepancy_id",
        readonly=True,
        copy=False,
    )
    discrepancy_count = fields.Integer(compute="_compute_counts", compute_sudo=True)

    @api.depends("line_ids.product_id")
    def _compute_print3d_type(self):
        for request in self:
            product = request.line_ids.filtered("product_id")[:1].product_id
            if product and not request._origin.print3d_type:
                request.print3d_type = product._get_request_type()
            elif not request.print3d_type:
                request.print3d_type = "restock"

    @api.depends("line_ids.chosen_vendor_id", "line_ids.cancelled")
    def _compute_vendor_id(self):
        for request in self:
            vendors = request._get_lines().chosen_vendor_id
            request.vendor_id = vendors if len(vendors) == 1 else False

    @api.depends("line_ids.amount", "line_ids.cancelled")
    def _compute_amount(self):
        for request in self:
            lines = request._get_lines()
            request.amount = sum(lines.mapped("amount"))
            request.is_amount_known = bool(lines) and all(lines.mapped("amount"))

    @api.depends("state", "held_state", "line_ids.purchase_lines.order_id.shipped_on")
    def _compute_stage(self):
        for request in self:
            state = request.state
            if state == "on_hold":
                state = request.held_state
            stage = self._get_stages().get(state, False)
            if stage == "ordered" and request._is_shipped():
                stage = "in_transit"
            request.stage = stage

    @api.model
    def _get_stages(self):
        """Return the column of the board for each state that has one."""
        return {
            "to_approve": "submitted",
            "approved": "approved",
            "in_progress": "ordered",
            "partially_received": "receiving",
            "backordered": "receiving",
            "received": "receiving",
            "stocked": "done",
            "done": "done",
        }

    @api.depends_context("uid")
    def _compute_is_mine(self):
        for request in self:
            request.is_mine = request.requested_by == self.env.user

    @api.depends("state", "decide_before", "needed_by", "expected_on")
    def _compute_sla_state(self):
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        for request in self:
            request.sla_state = request._get_sla_state(now, today)

    def _get_sla_state(self, now, today):
        """Tell whether the next step is in time, or False when nothing waits."""
        self.ensure_one()
        if self.state == "to_approve" and self.decide_before:
            if now > self.decide_before:
                return "breached"
            soon = self.decide_before - relativedelta(hours=RISK_HOURS)
            return "risk" if now > soon else "on_track"
        if self.state not in ("approved", "in_progress", "partially_received"):
            if self.state != "backordered":
                return False
        due = min(filter(None, (self.needed_by, self.expected_on)), default=None)
        if due is None:
            return False
        if today > due:
            return "breached"
        if self.needed_by and self.expected_on and self.expected_on > self.needed_by:
            return "risk"
        return "risk" if today > due - relativedelta(days=RISK_DAYS) else "on_track"

    @api.depends("line_ids.product_id", "line_ids.product_qty", "line_ids.cancelled")
    def _compute_product_chips(self):
        # Read for all of them at once.
        self.line_ids.product_id.mapped("display_name")
        self.line_ids.product_uom_id.mapped("name")
        for request in self:
            request.product_chips = [
                line._get_chip() for line in request._get_lines()[:4]
            ]

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_order(self):
        is_buyer = self.env.user.has_group("purchase.group_purchase_user")
        if is_buyer:
            # Counted for all of them at once.
            self.line_ids.mapped("qty_to_order")
        for request in self:
            request.can_order = (
                is_buyer
                and request.state in ("approved", "partially_received", "backordered")
                and any(
                    line._get_uom().compare(line.qty_to_order, 0) > 0
                    for line in request._get_lines()
                )
            )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_receive(self):
        is_hand = self.env.user.has_group("stock.group_stock_user")
        for request in self:
            request.can_receive = (
                is_hand
                and request.state
                in ("in_progress", "partially_received", "backordered")
                and bool(request.sudo()._get_open_receipts())
            )

    @api.depends("line_ids.purchase_lines.move_ids.picking_id", "discrepancy_ids")
    def _compute_counts(self):
        for request in self:
            moves = request.line_ids.purchase_lines.move_ids
            request.receipt_count = len(moves.picking_id)
            request.discrepancy_count = len(request.discrepancy_ids)

    def _compute_job_names(self):
        for request in self:
            request.job_names = ", ".join(name for _m, _i, name in request._get_jobs())

    def _get_jobs(self):
        """Hook: return what waits for it, as (model, id, name)."""
        return []

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Let requests begin at the beginning, unless the system itself makes them."""
        for vals in vals_list:
            self._check_kept(vals)
            if vals.get("state", "draft") != "draft" and not self.env.su:
                raise AccessError(
                    self.env._("A request begins as a draft. Submit it afterwards.")
                )
        return super().create(vals_list)

    def write(self, vals):
        """Change a state by a step only, whoever writes it."""
        self._check_kept(vals)
        if "state" in vals:
            vals = dict(vals)
            self._step_to(vals.pop("state"))
            if not vals:
                return True
        if not self.env.su:
            self._check_change(vals)
        return super().write(vals)

    def _put_state(self, state, **values):
        """Write a state past the doors of ``write``."""
        return super().write({"state": state, **values})

    @api.model
    def _check_kept(self, vals):
        """Refuse to have typed what only a step notes.

        :raise AccessError: when it was tried
        """
        if not self.env.su and not KEPT.isdisjoint(vals):
            raise AccessError(
                self.env._("Who submitted and approved a request is not typed in.")
            )

    def _check_change(self, vals):
        """Refuse to change whose request it is, or its company, once it is on its way.

        :raise UserError: when it is too late for it
        """
        fixed = {"requested_by", "company_id", "picking_type_id", "print3d_type"}
        if fixed.isdisjoint(vals):
            return
        for request in self:
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "%(request)s was submitted. Take it back to draft to change "
                        "what kind of request it is, or whose.",
                        request=request.name,
                    )
                )
        if "requested_by" in vals and not self._is_keeper():
            raise AccessError(
                self.env._("Only approvers ask in the name of somebody else.")
            )

    def _check_allow_write_under_validation(self, vals):
        """Let words, dates and photos be added while it waits for approval.

        What was approved is in the lines, which restart the approval when they change.
        """
        return True

    @api.depends("state")
    def _compute_is_editable(self):
        """Let the lines be changed until somebody approved them."""
        for request in self:
            state = request.held_state if request.state == "on_hold" else request.state
            request.is_editable = state in ("draft", "to_approve")

    def _lock(self):
        """Let nobody else move these requests until this is done.

        Two who do something at once would each not see what the other did. Who comes
        second starts over, as the row was changed meanwhile.
        """
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(
                SQL("UPDATE purchase_request SET id = id WHERE id = ANY(%s)", self.ids)
            )

    def _get_lines(self):
        """Return the lines that are still wanted."""
        return self.line_ids.filtered(lambda line: not line.cancelled)

    def _is_keeper(self):
        """Tell whether this user looks after everybody's requests."""
        return self.env.su or self.env.user.has_group(
            "purchase_request.group_purchase_request_manager"
        )

    def _get_open_domain(self):
        """Return what restricts requests to those somebody still waits for."""
        return Domain("state", "not in", ("done", "rejected", "stocked"))

    def action_open(self):
        """Open its page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_view_receipts(self):
        """Open the transfers that bring it, and those that sent some of it back."""
        pickings = self.sudo().line_ids.purchase_lines.move_ids.picking_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action.update(domain=[("id", "in", pickings.ids)], context={"create": False})
        return action

    def action_view_discrepancies(self):
        """Open what came otherwise than ordered."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_receipt_discrepancy_action"
        )
        action.update(domain=[("request_ids", "in", self.ids)], context={})
        return action

    def action_view_alert(self):
        """Open the alert it answers."""
        self.ensure_one()
        return self.alert_id.get_formview_action()
