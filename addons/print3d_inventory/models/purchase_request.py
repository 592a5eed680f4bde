from odoo import api, fields, models
from odoo.fields import Domain

TYPES = [
    ("restock", "Restock"),
    ("consumable", "Consumable or Tool"),
    ("part", "Spare Part"),
    ("equipment", "Equipment"),
    ("service", "Service"),
]
# Nobody waits for these any more.
OVER = ("done", "rejected", "stocked")


class PurchaseRequest(models.Model):
    """What somebody asks for: filament, tools, parts, a machine or a service.

    Its road is in ``purchase_request_states.py``, who approves it in
    ``purchase_request_approval.py``, what purchases say of it in
    ``purchase_request_ordering.py``, what is seen of it in
    ``purchase_request_screens.py``.
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

    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        help="What it may cost: the estimate of whoever asks, or of the vendor; "
        "whichever is more.",
    )
    is_amount_known = fields.Boolean(
        string="Price Known", compute="_compute_amount", store=True
    )

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

    def _get_lines(self):
        """Return the lines that are still wanted."""
        return self.line_ids.filtered(lambda line: not line.cancelled)

    def _get_open_domain(self):
        """Return what restricts requests to those somebody still waits for."""
        return Domain("state", "not in", OVER)
