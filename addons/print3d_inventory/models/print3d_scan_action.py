from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

# No phone is without a network for so long.
KEPT_DAYS = 365


class Print3dScanAction(models.Model):
    """What a phone sent, and what became of it: sent again, it is answered the same.

    The line is written before anything is done, in the same transaction. So of two
    messages with one key the second waits for the first, and then finds its answer.
    """

    _name = "print3d.scan.action"
    _description = "Message of the Scan App"
    _order = "id desc"
    _rec_name = "key"

    key = fields.Char(string="Key of the Message", required=True, readonly=True)
    kind = fields.Char(string="What", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Spool",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    entry_id = fields.Many2one(
        "print3d.spool.entry",
        string="Line of the Ledger",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [("done", "Done"), ("refused", "Refused"), ("undone", "Taken Back")],
        required=True,
        readonly=True,
        default="done",
    )
    message = fields.Char(string="Answer", readonly=True)
    data = fields.Json(string="What It Touched", readonly=True)

    _key_uniq = models.UniqueIndex("(key)", "This has been told already.")

    @api.model
    def _begin(self, key, kind, **vals):
        """Return the line of a new message.

        :raise ConcurrencyError: when the same message was dealt with meanwhile
        """
        try:
            with self.env.cr.savepoint():
                return self.create(
                    {
                        "key": key,
                        "kind": kind,
                        "user_id": self.env.uid,
                        "company_id": self.env.company.id,
                        **vals,
                    }
                )
        except UniqueViolation as error:
            # The other one is not visible in this transaction, but in the next.
            raise ConcurrencyError(f"message {key} was dealt with meanwhile") from error

    @api.autovacuum
    def _gc_old_messages(self):
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", limit)], limit=10_000).unlink()
