import logging
import random
import time
from datetime import timedelta
from functools import partial

import psycopg2
from psycopg2 import errors

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.sql_db import PoolError
from odoo.tools import SQL

from .print3d_spool_entry import STATEMENTS, TAKING

_logger = logging.getLogger(__name__)

# The first half of the advisory lock of a spool; the second is the number of the lot.
LOCK = 0x3D5
# Entries booked in one transaction, and how often one is tried again that met others.
AT_ONCE = 20
TRIES = 20
CLASH = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)


class Print3dSpoolEntryPosting(models.Model):
    """From a line of the ledger to stock moves, however many tell at once.

    Transactions see the database as it was when they began, and PostgreSQL refuses a
    change of what somebody else changed since. Odoo then tries again, five times,
    which a hundred uses of one spool at a moment outlast. So a line is written first,
    which never fails, and booked under a lock of its spool:

    * in the same transaction, when nobody else is booking this spool;
    * otherwise after the commit, in a transaction that begins once it has the lock
      and therefore sees all that was booked before;
    * otherwise by whoever has the lock: once he has given it back he looks for lines
      that came meanwhile, and whoever finds it taken has committed his line before.
    """

    _inherit = "print3d.spool.entry"

    # === LOCKS === #

    def _try_lock(self):
        """Tell whether this transaction may book the spool of this entry."""
        self.ensure_one()
        return self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, self.lot_id.id)
        )[0][0]

    def _post_soon(self):
        """Book this entry now, or after the commit when others are at its spool."""
        self.ensure_one()
        # Also when it is booked now: others may find the lock taken until the commit.
        self._post_after_commit()
        if self._try_lock():
            try:
                with self.env.cr.savepoint():
                    self._post()
                    self.env.flush_all()
                return
            except CLASH:
                # Somebody was faster, which this transaction cannot see.
                _logger.debug("spool %s: booked after the commit", self.lot_id.id)

    def _post_after_commit(self):
        hooks = self.env.cr.postcommit
        spools = hooks.data.setdefault("print3d_spools", set())
        for lot in self.lot_id:
            if lot.id not in spools:
                spools.add(lot.id)
                hooks.add(partial(self._post_waiting_quietly, lot.id))

    @api.model
    def _post_waiting_quietly(self, lot_id):
        """Book what waits for a spool; what goes wrong is left to the cron."""
        self.env.cr.postcommit.data.get("print3d_spools", set()).discard(lot_id)
        try:
            self._post_waiting_of(lot_id)
        except (PoolError, psycopg2.Error):
            _logger.info("spool %s: left to the cron", lot_id, exc_info=True)

    @api.model
    def _post_waiting_of(self, lot_id):
        """Book all that waits for a spool, in transactions of its own.

        :return: whether nothing is left; False when somebody else is at it
        """
        with self.env.registry.cursor() as cr:
            while self._is_waiting_for(cr, lot_id):
                # A lock of the session: it outlives the transaction in which it was
                # asked for, so that the next one begins with it.
                cr.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK, lot_id))
                taken = cr.fetchone()[0]
                cr.commit()  # pylint: disable=invalid-commit
                if not taken:
                    return False
                try:
                    self._post_waiting_locked(cr, lot_id)
                finally:
                    cr.rollback()
                    cr.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCK, lot_id))
                    cr.commit()  # pylint: disable=invalid-commit
        return True

    @api.model
    def _is_waiting_for(self, cr, lot_id):
        cr.execute(
            "SELECT 1 FROM print3d_spool_entry"
            " WHERE lot_id = %s AND state = 'waiting' LIMIT 1",
            (lot_id,),
        )
        found = cr.fetchone()
        cr.commit()  # pylint: disable=invalid-commit
        return bool(found)

    @api.model
    def _post_waiting_locked(self, cr, lot_id):
        tries = 0
        while True:
            entries = api.Environment(cr, SUPERUSER_ID, {})[self._name]
            try:
                entries = entries.search(
                    [("lot_id", "=", lot_id), ("state", "=", "waiting")],
                    order="id",
                    limit=AT_ONCE,
                )
                entries._post_each()
                cr.commit()  # pylint: disable=invalid-commit
                if not entries:
                    return
                tries = 0
            except CLASH:
                cr.rollback()
                tries += 1
                if tries == TRIES:
                    raise
                time.sleep(random.uniform(0.01, 0.05) * tries)

    def _post_each(self):
        """Book these entries one by one; note why one cannot be booked."""
        for entry in self:
            try:
                with self.env.cr.savepoint():
                    entry._post()
                    self.env.flush_all()
            except UserError as error:
                entry.write({"state": "refused", "problem_text": str(error)})

    @api.model
    def _cron_post_waiting(self):
        """Book what was left: by a process that was killed, or without a connection."""
        lots = self._read_group([("state", "=", "waiting")], ["lot_id"])
        for done, (lot,) in enumerate(lots):
            self._post_waiting_of(lot.id)
            self.env["ir.cron"]._commit_progress(1, remaining=len(lots) - done - 1)

    # === BOOKING === #

    def _post(self):
        """Book an entry: post the stock moves that make the books say what it says."""
        self.ensure_one()
        entry = self._as_author()
        lot, uom = entry.lot_id, entry.product_id.uom_id
        if entry.decision == "mine" and entry.rival_id:
            entry._take_back_rivals()
        left = lot._get_book_grams()
        taken = entry.stated if entry.kind in TAKING else 0.0
        # What the books have to be put right by, beside what the entry takes.
        rest = uom.round(entry._get_target(left) - (left - taken))
        if entry.kind in STATEMENTS:
            entry._post_change(rest)
        else:
            if rest > 0:
                entry._add_correction(rest)
            entry._post_change(-taken)
            if rest < 0:
                entry._add_correction(rest)
        entry.write({"state": "posted", "problem_text": False})
        if entry.grams < 0 and not lot.opened_on:
            lot.opened_on = fields.Date.context_today(lot, entry.happened_on)

    def _as_author(self):
        """Return this entry in the name and the company of whoever told it."""
        self.ensure_one()
        return self.with_user(self.user_id).sudo().with_company(self.company_id)

    def _get_target(self, left):
        """Return the grams that are left once this entry counts.

        :param float left: what the books say without it
        """
        self.ensure_one()
        if self.decision == "add":
            if self.kind in STATEMENTS:
                return max(0.0, left + self.measured_g - self.expected_g)
            return max(0.0, left - self.stated)
        if not self._is_late():
            if self.kind in STATEMENTS:
                return self.measured_g
            return max(0.0, left - self.stated)
        return max(0.0, left + self._get_late_change())

    def _take_back_rivals(self):
        """Take back what others stated while this was on its way."""
        self.ensure_one()
        rivals = self.search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("id", ">=", self.rival_id.id),
                ("id", "!=", self.id),
                ("kind", "in", STATEMENTS),
                ("state", "=", "posted"),
                ("undone_by_id", "=", False),
            ]
        ).filtered(lambda entry: entry._get_teller() != self._get_teller())
        for rival in rivals:
            rival.with_user(self.user_id).sudo()._undo_grams()

    def _get_teller(self):
        """Return who told this with what; equal ones know of each other."""
        self.ensure_one()
        return self.user_id.id, self.device_id.id or None

    def _is_late(self):
        """Tell whether something was booked that happened after this."""
        self.ensure_one()
        self.env.flush_all()
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT 1 FROM print3d_spool_entry
                     WHERE lot_id = %s AND state = 'posted' AND id != %s
                       AND undone_by_id IS NULL
                       AND (happened_on, id) > (%s, %s)
                       AND (COALESCE(grams, 0) != 0 OR kind IN %s)
                     LIMIT 1
                    """,
                    self.lot_id.id,
                    self.id,
                    self.happened_on,
                    self.id,
                    STATEMENTS,
                )
            )
        )

    def _get_late_change(self):
        """Return by how much this entry changes what is left now."""
        self.ensure_one()
        lot, mine = self.lot_id, (self.happened_on, self.id, *self._get_deed())
        before = self._tell(lot._get_spool_story(without=self))
        return self._tell(lot._get_spool_story(without=self, also=mine)) - before

    def _get_deed(self):
        """Return what this entry says is left, or else what it changes."""
        self.ensure_one()
        if self.kind in STATEMENTS:
            return self.measured_g, 0.0
        if self.kind in TAKING and self.state != "posted":
            return None, -self.stated
        return None, self.grams

    @api.model
    def _tell(self, story):
        """Return what is left in the end of a story.

        :param story: (when, number, grams said to be left or None, change in grams),
            in the order of time
        """
        left = 0.0
        for _when, _number, said, change in story:
            left = max(0.0, left + change) if said is None else said
        return left

    def _apply_waiting(self, left):
        """Return what is left of ``left`` grams once these entries are booked."""
        for entry in self:
            if entry.kind in STATEMENTS:
                left = entry.measured_g
            else:
                left = max(0.0, left - entry.stated)
        return left

    def _settle(self, surplus=0.0):
        """Put right what a booked change told late should not have changed.

        What was used before a weighing is not taken off once more.

        :param float surplus: grams that were put into the books just before, so that
            the change had something to take
        """
        self.ensure_one()
        entry = self._as_author()
        if not entry.grams or not entry._is_late():
            return
        booked = entry.grams + surplus
        rest = entry.product_id.uom_id.round(entry._get_late_change() - booked)
        if rest:
            entry._add_correction(rest)

    # === MOVES === #

    def _add_correction(self, grams, **values):
        """Add an entry that puts the books right by ``grams``, and return it."""
        self.ensure_one()
        correction = self.create(
            {
                "lot_id": self.lot_id.id,
                "company_id": self.company_id.id,
                "kind": "correct",
                "state": "posted",
                "user_id": self.user_id.id,
                "device_id": self.device_id.id,
                "happened_on": self._get_correction_time(),
                "reason": self.env._("More on it than the books said")
                if grams > 0
                else self.env._("Less on it than the books said"),
                **values,
            }
        )
        correction._post_change(grams)
        return correction

    def _get_correction_time(self):
        """Return where a correction of this entry stands in the story.

        That is at the statement it restores; or else just before this entry, which
        found more on the spool than there was.
        """
        self.ensure_one()
        statement = self.search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("kind", "in", STATEMENTS),
                ("state", "=", "posted"),
                ("undone_by_id", "=", False),
                ("happened_on", ">", self.happened_on),
            ],
            order="happened_on, id",
            limit=1,
        )
        return statement.happened_on or self.happened_on - timedelta(seconds=1)

    def _post_change(self, grams):
        """Post the stock moves that bring grams on this spool, or take them off."""
        self.ensure_one()
        if self.product_id.uom_id.is_zero(grams):
            return
        entry = self.with_context(print3d_spool_entries=((self.lot_id.id, self.id),))
        if self.kind == "scrap":
            entry._post_scrap(-grams)
        else:
            moves = entry.env["stock.move"].create(
                [entry._prepare_move_vals(*part) for part in entry._split(grams)]
            )
            moves._action_done()

    def _split(self, grams):
        """Return from where to where how much goes: what lies in one place first.

        :rtype: list of (grams, stock.location, stock.location)
        """
        self.ensure_one()
        lot = self.lot_id
        if grams > 0:
            place = lot._get_spool_place()
            return [(grams, self._get_counterpart(), place)]
        parts, left, uom = [], -grams, self.product_id.uom_id
        for quant in lot._get_stock_quants().sorted("quantity", reverse=True):
            part = min(left, quant.quantity)
            if uom.compare(part, 0) > 0:
                parts.append((part, quant.location_id, self._get_counterpart()))
                left = uom.round(left - part)
        if uom.compare(left, 0) > 0:
            parts.append((left, lot._get_spool_place(), self._get_counterpart()))
        return parts

    def _get_counterpart(self):
        """Return the virtual place (stock.location) on the other side of a change."""
        self.ensure_one()
        product = self.product_id
        if self.kind == "use":
            return product.property_stock_production
        return product.property_stock_inventory

    def _prepare_move_vals(self, grams, source, dest):
        """Hook: return the values of a stock move of this entry."""
        self.ensure_one()
        product = self.product_id
        common = {
            "product_id": product.id,
            "company_id": self.company_id.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
        }
        return {
            **common,
            "product_uom": product.uom_id.id,
            "product_uom_qty": grams,
            "state": "confirmed",
            "is_inventory": True,
            "inventory_name": self._get_title(),
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "product_uom_id": product.uom_id.id,
                        "quantity": grams,
                        "lot_id": self.lot_id.id,
                    }
                )
            ],
        }

    def _get_title(self):
        """Return what this entry is called in the list of stock moves."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return ": ".join(filter(None, [kinds[self.kind], self.reason]))

    def _post_scrap(self, grams):
        self.ensure_one()
        for part, source, _dest in self._split(-grams):
            scrap = self.env["stock.scrap"].create(
                self._prepare_scrap_vals(part, source)
            )
            scrap.do_scrap()

    def _prepare_scrap_vals(self, grams, place):
        """Hook: return the values of the scrap (stock.scrap) of this entry."""
        self.ensure_one()
        tags = self.env["stock.scrap.reason.tag"]
        if self.reason:
            tags = tags.search([("name", "=", self.reason)], limit=1)
        return {
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "lot_id": self.lot_id.id,
            "location_id": place.id,
            "scrap_qty": grams,
            "origin": self.reason,
            "scrap_reason_tag_ids": [Command.set(tags.ids)],
        }
