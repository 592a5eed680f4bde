from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError

from odoo.addons.print3d_production.models.mrp_production import OPEN
from odoo.addons.print3d_production.models.print3d_run import ENDED

SALES = "print3d_library.group_print3d_sales"
ACCOUNTING = ("account.group_account_invoice", "account.group_account_readonly")


class Print3dRunCredit(models.Model):
    """Crediting customers for pieces that did not come out and are not made again."""

    _inherit = "print3d.run"

    credit_ids = fields.Many2many(
        "account.move",
        "print3d_run_credit_rel",
        "run_id",
        "move_id",
        string="Credit Notes",
        readonly=True,
        copy=False,
        groups=SALES,
    )
    credit_count = fields.Integer(
        "Number of Credit Notes", compute="_compute_credit_count", groups=SALES
    )
    can_credit = fields.Boolean(
        compute="_compute_can_credit",
        groups=SALES,
        help="Orders lack pieces of this print that nobody prints again.",
    )

    @api.depends("credit_ids")
    def _compute_credit_count(self):
        for run in self:
            run.credit_count = len(run.credit_ids)

    @api.depends("state", "is_waived", "line_ids.good_qty", "line_ids.credited_qty")
    def _compute_can_credit(self):
        for run in self:
            run.can_credit = bool(run._get_given_up())

    # === ACTIONS === #

    def action_credit(self):
        """Ask how many missing pieces the customer is credited for.

        :raises UserError: nothing is missing, or it was credited before
        """
        self.ensure_one()
        self._check_credit_rights()
        if not self._get_given_up():
            self._refuse_credit()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit what %(run)s lacks", run=self.name),
            "res_model": "print3d.run.credit",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_run_id": self.id},
        }

    def action_view_credits(self):
        """Open the credit notes of these prints."""
        return self._get_credited()._get_records_action(context={"create": False})

    def _get_credited(self):
        """Return what shows the credit: its notes, or else the orders.

        Core opens invoices to those of accounting only.
        """
        if self.credit_ids and self._can_open_invoices():
            return self.credit_ids
        lines = self.sudo().line_ids.filtered("credited_qty")
        return lines.production_id.sale_line_id.order_id.with_env(self.env)

    def _can_open_invoices(self):
        """Tell whether the person may open invoices and credit notes."""
        return any(self.env.user.has_group(group) for group in ACCOUNTING)

    # === BUSINESS === #

    def _get_given_up(self):
        """Return the pieces sold that this print lacks and nobody makes again.

        :return: {sale.order.line: {print3d.run.line: pieces in the product's unit}}
        :rtype: dict
        """
        self.ensure_one()
        run = self.sudo()
        found = defaultdict(dict)
        if run.state not in ENDED or not run.date_start:
            return {}
        # What an order lacks, less what its lines before took of it.
        left = {}
        for line in run.line_ids.sorted("id"):
            order = line.production_id
            sold = order.sale_line_id
            if sold.state != "sale" or sold.product_id != order.product_id:
                # Of a set a single piece has no price.
                continue
            if order.state == "done":
                key, lacks = sold, sold._get_print3d_uncovered
            elif order.state in OPEN:
                key, lacks = order, order._get_given_up_pieces
            else:
                continue
            if key not in left:
                left[key] = lacks()
            pieces = min(line._get_lost_pieces(), left[key])
            if order.product_id.uom_id.compare(pieces, 0.0) > 0:
                left[key] -= pieces
                found[sold.with_env(self.env)][line] = pieces
        return dict(found)

    def _credit(self, wanted):
        """Order less of what this print lacks, and credit what was invoiced of it.

        :param dict wanted: {sale.order.line: how much, in its unit}
        :return: draft credit notes (account.move)
        :raises UserError: why not, and what to do
        """
        self.ensure_one()
        self._check_credit_rights()
        self.check_access("read")
        run = self.sudo()
        run._lock(touch=True)
        run.line_ids.production_id._lock_for_end()
        run.line_ids.invalidate_recordset(["credited_qty", "good_qty"])
        wanted = {
            line: quantity
            for line, quantity in wanted.items()
            if line.product_uom_id.compare(quantity, 0.0) > 0
        }
        lacking = self._get_given_up()
        if not lacking:
            self._refuse_credit()
        if not wanted:
            raise UserError(
                self.env._("Enter how many pieces to credit, or discard this.")
            )
        reasons = {}
        for line, quantity in wanted.items():
            self._share_credit(line, quantity, lacking.get(line, {}))
            reasons[line.order_id] = run._get_credit_reason(line.order_id)
        orders = run.line_ids.production_id
        lines = self.env["sale.order.line"].union(*wanted)
        moves = lines.with_context(
            print3d_given_up_ids=tuple(orders.ids)
        )._credit_print3d(wanted, reasons)
        self._check_credited(lines)
        moves.write({"print3d_run_ids": [fields.Command.link(run.id)]})
        self._tell_credit(wanted, moves)
        return moves.with_env(self.env)

    def _share_credit(self, line, quantity, lacking):
        """Write on the lines of this print which pieces the customer is credited for.

        :param line: sale.order.line
        :param float quantity: in its unit
        :param dict lacking: {print3d.run.line: pieces}
        """
        unit = line.product_id.uom_id
        pieces = line.product_uom_id._compute_quantity(quantity, unit, round=False)
        if unit.compare(pieces, sum(lacking.values())) > 0:
            raise UserError(
                self.env._(
                    "%(order)s lacks %(missing)s of %(product)s by now, and not "
                    "%(wanted)s. Open this again.",
                    order=line.order_id.name,
                    missing=f"{sum(lacking.values()):g}",
                    product=line.product_id.display_name,
                    wanted=f"{pieces:g}",
                )
            )
        for its, lacks in lacking.items():
            part = min(pieces, lacks)
            its.credited_qty += part
            pieces -= part

    def _check_credited(self, lines):
        """Refuse a credit whose pieces would be printed all the same."""
        for order in self.sudo().line_ids.production_id:
            if order.sale_line_id not in lines.sudo() or order.state not in OPEN:
                continue
            lack = max(order._get_lacking().values(), default=0.0)
            if order.product_id.uom_id.compare(lack, 0.0) > 0:
                raise UserError(
                    self.env._(
                        "Somebody works on the pieces of %(order)s by hand, so that it "
                        "cannot make fewer. Close it with those that are good, then "
                        "credit the others.",
                        order=order.name,
                    )
                )

    def _check_credit_rights(self):
        if not self.env.user.has_group(SALES):
            raise AccessError(
                self.env._("Only sales and owners credit customers. Ask one of them.")
            )

    def _refuse_credit(self):
        """Say that nothing is missing, or where it was credited."""
        self.ensure_one()
        lines = self.sudo().line_ids.filtered("credited_qty")
        if not lines:
            raise UserError(
                self.env._(
                    "No order lacks pieces of %(run)s: they came out, are printed "
                    "again, or were ordered by nobody.",
                    run=self.name,
                )
            )
        where = self._get_credited()
        raise RedirectWarning(
            self.env._(
                "The customer has been credited for what %(run)s lacks: %(where)s. "
                "Nothing was changed.",
                run=self.name,
                where=", ".join((self.credit_ids or where).mapped("display_name")),
            ),
            where._get_records_action(),
            self.env._("Show it"),
        )

    def _get_credit_reason(self, order):
        """Return why, in the language of the customer of an order."""
        self.ensure_one()
        run = self.with_context(lang=order.partner_id.lang or self.env.lang)
        cause = run.failure_cause_id.name
        return f"{cause} ({run.name})" if cause else run.name

    def _tell_credit(self, wanted, moves):
        """Write on the print, in its journal and on the orders what was credited."""
        self.ensure_one()
        run = self.sudo()
        for order, lines in (
            self.env["sale.order.line"].union(*wanted).grouped("order_id").items()
        ):
            pieces = ", ".join(f"{wanted[x]:g} × {x.product_id.name}" for x in lines)
            credit = moves.filtered(
                lambda move, lines=lines: (
                    move.invoice_line_ids.sale_line_ids & lines.sudo()
                )
            )
            note = self.env._(
                "%(order)s: %(pieces)s less, not printed again.",
                order=order.name,
                pieces=pieces,
            )
            if credit:
                note += " " + self.env._("A draft credit note is made.")
            run._keep_events("corrected", note=note)
            run.message_post(body=note)
            order.message_post(
                body=self.env._(
                    "%(run)s: %(note)s", run=run._get_html_link(), note=note
                )
            )

    def _get_reopen_refusal(self):
        """An end whose customer was credited stays."""
        refusal = super()._get_reopen_refusal()
        if refusal or not any(self.sudo().line_ids.mapped("credited_qty")):
            return refusal
        return self.env._(
            "The customer was credited for pieces of %(run)s. Order and print them "
            "anew instead.",
            run=self.name,
        )


class Print3dRunLine(models.Model):
    _inherit = "print3d.run.line"

    credited_qty = fields.Float(
        string="Credited",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Pieces that did not come out and the customer does not wait for.",
    )

    def _get_lost_pieces(self):
        """Return the pieces that did not come out and were not credited."""
        self.ensure_one()
        good = self.good_qty if self.run_id.state == "done" else 0.0
        return self.quantity - good - self.credited_qty

    def _get_waived_pieces(self):
        """What was credited is not wanted any more, so that it counts nowhere."""
        return super()._get_waived_pieces() - self.credited_qty


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _get_given_up_pieces(self):
        """Return the pieces this order lacks and nobody is to print.

        :rtype: float
        """
        self.ensure_one()
        lacking = self._get_lacking(waived=False)
        return max(0.0, *lacking.values()) if lacking else 0.0
