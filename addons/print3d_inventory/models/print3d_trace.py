import re
from dataclasses import dataclass, field

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# Parts of parts of parts: nobody builds deeper, and a loop in the books ends.
DEEPEST = 25


@dataclass
class Trail:
    """What was found: spools, and the lines of stock moves filament went through.

    What is known for sure is True. False is what cannot be ruled out: pieces without a
    lot that left a stock in which such pieces lay.
    """

    # Number of a spool: since when it holds what is looked for; None, always.
    spools: dict = field(default_factory=dict)
    # Lines that took filament off these spools.
    used: set = field(default_factory=set)
    # Lines that brought pieces made of it.
    made: dict = field(default_factory=dict)
    # Lines by which spools or pieces went to customers.
    sent: dict = field(default_factory=dict)
    # Spools of which all is looked for, not only what one order got.
    onward: set = field(default_factory=set)
    # Number of a product without lots: how many pieces at most are still in stock.
    loose: dict = field(default_factory=dict)


class Print3dTrace(models.AbstractModel):
    """Follows filament through the stock moves, from the spool on and back to it.

    Odoo ties the lines of moves that used something to those that made something of it
    (``consume_line_ids``), names lots, and chains moves made for each other. Those
    three are followed, a level of assembly at a time, so that the number of queries
    does not depend on how many prints there were.

    Pieces without a lot that were made for stock cannot be told apart. They may have
    left with anything that left from then on, until the stock of their product was
    empty once; found and returned pieces may be of them from then on as well. Those are
    shown as possible.

    All is read whatever the reader's rights, but of his companies only; what he gets to
    see of it is decided in :meth:`_get_sections`.
    """

    _name = "print3d.trace"
    _description = "Tracing of Filament"

    # === WHERE TO BEGIN === #

    @api.model
    def _get_starts(self):
        """Hook: return how a look-up begins.

        :return: {model: function of records that returns a Trail}; the model ``batch``
            is given spools
        """
        return {
            "batch": self._start_from_spools,
            "stock.lot": self._start_from_lots,
            "product.product": self._start_from_filaments,
            "purchase.order": self._start_from_purchases,
            "stock.picking": self._start_from_pickings,
            "account.move": self._start_from_invoices,
        }

    @api.model
    def _trace(self, subject):
        """Follow a subject.

        :param dict subject: ``model`` and ``ids``; or the model ``batch`` and ``name``
        :return: the records of the subject, and the Trail
        :rtype: tuple
        :raise UserError: nothing is known of such a thing
        """
        self._check_may_trace()
        records = self._get_subject_records(subject)
        self.env.flush_all()
        start = self._get_starts()[subject["model"]]
        return records, start(records.sudo())

    @api.model
    def _check_may_trace(self):
        if not self._get_parts():
            raise AccessError(
                self.env._(
                    "Where filament went is shown to owners, operators and "
                    "salespeople. Ask the owner for one of these roles."
                )
            )

    @api.model
    def _get_parts(self):
        """Return what the reader may see.

        :return: ``shop`` (work and purchases), ``customers``, ``prices``
        :rtype: set[str]
        """
        user = self.env.user
        parts = set()
        if user.has_group("print3d_library.group_print3d_operator"):
            parts |= {"shop", "customers"}
        if user.has_group("print3d_library.group_print3d_sales"):
            parts.add("customers")
        # Whoever receives goods may read orders, but what they cost is for buyers.
        if parts and user.has_group("purchase.group_purchase_user"):
            parts.add("prices")
        return parts

    @api.model
    def _get_subject_records(self, subject):
        """Return what a subject is about, as far as the reader may see it."""
        model = subject.get("model")
        if model not in self._get_starts():
            raise UserError(
                self.env._(
                    "That cannot be followed. Begin with a batch, a spool, a filament, "
                    "a print or an order."
                )
            )
        if model == "batch":
            name = str(subject.get("name") or "").strip()
            records = self.env["stock.lot"]
            if name:
                records = records.search(self._get_batch_domain(name))
        else:
            ids = [int(number) for number in subject.get("ids") or ()]
            records = self.env[model].browse(ids).exists()
        if not records:
            raise UserError(
                self.env._(
                    "Nothing is known of this. Look for a batch, a spool, a filament, "
                    "a print or an order by its name."
                )
            )
        records.check_access("read")
        return records

    @api.model
    def _get_batch_domain(self, name):
        return [
            ("is_spool", "=", True),
            ("ref", "=ilike", re.sub(r"([\\%_])", r"\\\1", name)),
            ("company_id", "in", [*self.env.companies.ids, False]),
        ]

    @api.model
    def _start_from_spools(self, spools):
        return self._follow_spools(spools.ids)

    @api.model
    def _start_from_lots(self, lots):
        """Follow spools to what was made of them, pieces back and onward."""
        spools = lots.filtered("is_spool")
        trail = self._follow_spools(spools.ids)
        pieces = lots - spools
        if pieces:
            made = self._find_made_lots(pieces.ids)
            self._go_back_from_made(trail, made)
            self._follow_made(trail, made)
        return trail

    @api.model
    def _start_from_filaments(self, products):
        lots = self.env["stock.lot"].search(
            [
                ("product_id", "in", products.ids),
                ("is_spool", "=", True),
                ("company_id", "in", [*self.env.companies.ids, False]),
            ]
        )
        if not lots and not products.filtered("is_filament"):
            # Not a filament: what was made of it, and of what.
            lots = self.env["stock.lot"].search([("product_id", "in", products.ids)])
            return self._start_from_lots(lots)
        return self._follow_spools(lots.ids)

    @api.model
    def _start_from_purchases(self, orders):
        return self._follow_spools(
            self._find_received(SQL("purchase.order_id = ANY(%s)", orders.ids))
        )

    @api.model
    def _start_from_pickings(self, pickings):
        """Follow what came, and go back from what went."""
        received = pickings.filtered(
            lambda picking: picking.picking_type_code == "incoming"
        )
        trail = self._follow_spools(
            self._find_received(SQL("move.picking_id = ANY(%s)", received.ids))
            if received
            else []
        )
        lines = (pickings - received).move_line_ids
        self._go_back(trail, self._find_sent(SQL("line.id = ANY(%s)", lines.ids)))
        return trail

    @api.model
    def _start_from_invoices(self, invoices):
        """Follow the spools of bills."""
        lines = invoices.invoice_line_ids.purchase_line_id
        return self._follow_spools(
            self._find_received(SQL("move.purchase_line_id = ANY(%s)", lines.ids))
            if lines
            else []
        )

    # === ONWARD === #

    @api.model
    def _follow_spools(self, lot_ids):
        """Return where the filament of spools went (Trail)."""
        trail = Trail(spools=self._follow_merges(dict.fromkeys(lot_ids)))
        trail.onward.update(trail.spools)
        if trail.spools:
            used = self._find_used(trail.spools)
            trail.used |= used.keys()
            trail.sent.update(
                (line, True) for line, usage in used.items() if usage == "customer"
            )
            self._follow_used(trail, dict.fromkeys(used, True))
        return trail

    @api.model
    def _follow_used(self, trail, used):
        """Follow lines that used something to what was made, and where that went."""
        made = {}
        for source, target in self._find_products_of(used):
            made[target] = made.get(target, False) or used[source]
        self._follow_made(trail, made)

    @api.model
    def _follow_made(self, trail, made):
        """Follow lines that made something to where it went, level by level.

        :param dict made: number of a line: whether that is sure
        """
        for _level in range(DEEPEST):
            new = {
                line: sure
                for line, sure in made.items()
                if line not in trail.made or (sure and not trail.made[line])
            }
            if not new:
                return
            trail.made.update(new)
            used = {}
            for line, usage, sure in self._find_left(trail, new):
                if usage == "customer":
                    trail.sent[line] = trail.sent.get(line, False) or sure
                else:
                    used[line] = used.get(line, False) or sure
            made = {}
            for source, target in self._find_products_of(used):
                made[target] = made.get(target, False) or used[source]

    # === BACK === #

    @api.model
    def _go_back(self, trail, gone):
        """Go back from lines by which pieces or spools left, to the spools.

        :param dict gone: number of a line: whether that is sure
        """
        trail.sent.update(gone)
        self._go_back_from_used(trail, gone)

    @api.model
    def _go_back_from_used(self, trail, gone):
        """Go back from lines that took spools or pieces: from these to their making."""
        for _level in range(DEEPEST):
            if not gone:
                return
            spools, others = self._split_spools(gone)
            trail.used |= spools.keys()
            self._add_spools(trail, set(spools.values()))
            made = self._find_makers({line: gone[line] for line in others})
            new = {
                line: sure
                for line, sure in made.items()
                if line not in trail.made or (sure and not trail.made[line])
            }
            trail.made.update(new)
            gone = {}
            for source, target in self._find_parts_of(new):
                gone[source] = gone.get(source, False) or new[target]

    @api.model
    def _go_back_from_made(self, trail, made):
        """Go back from lines that made something to what was used for it."""
        used = {}
        for source, target in self._find_parts_of(made):
            used[source] = used.get(source, False) or made[target]
        self._go_back_from_used(trail, used)

    @api.model
    def _add_spools(self, trail, lot_ids):
        new = {
            lot: since
            for lot, since in self._follow_merges(
                dict.fromkeys(lot_ids), back=True
            ).items()
            if lot not in trail.spools
        }
        trail.spools.update(new)
