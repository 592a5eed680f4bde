from odoo import api, fields, models


class Print3dRunFlaw(models.TransientModel):
    """Which pieces of a print turned out to be bad after its end."""

    _name = "print3d.run.flaw"
    _description = "Bad Pieces of a Print"

    run_id = fields.Many2one("print3d.run", required=True, ondelete="cascade")
    pieces = fields.Json(
        compute="_compute_pieces", store=True, readonly=False, precompute=True
    )
    cause_id = fields.Many2one("print3d.failure.cause", string="What Went Wrong")
    reprint = fields.Boolean(string="Print them again", default=True)
    has_closed = fields.Boolean(
        compute="_compute_has_closed", help="Some of them have gone to the stock."
    )

    @api.depends("run_id")
    def _compute_pieces(self):
        for wizard in self:
            lines = wizard.run_id.line_ids.filtered("good_qty")
            # Who comes here with the only piece there is means that one.
            is_alone = sum(lines.mapped("good_qty")) == 1
            wizard.pieces = [
                {
                    "line_id": line.id,
                    "name": line.product_id.display_name,
                    "order": line.production_id.name,
                    "planned": line.good_qty,
                    "good": 0.0 if is_alone else line.good_qty,
                    "bad": [],
                    "unmarked": True,
                }
                for line in lines
            ]

    @api.depends("run_id")
    def _compute_has_closed(self):
        for wizard in self:
            orders = wizard.run_id.line_ids.production_id
            wizard.has_closed = any(order.state == "done" for order in orders)

    def action_note(self):
        """Note them, and tell which orders make them again."""
        self.ensure_one()
        pieces = {
            self.run_id._get_line(piece["line_id"]): piece
            for piece in self.pieces or ()
        }
        again = self.run_id._note_flaws(
            {line: piece["planned"] - piece["good"] for line, piece in pieces.items()},
            known={line: piece["planned"] for line, piece in pieces.items()},
            cause=self.cause_id,
            reprint=self.reprint,
        )
        close = {"type": "ir.actions.act_window_close"}
        if not again:
            return close
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(orders)s makes them again.",
                    orders=", ".join(again.sudo().mapped("name")),
                ),
                "next": close,
            },
        }
