import math
from datetime import datetime, timedelta, timezone

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from .print3d_spool_entry import RESTATING, STATEMENTS, TAKING

# A scale is no more exact, and makers put a little more on a spool than they say.
ABOVE_PERCENT = 1
# Clocks begin with it.
FIRST_YEAR = 1970
# Empty spools of one make differ by about so much.
TARE_SPREAD_G = 10

# What a chart of a spool shows, and how far it looks back and ahead.
MOST_POINTS = 500
FORECAST_DAYS = 30
LONGEST_FORECAST_DAYS = 3650


class StockLotLedger(models.Model):
    """The ledger of a spool: the one door through which grams and deeds are told."""

    _inherit = "stock.lot"

    spool_entry_ids = fields.One2many(
        "print3d.spool.entry",
        "lot_id",
        string="Ledger",
        readonly=True,
        groups="print3d_library.group_print3d_user",
    )
    spool_open_count = fields.Integer(
        string="To Decide",
        compute="_compute_spool_open_count",
        groups="print3d_library.group_print3d_user",
        help="Lines of the ledger that wait for a decision, or were refused.",
    )

    @api.depends("spool_entry_ids.state")
    def _compute_spool_open_count(self):
        counts = dict(
            self.env["print3d.spool.entry"]._read_group(
                [("lot_id", "in", self.ids), ("state", "=", "conflict")],
                ["lot_id"],
                ["__count"],
            )
        )
        for lot in self:
            lot.spool_open_count = counts.get(lot._origin, 0)

    # === ACTIONS === #

    def action_open_weigh(self):
        """Ask what is left on this spool, or what was taken off it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_weigh_action"
        )
        has_scale = self._get_tare_g()
        action["context"] = {
            "default_lot_id": self.id,
            "default_mode": "gross" if has_scale else "left",
            "dialog_size": "medium",
        }
        return action

    def action_view_spool_ledger(self):
        """Open the lines of these spools that wait for a decision, or else all."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_entry_action"
        )
        action["domain"] = [("lot_id", "in", self.ids)]
        if any(self.mapped("spool_open_count")):
            action["context"] = {"search_default_to_decide": 1}
        return action

    def get_burn_down(self):
        """Return how this spool went down, for its chart.

        :return: ``points`` as [time in UTC, grams left, kind of entry], from the oldest
            on and at most ``MOST_POINTS`` of them; ``full`` and ``left`` in grams;
            ``per_day``, the grams used a day in the last ``FORECAST_DAYS`` days;
            ``empty_on``, when it is empty at that rate, or False; ``now``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        now = fields.Datetime.now()
        self.env["print3d.spool.entry"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT happened_on, kind, COALESCE(grams, 0),
                       SUM(COALESCE(grams, 0)) OVER (ORDER BY happened_on, id)
                  FROM print3d_spool_entry
                 WHERE lot_id = %s AND state = 'posted'
              ORDER BY happened_on, id
                """,
                self.id,
            )
        )
        since = now - timedelta(days=FORECAST_DAYS)
        used = -sum(
            grams
            for when, kind, grams, _left in rows
            if when >= since and (kind in TAKING or kind in RESTATING)
        )
        first = max(since, rows[0][0]) if rows else since
        days = max(1.0, (now - first).total_seconds() / 86400)
        left, per_day = self.remaining_g, max(0.0, used / days)
        empty_on = False
        if per_day and left and left / per_day < LONGEST_FORECAST_DAYS:
            empty_on = fields.Datetime.to_string(now + timedelta(days=left / per_day))
        points = [
            [fields.Datetime.to_string(when), max(0.0, round(balance, 2)), kind]
            for when, kind, grams, balance in rows
            if grams or kind in STATEMENTS
        ]
        return {
            "points": points[-MOST_POINTS:],
            "full": self.net_weight_g,
            "left": left,
            "per_day": round(per_day, 2),
            "empty_on": empty_on,
            "now": fields.Datetime.to_string(now),
        }

    # === THE DOOR === #

    def _print3d_record(
        self,
        kind,
        value=None,
        *,
        reason=None,
        device=None,
        document=None,
        key=None,
        happened_on=None,
        expected_g=None,
        accept_above=False,
    ):
        """Tell the ledger what was done to this spool, and do it.

        :param str kind: what was done, with ``value`` being

            * ``use``, ``scrap``: the grams taken (scrap: all that is left by default)
            * ``weigh``, ``scale``: the grams a scale shows, spool and filament
            * ``count``: the grams left; ``percent``: the percent left
            * ``load``, ``move``: the place (stock.location, or its id); ``unload``:
              nothing
            * ``open``: nothing
            * ``dry`` and whatever addons add: see :meth:`_get_spool_deeds`
            * ``merge_in``, ``merge_out``, ``receive``: nothing; the caller moves the
              grams in the context that :meth:`_with_spool_entry` returns

        :param str reason: why, in a few words
        :param device: what told it (print3d.device)
        :param document: the record it was done for
        :param str key: the message's own key; told again, the first entry is returned
        :param happened_on: when it was done (see :meth:`_to_datetime`); now by
            default, and never later
        :param float expected_g: the grams left as far as the teller knew, without what
            he has not told yet; when somebody else stated another figure meanwhile,
            the entry waits for a decision (:meth:`~.action_decide`)
        :param bool accept_above: the spool may hold more than when it was full
        :return: the entry (print3d.spool.entry): posted; or waiting, when others are
            booking this spool, until the transaction is committed; or conflict
        :raise UserError: when it cannot be so
        """
        self.ensure_one()
        self.check_access("write")
        if not self.is_spool:
            raise UserError(
                self.env._("%(lot)s is no spool, so it has no ledger.", lot=self.name)
            )
        Entry = self.env["print3d.spool.entry"].sudo()
        if key:
            known = Entry.search([("key", "=", key)])
            if known:
                self._check_same_deed(known, kind)
                return known.with_env(self.env)
        spool = self.sudo()
        told = spool._check_told(kind, value)
        now = fields.Datetime.now()
        happened_on = self._to_datetime(happened_on) or now
        vals = {
            "lot_id": self.id,
            "company_id": (self.company_id or self.env.company).id,
            "kind": kind,
            "reason": reason,
            "user_id": self.env.uid,
            "device_id": device and device.id,
            "res_model": document and document._name,
            "res_id": document and document.id,
            "happened_on": min(happened_on, now),
            "key": key or False,
            "expected_g": expected_g or 0.0,
            **told,
        }
        if kind in STATEMENTS or kind in TAKING:
            vals.update(spool._find_problem(vals, expected_g, accept_above))
            entry = self._create_entry(vals)
            if entry.state == "waiting":
                if accept_above:
                    entry._raise_full_weight()
                entry._post_soon()
        else:
            entry = self._create_entry({**vals, "state": "posted"})
            deed = self._with_spool_entry(entry)._get_spool_deeds().get(kind)
            if deed:
                deed(entry, value)
        return entry.with_env(self.env)

    def _get_spool_deeds(self):
        """Hook: return what is done for entries whose grams are not told.

        :return: {kind: function of (entry, value)}; the functions are bound to this
            spool, in a context that ties stock moves to the entry
        :rtype: dict
        """
        return {
            "load": self._do_load,
            "move": self._do_move,
            "unload": self._do_unload,
            "open": self._do_open,
        }

    def _with_spool_entry(self, entry):
        """Return this spool in a context that ties its stock moves to ``entry``."""
        pairs = self.env.context.get("print3d_spool_entries") or ()
        return self.with_context(
            print3d_spool_entries=(*pairs, (entry.lot_id.id, entry.id))
        )

    @api.model
    def _create_entry(self, vals):
        """Write an entry; of two with one key the second is told to try again."""
        Entry = self.env["print3d.spool.entry"].sudo()
        if not vals["key"]:
            return Entry.create(vals)
        try:
            with self.env.cr.savepoint():
                return Entry.create(vals)
        except UniqueViolation as error:
            # The other one is not visible in this transaction, but in the next.
            raise ConcurrencyError(f"key {vals['key']} was used meanwhile") from error

    def _check_same_deed(self, known, kind):
        """Refuse a key that was used for something else."""
        if known.lot_id != self or known.kind != kind:
            raise UserError(
                self.env._(
                    "This message bears the key of another one, which was about spool "
                    "%(spool)s. Send it again with a key of its own.",
                    spool=known.lot_id.name,
                )
            )

    @api.model
    def _to_datetime(self, value):
        """Return a time in UTC, in whole seconds, as the ledger keeps it.

        :param value: a datetime, or text as Odoo or ISO 8601 writes it; what names no
            time zone is in UTC
        :raise UserError: when it is neither
        """
        if not value:
            return None
        try:
            if not isinstance(value, datetime):
                # Python 3.10 does not read the Z.
                text = str(value).strip().replace("Z", "+00:00")
                value = datetime.fromisoformat(text)
            if value.tzinfo:
                value = value.astimezone(timezone.utc).replace(tzinfo=None)
            if value.year < FIRST_YEAR:
                raise ValueError(value)
        except (ValueError, OverflowError) as error:
            raise UserError(
                self.env._(
                    "“%(text)s” is no time. Write it as 2027-01-31T08:15:00Z.",
                    text=value,
                )
            ) from error
        return value.replace(microsecond=0)

    # === WHAT IS TOLD === #

    def _check_told(self, kind, value):
        """Return the numbers of an entry, checked.

        :raise UserError: when the number cannot be right
        """
        self.ensure_one()
        if kind not in STATEMENTS and kind not in TAKING:
            return {}
        if kind == "scrap" and value is None:
            value = self.remaining_g
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not math.isfinite(value)
            or value < 0
        ):
            raise UserError(
                self.env._("Say how much as a number that is not below zero.")
            )
        uom = self.product_id.uom_id
        if kind in TAKING:
            return {"stated": uom.round(value)}
        measured = self._get_measured_grams(kind, value)
        return {"stated": value, "measured_g": uom.round(measured)}

    def _get_measured_grams(self, kind, value):
        """Return the grams left that a weighing or a count means."""
        self.ensure_one()
        if kind == "count":
            return value
        if kind == "percent":
            return self._get_percent_grams(value)
        tare = self._get_tare_g()
        if not tare:
            raise UserError(
                self.env._(
                    "Nobody knows what the empty spool of %(spool)s weighs. Enter it "
                    "on the spool, or tell the grams left instead.",
                    spool=self.name,
                )
            )
        if value < tare - TARE_SPREAD_G:
            raise UserError(
                self.env._(
                    "The scale shows %(gross)s g, but the empty spool of %(spool)s "
                    "alone weighs %(tare)s g. Weigh it again, or correct the weight "
                    "of the empty spool.",
                    gross=f"{value:g}",
                    spool=self.name,
                    tare=f"{tare:g}",
                )
            )
        return max(0.0, value - tare)

    def _get_percent_grams(self, value):
        self.ensure_one()
        if value > 100:
            raise UserError(self.env._("No more than 100 percent can be left."))
        if not self.net_weight_g:
            raise UserError(
                self.env._(
                    "Nobody knows how much was on spool %(spool)s when it was full. "
                    "Enter its full weight, or tell the grams left.",
                    spool=self.name,
                )
            )
        return self.net_weight_g * value / 100

    def _get_tare_g(self):
        """Return what the empty spool weighs, in grams; 0 when nobody knows."""
        self.ensure_one()
        return self.tare_weight_g or self.env["print3d.tare.profile"]._find_tare(
            self.brand_id, self.net_weight_g
        )

    def _get_tares(self):
        """Return {number of a spool: what it weighs empty}; see :meth:`_get_tare_g`."""
        unknown = self.filtered(lambda lot: not lot.tare_weight_g)
        found = self.env["print3d.tare.profile"]._find_tares(
            [(lot.brand_id.id, lot.net_weight_g) for lot in unknown]
        )
        return {
            lot.id: lot.tare_weight_g or found[lot.brand_id.id, lot.net_weight_g]
            for lot in self
        }

    # === CONFLICTS === #

    def _find_problem(self, vals, expected_g, accept_above):
        """Return what a person has to decide before an entry counts, as values."""
        self.ensure_one()
        left = self.remaining_g
        rival = self._find_rival(vals, expected_g, left)
        if rival:
            text = self.env._(
                "%(known)s g were known to be left, but %(found)s g were found.",
                known=f"{expected_g:g}",
                found=f"{left:g}",
            )
            problem = "changed"
        elif self._is_above(vals) and not accept_above:
            text = self.env._(
                "%(measured)s g left are more than the %(full)s g of the full spool.",
                measured=f"{vals['measured_g']:g}",
                full=f"{self.net_weight_g:g}",
            )
            problem = "above"
        else:
            return {"found_g": left, "state": "waiting"}
        return {
            "found_g": left,
            "state": "conflict",
            "problem": problem,
            "problem_text": text,
            "rival_id": rival,
        }

    def _is_above(self, vals):
        limit = self.net_weight_g * (1 + ABOVE_PERCENT / 100)
        return bool(limit) and vals.get("measured_g", 0.0) > limit

    def _find_rival(self, vals, expected_g, left):
        """Return what was stated by others since the teller looked (an entry's id).

        What was merely used meanwhile is subtracted, whoever tells first, and is no
        conflict. The last time the ledger stood at what the teller knew is when he
        looked; if it never did, the last statement of another counts.
        """
        uom = self.product_id.uom_id
        if expected_g is None or not uom.compare(expected_g, left):
            return False
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, kind, user_id, device_id, grams FROM print3d_spool_entry
                 WHERE lot_id = %s AND state = 'posted' AND undone_by_id IS NULL
              ORDER BY id DESC
                """,
                self.id,
            )
        )
        teller = (vals["user_id"], vals["device_id"] or None)
        rivals = []
        for number, kind, user, device, grams in rows:
            if not uom.compare(left, expected_g):
                return rivals[-1] if rivals else False
            if kind in STATEMENTS and (user, device) != teller:
                rivals.append(number)
            left = uom.round(left - (grams or 0.0))
        return rivals[0] if rivals else False

    # === DEEDS === #

    def _do_load(self, _entry, place):
        self.action_load(self._browse_place(place))

    def _do_move(self, _entry, place):
        place = self._browse_place(place)
        if place.print3d_kind == "slot":
            self.action_load(place)
        else:
            self._move_to(place)

    def _do_unload(self, _entry, _value):
        self.action_unload()

    def _do_open(self, entry, _value):
        if not self.opened_on:
            self.opened_on = fields.Date.context_today(self, entry.happened_on)

    @api.model
    def _browse_place(self, place):
        place = self.env["stock.location"].browse(
            place if isinstance(place, int) else place and place.id
        )
        if not place.exists():
            raise UserError(
                self.env._("Say where the spool goes: scan or choose a place.")
            )
        return place

    # === THE BOOKS === #

    def _get_book_grams(self):
        """Return the grams in stock of this spool."""
        self.ensure_one()
        [(grams,)] = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [("lot_id", "=", self.id), ("location_id.usage", "=", "internal")],
                aggregates=["quantity:sum"],
            )
        )
        return self.product_id.uom_id.round(grams or 0.0)

    def _get_waiting_entries(self):
        """Return {number of a spool: its entries yet to be booked}.

        Once booked, they change what is in stock.
        """
        waiting = (
            self.env["print3d.spool.entry"]
            .sudo()
            .search([("lot_id", "in", self.ids), ("state", "=", "waiting")], order="id")
        )
        return waiting.grouped(lambda entry: entry.lot_id.id)

    def _get_spool_place(self):
        """Return where this spool is, or was last (stock.location).

        One that never was anywhere belongs into the stock of the first warehouse.
        """
        self.ensure_one()
        quants = self._get_stock_quants().sorted("quantity", reverse=True)
        if quants:
            return quants[:1].location_id
        line = self.env["stock.move.line"].search(
            [
                ("lot_id", "=", self.id),
                ("state", "=", "done"),
                "|",
                ("location_id.usage", "=", "internal"),
                ("location_dest_id.usage", "=", "internal"),
            ],
            order="date desc, id desc",
            limit=1,
        )
        place = line.location_dest_id
        if place.usage != "internal":
            place = line.location_id
        company = self.company_id or self.env.company
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        return place.filtered("active") or warehouse.lot_stock_id

    def _get_spool_story(self, without=None, also=None):
        """Hook: return what happened to this spool's grams, in the order of time.

        Corrections are left out: they follow from the rest. What took a while may be
        told in several parts.

        :param without: entries (print3d.spool.entry) to leave out
        :param tuple also: what is to be told too
        :return: tuples of (when, number of the entry, grams said to be left or None,
            change in grams)
        """
        self.ensure_one()
        self.env["print3d.spool.entry"].flush_model()
        story = [
            (when, number, said if kind in STATEMENTS else None, grams or 0.0)
            for when, number, kind, said, grams in self.env.execute_query(
                SQL(
                    """
                    SELECT happened_on, id, kind, measured_g, grams
                      FROM print3d_spool_entry
                     WHERE lot_id = %s AND state = 'posted' AND kind != 'correct'
                       AND undone_by_id IS NULL AND NOT id = ANY(%s)
                  ORDER BY happened_on, id
                    """,
                    self.id,
                    list(without.ids) if without else [],
                )
            )
        ]
        return sorted([*story, also]) if also else story
