from odoo import api, fields, models

# What an owner may let a rule do.
KINDS = (
    "print3d_request",
    "print3d_alert",
    "print3d_reserve",
    "print3d_notify",
    "print3d_escalate",
    "next_activity",
)


class IrActionsServer(models.Model):
    """What a rule of the shop does, and how it is set up."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[
            ("print3d_request", "Request a Purchase"),
            ("print3d_alert", "Raise an Alert"),
            ("print3d_reserve", "Reserve Filament"),
            ("print3d_notify", "Tell People"),
            ("print3d_escalate", "Escalate"),
        ],
        ondelete={
            "print3d_request": "cascade",
            "print3d_alert": "cascade",
            "print3d_reserve": "cascade",
            "print3d_notify": "cascade",
            "print3d_escalate": "cascade",
        },
    )
    print3d_kind = fields.Selection(
        [
            ("print3d_request", "Request a purchase"),
            ("print3d_alert", "Raise an alert"),
            ("print3d_reserve", "Reserve filament"),
            ("print3d_notify", "Tell people"),
            ("print3d_escalate", "Escalate"),
            ("next_activity", "Schedule an activity"),
            ("other", "Something else"),
        ],
        string="What to Do",
        compute="_compute_print3d_kind",
        readonly=False,
    )
    print3d_words = fields.Char(string="In Words", compute="_compute_print3d_words")

    # === REQUEST === #
    print3d_product_mode = fields.Selection(
        [("record", "What it is about"), ("fixed", "This product")],
        string="What to Request",
        default="record",
    )
    print3d_product_id = fields.Many2one(
        "product.product", string="Product", ondelete="restrict"
    )
    print3d_qty_mode = fields.Selection(
        [
            ("fixed", "A fixed quantity"),
            ("packs", "Packs of the vendor"),
            ("policy", "What the reorder rule says"),
        ],
        string="How Much",
        default="fixed",
    )
    print3d_qty = fields.Float(
        string="Quantity",
        digits="Product Unit",
        default=1000,
        help="In the unit of the product: filament in grams. Or the number of packs.",
    )
    print3d_request_type = fields.Selection(
        [
            ("restock", "Restock"),
            ("consumable", "Consumables"),
            ("part", "Spare parts"),
            ("equipment", "Equipment"),
            ("service", "Service"),
        ],
        string="Type of Request",
        default="restock",
    )
    print3d_is_submitted = fields.Boolean(
        string="Submit It", default=True, help="Otherwise it stays a draft."
    )
    print3d_is_once = fields.Boolean(
        string="Not When It Is Requested",
        default=True,
        help="Request nothing that is requested or ordered already.",
    )
    print3d_is_short_requested = fields.Boolean(
        string="Request What Is Short",
        default=True,
        help="Of what cannot be reserved, request what is missing, in whole packs.",
    )

    print3d_material_id = fields.Many2one(
        "print3d.material",
        string="Only This Material",
        ondelete="set null",
        help="Reserve filament of it only; empty means all.",
    )
    print3d_min_g = fields.Float(
        string="Only From (g)",
        digits="Product Unit",
        help="Reserve nothing for less than so many grams.",
    )

    # === WHOM, AND WHAT TO SAY === #
    print3d_user_id = fields.Many2one(
        "res.users",
        string="Person",
        domain=[("share", "=", False)],
        help="To whom it is assigned, or who is told.",
    )
    print3d_group = fields.Selection(
        [
            ("owner", "All owners"),
            ("operator", "All operators"),
            ("sales", "All of sales"),
            ("purchase", "All of purchasing"),
        ],
        string="Role",
    )
    print3d_text = fields.Text(
        string="Text",
        translate=True,
        help="What to say; {name} stands for the record.",
    )
    print3d_alert_severity = fields.Selection(
        [("info", "Info"), ("warning", "Warning"), ("critical", "Critical")],
        string="Severity",
        default="warning",
    )
    print3d_alert_category = fields.Selection(
        [
            ("inventory", "Inventory"),
            ("printer", "Printers"),
            ("job", "Jobs"),
            ("maintenance", "Maintenance"),
            ("billing", "Billing"),
            ("request", "Requests"),
        ],
        string="Kind of Alert",
        default="inventory",
    )

    # === COMPUTE === #

    @api.depends("state")
    def _compute_print3d_kind(self):
        for action in self:
            action.print3d_kind = (
                action.state if action.state in KINDS else action.state and "other"
            )

    @api.depends(
        "state",
        "name",
        "activity_summary",
        "activity_user_id",
        "print3d_product_mode",
        "print3d_product_id",
        "print3d_qty_mode",
        "print3d_qty",
        "print3d_user_id",
        "print3d_group",
        "print3d_text",
        "print3d_alert_severity",
        "print3d_is_short_requested",
        "print3d_material_id",
        "print3d_min_g",
        "model_id",
    )
    @api.depends_context("lang")
    def _compute_print3d_words(self):
        for action in self:
            action.print3d_words = action._say_print3d()

    @api.onchange("print3d_kind")
    def _onchange_print3d_kind(self):
        """Let the words follow before it is saved."""
        if self.print3d_kind in KINDS:
            self.state = self.print3d_kind
