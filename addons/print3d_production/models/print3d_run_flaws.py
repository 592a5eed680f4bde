from odoo import fields, models
from odoo.exceptions import UserError

from .mrp_production import OPEN


class Print3dRunFlaws(models.Model):
    """Bad pieces that are found after the end of a print.

    As long as their order is open they never were stock: it counts fewer good ones,
    and prints what is missing. Once it is closed they have gone to the stock, at what
    they cost. They are scrapped from there, and another order makes them again.
    """

    _inherit = "print3d.run"

    flaw_scrap_ids = fields.One2many(
        "stock.scrap", "flaw_run_id", string="Scrapped Later", readonly=True
    )

    def action_flaws(self):
        """Ask which pieces turned out to be bad."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bad pieces of %(run)s", run=self.name),
            "res_model": "print3d.run.flaw",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_run_id": self.id, "dialog_size": "medium"},
        }

    def _note_flaws(self, bad, known=None, cause=None, reprint=True):
        """Note that pieces of this print, which were noted as good, are bad.

        :param dict bad: {print3d.run.line: pieces that are bad, beside those known}
        :param dict known: {print3d.run.line: good pieces by what the person saw}: told
            twice, the second time finds fewer and is refused
        :param cause: why (print3d.failure.cause)
        :param bool reprint: make them again
        :return: orders that make again what had gone to the stock
        :rtype: mrp.production
        :raises UserError: why that cannot be noted, and what to do
        """
        self.ensure_one()
        self.check_access("write")
        self._lock(touch=True)
        self.line_ids.invalidate_recordset(["good_qty", "bad_qty"])
        bad = {line: pieces for line, pieces in bad.items() if pieces}
        self._check_flaws(bad, known or {})
        orders = self.sudo().line_ids.production_id
        orders._lock_for_end()
        again = orders.browse()
        for line, pieces in bad.items():
            again |= line.sudo()._note_flaws(pieces, cause, reprint)
        vals = {}
        if cause and not self.failure_cause_id:
            vals["failure_cause_id"] = cause.id
        if any(line.sudo().production_id.state in OPEN for line in bad):
            # Wanted again, they are printed even where others were given up.
            vals["is_waived"] = not reprint
        self.write(vals)
        self._tell_flaws(bad, again)
        self._adopt_reprints(orders._sync_runs(), again)
        return again.with_env(self.env)

    def _check_flaws(self, bad, known):
        """Refuse pieces that cannot turn out to be bad."""
        if self.state != "done":
            raise UserError(
                self.env._(
                    "%(run)s did not come out, so that none of its pieces was good. "
                    "Only pieces of a print that is done can turn out to be bad.",
                    run=self.name,
                )
            )
        if any(line.good_qty != good for line, good in known.items()):
            raise UserError(
                self.env._(
                    "Somebody has corrected the pieces of %(run)s in the meantime. "
                    "Look at them again.",
                    run=self.name,
                )
            )
        if not bad:
            raise UserError(
                self.env._("Enter how many pieces are bad, or discard this.")
            )
        for line, pieces in bad.items():
            if not 0 < pieces <= line.good_qty:
                raise UserError(
                    self.env._(
                        "%(run)s brought %(good)s good pieces for %(order)s, so that "
                        "%(bad)s of them cannot be bad. Correct the number.",
                        run=self.name,
                        good=f"{line.good_qty:g}",
                        order=line.production_id.name,
                        bad=f"{pieces:g}",
                    )
                )
            line._check_flaws()

    def _tell_flaws(self, bad, again):
        """Write into the journal and on the page what turned out to be bad."""
        note = self.env._(
            "%(pieces)s pieces turned out to be bad.",
            pieces=f"{sum(bad.values()):g}",
        )
        if again:
            note += " " + self.env._(
                "Made again by %(orders)s.", orders=", ".join(again.mapped("name"))
            )
        self._keep_events(
            "corrected",
            note=note,
            figures={
                "good": sum(self.line_ids.mapped("good_qty")),
                "bad": sum(self.line_ids.mapped("bad_qty")),
            },
        )
        self.message_post(body=note)
        for order in (self.sudo().line_ids.production_id | again).sorted("id"):
            order.message_post(
                body=self.env._(
                    "%(run)s: %(note)s", run=self._get_html_link(), note=note
                )
            )


class Print3dRunLine(models.Model):
    _inherit = "print3d.run.line"

    def _check_flaws(self):
        """Refuse pieces that others work on, or of which each has a number."""
        self.ensure_one()
        order = self.sudo().production_id
        if order.state in OPEN and self.sudo().workorder_id.state in ("done", "cancel"):
            raise UserError(
                self.env._(
                    "The printing of %(order)s is finished and others work on its "
                    "pieces. Close the order with those that are good, and order the "
                    "others anew.",
                    order=order.name,
                )
            )
        if order.state == "done" and self.product_id.tracking == "serial":
            raise UserError(
                self.env._(
                    "Each piece of %(order)s has a serial number. Scrap the bad ones "
                    "from the order by their numbers, and print them by a new order.",
                    order=order.name,
                )
            )

    def _note_flaws(self, pieces, cause, reprint):
        """Count fewer good pieces; scrap those that had gone to the stock.

        :param float pieces: that are bad
        :param cause: print3d.failure.cause
        :param bool reprint: make them again
        :return: the order that makes them again, if they had gone to the stock
        :rtype: mrp.production
        """
        self.ensure_one()
        order = self.production_id.with_company(self.company_id)
        again = order.browse()
        if order.state == "done":
            waiting = order._scrap_flaws(pieces, self.run_id, cause)
            if reprint and not order.is_print3d_spare:
                again = order._make_again(pieces, waiting)
            waiting._action_assign()
        self.write(
            {"good_qty": self.good_qty - pieces, "bad_qty": self.bad_qty + pieces}
        )
        return again


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    flaw_run_id = fields.Many2one(
        "print3d.run",
        string="Print of a Bad Piece",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        help="The print of a piece that turned out to be bad after its order closed.",
    )
