from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# What says how much is left, whatever the books said before.
STATEMENTS = ("weigh", "scale", "count", "percent")
# What brings the books in line with a statement: no gram came or went.
RESTATING = (*STATEMENTS, "correct")
# What takes grams off a spool by its own say.
TAKING = ("use", "scrap")
# What may change after an entry was written.
LIFE = {
    "state",
    "problem",
    "problem_text",
    "found_g",
    "measured_g",
    "grams",
    "undone_by_id",
    "decision",
    "move_line_ids",
    "pair_id",
}


class Print3dSpoolEntry(models.Model):
    """One line of the ledger of a spool: what was said of it, by whom, and why.

    The grams of a line are those of its stock moves, so that the lines of a spool add
    up to what is in stock. Lines are only ever added: whoever was wrong takes a line
    back by another one (:meth:`action_undo`).

    What was used is a difference; a weighing or count (:data:`STATEMENTS`) says what
    was left at a time. It outranks whatever happened before that time, also what is
    told only later; what happened after it is subtracted, also when the weighing is
    told only later. So the order in which lines arrive makes no difference.
    """

    _name = "print3d.spool.entry"
    _description = "Ledger of Spools"
    _order = "happened_on desc, id desc"
    _rec_name = "lot_id"

    # === WHAT === #
    lot_id = fields.Many2one(
        "stock.lot",
        string="Spool",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(
        related="lot_id.product_id",
        store=True,
        index=True,
        precompute=True,
        string="Filament",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    kind = fields.Selection(
        [
            ("use", "Used"),
            ("count", "Counted"),
            ("percent", "Estimated"),
            ("weigh", "Weighed"),
            ("scale", "Weighed by Scale"),
            ("scrap", "Scrapped"),
            ("merge_in", "Merged In"),
            ("merge_out", "Merged Out"),
            ("dry", "Dried"),
            ("humidity", "Humidity Read"),
            ("desiccant", "Desiccant Renewed"),
            ("quarantine", "Put into Quarantine"),
            ("release", "Released"),
            ("move", "Moved"),
            ("load", "Loaded"),
            ("unload", "Unloaded"),
            ("open", "Opened"),
            ("correct", "Corrected"),
            ("receive", "Received"),
            ("send", "Sent Away"),
        ],
        required=True,
        readonly=True,
        index=True,
        string="What",
    )
    stated = fields.Float(
        string="As Told",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="The number that was told: grams used, grams on the scale, grams or "
        "percent left.",
    )
    stated_text = fields.Char(string="Told", compute="_compute_stated_text")
    measured_g = fields.Float(
        string="Left as Told (g)",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="The grams left that a weighing or a count means.",
    )
    grams = fields.Float(
        string="Change (g)",
        digits="Product Unit",
        compute="_compute_grams",
        store=True,
        help="Grams that came on the spool, or went off it.",
    )
    balance_g = fields.Float(
        string="Left After (g)",
        digits="Product Unit",
        compute="_compute_balance_g",
        help="Grams on the spool after this line.",
    )
    move_line_ids = fields.One2many(
        "stock.move.line", "spool_entry_id", string="Stock Moves", readonly=True
    )

    # === WHY, BY WHOM, WHEN === #
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, index=True
    )
    device_id = fields.Many2one(
        "print3d.device",
        string="With",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    res_model = fields.Char(string="Model of the Document", readonly=True)
    res_id = fields.Many2oneReference(
        string="Number of the Document", model_field="res_model", readonly=True
    )
    document_name = fields.Char(string="For", compute="_compute_document_name")
    happened_on = fields.Datetime(
        string="When",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it happened, which may be long before it was told.",
    )
    key = fields.Char(
        string="Key of the Message",
        readonly=True,
        copy=False,
        help="Given by whoever tells it. Told twice with one key, it counts once.",
    )

    # === STATE === #
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("posted", "Booked"),
            ("conflict", "To Be Decided"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    problem = fields.Selection(
        [
            ("changed", "Changed Meanwhile"),
            ("above", "More Than When Full"),
        ],
        readonly=True,
        string="To Decide",
    )
    rival_id = fields.Many2one(
        "print3d.spool.entry",
        string="Stated Meanwhile",
        readonly=True,
        index="btree_not_null",
        help="The first thing others stated that whoever told this did not know.",
    )
    decision = fields.Selection(
        [
            ("mine", "It counts"),
            ("theirs", "It does not count"),
            ("add", "Both count"),
            ("tare", "The empty spool is heavier"),
        ],
        string="Decided",
        readonly=True,
    )
    problem_text = fields.Char(string="What Is the Matter", readonly=True)
    expected_g = fields.Float(
        string="Left as Known (g)",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="Grams left as far as whoever told this knew.",
    )
    found_g = fields.Float(
        string="Left as Found (g)",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="Grams left when this was told.",
    )
    undoes_id = fields.Many2one(
        "print3d.spool.entry",
        string="Takes Back",
        readonly=True,
        index="btree_not_null",
    )
    undone_by_id = fields.Many2one(
        "print3d.spool.entry",
        string="Taken Back By",
        readonly=True,
        index="btree_not_null",
    )

    pair_id = fields.Many2one(
        "print3d.spool.entry",
        string="Came From",
        readonly=True,
        index="btree_not_null",
        help="Of grams merged in: the line of the spool they came off.",
    )

    _key_uniq = models.UniqueIndex(
        "(key) WHERE key IS NOT NULL", "This has been told already."
    )
    _lot_time_index = models.Index("(lot_id, happened_on, id)")
    _time_index = models.Index("(happened_on DESC, id DESC)")
    _open_index = models.Index(
        "(lot_id, id) WHERE state = 'waiting' OR state = 'conflict'"
    )

    # === COMPUTE === #

    @api.depends(
        "move_line_ids.quantity_product_uom",
        "move_line_ids.location_id",
        "move_line_ids.location_dest_id",
    )
    def _compute_grams(self):
        for entry in self:
            grams = sum(line._get_spool_change() for line in entry.move_line_ids)
            entry.grams = entry.product_id.uom_id.round(grams)

    @api.depends("kind", "stated")
    def _compute_stated_text(self):
        for entry in self:
            if entry.kind not in STATEMENTS and not entry.stated:
                # A move nobody told in words.
                entry.stated_text = ""
                continue
            grams = f"{entry.stated:g}"
            entry.stated_text = {
                "use": self.env._("%s g", grams),
                "scrap": self.env._("%s g", grams),
                "count": self.env._("%s g left", grams),
                "percent": self.env._("%s %% left", grams),
                "weigh": self.env._("%s g on the scale", grams),
                "scale": self.env._("%s g on the scale", grams),
            }.get(entry.kind, "")

    @api.depends("grams", "lot_id", "state", "happened_on")
    def _compute_balance_g(self):
        """Add up each spool's lines once, however many of them are shown."""
        self.env["print3d.spool.entry"].flush_model()
        balances = {}
        if self.ids:
            balances = dict(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT id, balance FROM (
                            SELECT id, SUM(COALESCE(grams, 0)) OVER (
                                       PARTITION BY lot_id ORDER BY happened_on, id
                                   ) AS balance
                              FROM print3d_spool_entry
                             WHERE lot_id IN (
                                   SELECT lot_id FROM print3d_spool_entry
                                    WHERE id IN %(ids)s)
                        ) entries WHERE id IN %(ids)s
                        """,
                        ids=tuple(self.ids),
                    )
                )
            )
        for entry in self:
            entry.balance_g = entry.product_id.uom_id.round(
                balances.get(entry._origin.id, 0.0)
            )

    @api.depends("res_model", "res_id")
    def _compute_document_name(self):
        """Name the documents, as far as the reader may see them."""
        self.document_name = False
        for model, entries in self.filtered("res_id").grouped("res_model").items():
            if model not in self.env:
                continue
            documents = self.env[model].browse(entries.mapped("res_id")).exists()
            names = {
                document.id: document.display_name
                for document in documents._filtered_access("read")
            }
            for entry in entries:
                entry.document_name = names.get(entry.res_id, False)

    # === CRUD === #

    def write(self, vals):
        """Keep what was told as it was told."""
        if not LIFE.issuperset(vals):
            raise UserError(
                self.env._(
                    "The ledger of a spool is not changed. Take the line back, and "
                    "tell it anew."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_spool(self):
        raise UserError(
            self.env._(
                "Lines of the ledger are not deleted. Take back the one that is wrong."
            )
        )

    # === ACTIONS === #

    def action_open_document(self):
        """Open what this was done for."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
