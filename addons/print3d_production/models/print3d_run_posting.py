from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError


class Print3dRunPosting(models.Model):
    """What an end writes into the books: grams off the spools, and machine time."""

    _inherit = "print3d.run"

    # === OFF THE SPOOLS === #

    def _take_filament(self, used, recovered, pieces, outcome, end):
        """Take the grams off their spools: good pieces use them, the rest is scrapped.

        What a spool had given before it was weighed is taken as of then, see
        :meth:`_get_given`.

        :param list used: see :meth:`_get_used_grams`
        :param dict recovered: see :meth:`_check_recovered`
        :param dict pieces: {line: good pieces}
        :param str outcome: how the run ends
        :param dict end: ``at`` (datetime), ``given`` (see :meth:`_get_given`) and
            ``cause``, why something is bad (print3d.failure.cause)
        :return: {print3d.run.spool: grams that left it}
        :rtype: dict
        """
        self.ensure_one()
        steps, taken = {}, {}
        for spool, told in used:
            grams = spool.product_id.uom_id.round(told - recovered.get(spool, 0.0))
            taken[spool] = grams
            rows = self._split_by_pieces(spool, grams, pieces)
            given = [
                # Just before it was weighed, so that the weighing outranks it.
                (moment - timedelta(seconds=1), min(gone / grams, 1.0))
                for moment, gone in end["given"].get(spool, ())
                if rows
            ]
            for moment, row in self._split_over_time(rows, [*given, (end["at"], 1.0)]):
                steps.setdefault(moment, []).append(row)
        planned = self._reduce_planned() if outcome == "done" else None
        for moment in sorted(steps):
            self.with_context(print3d_spool_happened_on=moment)._post_taking(
                steps[moment], end["cause"], is_weighed=moment < end["at"]
            )
        if planned:
            planned.filtered("product_uom_qty")._action_assign()
        return taken

    @api.model
    def _split_over_time(self, rows, shares):
        """Split grams over moments, to the hundredth.

        :param list rows: (target, line, spool, grams)
        :param list shares: (moment, share that is used by then), the last one is 1
        :return: pairs of (moment, row)
        :rtype: list[tuple]
        """
        parts = []
        for target, line, spool, grams in rows:
            uom, reached = spool.product_id.uom_id, 0.0
            for moment, share in shares:
                part = uom.round(uom.round(grams * share) - reached)
                if uom.compare(part, 0) > 0:
                    reached += part
                    parts.append((moment, (target, line, spool, part)))
        return parts

    def _post_taking(self, rows, cause, is_weighed):
        """Post what was used and scrapped at a moment, which the context tells.

        :param list rows: (``use`` or ``scrap``, line, print3d.run.spool, grams)
        :param cause: why something is bad (print3d.failure.cause)
        :param bool is_weighed: a weighing since then says what was left
        """
        posted = {"use": [], "scrap": []}
        rows = sorted(rows, key=lambda row: row[0] != "use")
        places = {}
        for _target, _line, spool, _grams in rows:
            lot = spool.lot_id
            if lot not in places:
                grams = sum(row[3] for row in rows if row[2].lot_id == lot)
                place, surplus = spool._ensure_stock(grams, is_weighed)
                places[lot] = [place, grams - surplus]
        for target, line, spool, grams in rows:
            place, there = places[spool.lot_id]
            # What was found on it first accounts for what goes beyond the books.
            found = spool.product_id.uom_id.round(max(0.0, grams - max(there, 0.0)))
            places[spool.lot_id][1] -= grams
            posted[target].append((line, spool, grams, place, found))
        self._post_uses(posted["use"])
        self._post_scraps(posted["scrap"], cause)

    def _split_by_pieces(self, spool, grams, pieces):
        """Split grams of a spool over the orders, and each order's over good and bad.

        :return: (``use`` or ``scrap``, print3d.run.line, print3d.run.spool, grams),
            uses first
        :rtype: list[tuple]
        """
        uom = spool.product_id.uom_id
        rows = []
        for line, part, _share in self._split_by_lines(spool, grams):
            good = uom.round(part * pieces[line] / line.quantity)
            rows += [
                ("use", line, spool, good),
                ("scrap", line, spool, uom.round(part - good)),
            ]
        return sorted(
            (row for row in rows if not uom.is_zero(row[3])),
            key=lambda row: row[0] != "use",
        )

    def _reduce_planned(self):
        """Take what this run was going to take off the open demand of its orders.

        By how much is kept: an end that is taken back plans it again.

        :return: the planned moves that changed (stock.move)
        """
        reduced = {}
        for line, share in self._get_shares().items():
            for spool in self.spool_ids:
                for move, grams in line._reduce_planned(spool, share).items():
                    reduced[move] = reduced.get(move, 0.0) + grams
        self.reduced_json = {str(move.id): grams for move, grams in reduced.items()}
        return self.env["stock.move"].union(*reduced)

    def _post_uses(self, rows):
        """Post the stock moves of the good pieces, now.

        :param list rows: (line, spool, grams, place, grams found on the spool)
        """
        moves, found = self.env["stock.move"], {}
        for line, spool, grams, place, surplus in rows:
            moves |= moves.create(line._prepare_consumption_vals(spool, grams, place))
            lot_id = spool.lot_id.id
            found[lot_id] = found.get(lot_id, 0.0) + surplus
        moves.with_context(print3d_spool_surplus=found)._action_done()

    def _post_scraps(self, rows, cause=None):
        """Scrap the grams of what came out bad, with the cause.

        :param list rows: (line, spool, grams, place, grams found on the spool)
        :param cause: print3d.failure.cause
        """
        for line, spool, grams, place, surplus in rows:
            scrap = self.env["stock.scrap"].create(
                line._prepare_scrap_vals(spool, grams, place, cause)
            )
            found = {spool.lot_id.id: surplus}
            scrap = scrap.with_context(print3d_spool_surplus=found)
            if scrap.action_validate() is not True:
                raise UserError(
                    self.env._(
                        "Spool %(spool)s has less than %(grams)s g left. Weigh it "
                        "and end the run again.",
                        spool=spool.lot_id.name,
                        grams=f"{grams:.2f}",
                    )
                )

    def _note_spools(self, used, recovered, purged):
        """Write down on the spools of the run what was told of each.

        :param list used: see :meth:`_get_used_grams`
        :param dict recovered: see :meth:`_check_recovered`
        :param dict purged: {tool: grams}
        """
        told = dict(used)
        for tool, spools in self.spool_ids.grouped("tool").items():
            for spool in spools:
                spool.write(
                    {
                        "told_g": told.get(spool, 0.0),
                        "recovered_g": recovered.get(spool, 0.0),
                        # Purged at the end, or at each change: noted with the last.
                        "purge_g": purged.get(tool, 0.0) if spool == spools[-1] else 0,
                    }
                )

    # === MACHINE TIME === #

    def _log_time(self, outcome, duration_s, pieces, ended_on):
        """Write the machine time to the work orders: each its share, bad pieces apart.

        :param str outcome: how the run ends
        :param int duration_s: seconds of machine time
        :param dict pieces: {line: good pieces}
        :param datetime ended_on: when the last of it was over
        """
        self.ensure_one()
        parts = []
        for line, share in self._get_shares().items():
            good = pieces[line] / line.quantity if outcome == "done" else 0.0
            parts += [
                (line, "productive", share * good),
                (line, "quality", share * (1 - good)),
            ]
        start = ended_on - timedelta(seconds=duration_s)
        logs, reached = [], 0.0
        for line, kind, share in parts:
            begin = round(duration_s * reached)
            reached += share
            end = round(duration_s * reached)
            if end > begin:
                logs.append(
                    {
                        "run_id": self.id,
                        "workorder_id": line.workorder_id.id,
                        "workcenter_id": self.workcenter_id.id,
                        "company_id": self.company_id.id,
                        "loss_id": self._get_loss(kind).id,
                        "description": self.name,
                        "date_start": start + timedelta(seconds=begin),
                        "date_end": start + timedelta(seconds=end),
                        "costs_hour": self.workcenter_id.costs_hour,
                    }
                )
        self.env["mrp.workcenter.productivity"].create(logs)

    @api.model
    def _get_loss(self, kind):
        """Return how manufacturing calls productive time, or time of bad pieces.

        :param str kind: ``productive`` or ``quality``
        :rtype: mrp.workcenter.productivity.loss
        """
        loss = self.env["mrp.workcenter.productivity.loss"]
        if kind == "quality":
            loss = self.env.ref("mrp.block_reason5", raise_if_not_found=False) or loss
        loss = loss or loss.search([("loss_type", "=", kind)], limit=1)
        if not loss:
            raise UserError(
                self.env._(
                    "Manufacturing has no time loss of the kind “%(kind)s”. Create one "
                    "under Manufacturing, Configuration, Productivity Losses.",
                    kind=kind,
                )
            )
        return loss
