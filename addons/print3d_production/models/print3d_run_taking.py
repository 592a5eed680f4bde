from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError


class Print3dRunTaking(models.Model):
    """What an end takes: grams off the spools, and machine time."""

    _inherit = "print3d.run"

    # === HOW MUCH === #

    def _get_used_grams(self, percent, used_g=None, purge_g=None):
        """Return which spool gave how much.

        What a file states of a tool counts its purges, its wipe tower and its
        supports already. So purged grams that are told are added to it only where
        nobody told what was used in all.

        :param float percent: how far the print came
        :param dict used_g: see :meth:`_do_end`
        :param dict purge_g: see :meth:`_do_end`
        :return: pairs of (print3d.run.spool, grams), rounded as grams are stocked
        :rtype: list[tuple]
        """
        self.ensure_one()
        used_g = {int(tool): grams for tool, grams in (used_g or {}).items()}
        purged = self._get_purged(purge_g)
        self._check_tools({*used_g, *purged})
        used = []
        for tool, spools in self.spool_ids.grouped("tool").items():
            told = used_g.get(tool)
            if told is None:
                planned = sum(spools.mapped("planned_g"))
                share = self._get_used_share(spools.plate_filament_id[:1], percent)
                grams = planned * share + purged.get(tool, 0.0)
                used += self._spread_grams(spools, grams)
            elif isinstance(told, int | float):
                used += self._spread_grams(spools, told)
            else:
                used += [
                    (self._get_run_spool(tool, spools, lot), grams)
                    for lot, grams in told
                ]
        if any(grams < 0 for _spool, grams in used):
            raise UserError(
                self.env._("A print cannot use less than 0 g. Correct the grams used.")
            )
        return [
            (spool, spool.product_id.uom_id.round(grams))
            for spool, grams in used
            if not spool.product_id.uom_id.is_zero(grams)
        ]

    def _get_purged(self, purge_g):
        """Return {tool: grams} purged beside the print."""
        purged = {int(tool): grams for tool, grams in (purge_g or {}).items()}
        if any(grams < 0 for grams in purged.values()):
            raise UserError(
                self.env._("A printer cannot purge less than 0 g. Correct the grams.")
            )
        return purged

    def _check_tools(self, tools):
        """Refuse grams of tools this run does not have."""
        known = sorted(set(self.spool_ids.mapped("tool")))
        unknown = sorted(tools - set(known))
        if unknown:
            raise UserError(
                self.env._(
                    "%(run)s has no tool %(tools)s. Its tools are %(known)s.",
                    run=self.name,
                    tools=", ".join(map(str, unknown)),
                    known=", ".join(map(str, known)),
                )
            )

    def _get_used_share(self, need, percent):
        """Hook: return which share of a tool's grams is used so far into the print.

        :param need: what the plate wants of the tool (print3d.plate.filament)
        :param float percent: how far the print came
        :rtype: float
        """
        return percent / 100.0

    @api.model
    def _spread_grams(self, spools, grams):
        """Spread the grams of a tool over its spools, in the order of their use.

        What goes beyond the plan came from the last one.
        """
        used, left = [], grams
        for spool in spools:
            part = left if spool == spools[-1] else min(spool.planned_g, left)
            used.append((spool, part))
            left -= part
        return used

    def _get_run_spool(self, tool, spools, lot):
        """Return the line of a spool, added when it was changed during the print."""
        self.ensure_one()
        lot = self._browse_spools(lot)
        known = spools.filtered(lambda spool: spool.lot_id == lot)
        if known:
            return known[0]
        wanted = spools.plate_filament_id.product_id.material_id
        if wanted and lot.material_id != wanted:
            raise UserError(
                self.env._(
                    "Tool %(tool)s printed %(wanted)s, but spool %(spool)s is "
                    "%(found)s. Correct the spool.",
                    tool=tool,
                    wanted=wanted.name,
                    spool=lot.name,
                    found=lot.material_id.name,
                )
            )
        return self.env["print3d.run.spool"].create(
            {
                "run_id": self.id,
                "tool": tool,
                "plate_filament_id": spools[:1].plate_filament_id.id,
                "lot_id": lot.id,
                "location_id": lot._get_stock_place().id,
            }
        )

    def _check_recovered(self, recovered_g, used):
        """Return which grams that were counted as used went back on which spool.

        Of a tool with several spools they went on the last one first: it was in the
        printer at the end.

        :param dict recovered_g: see :meth:`_do_end`
        :param list used: see :meth:`_get_used_grams`
        :rtype: dict
        """
        self.ensure_one()
        told = {int(tool): grams for tool, grams in (recovered_g or {}).items()}
        self._check_tools(set(told))
        recovered = {}
        for tool, grams in told.items():
            spools = [(spool, part) for spool, part in used if spool.tool == tool]
            if isinstance(grams, int | float):
                parts, left = [], grams
                for spool, part in reversed(spools):
                    parts.append((spool, min(left, part)))
                    left -= parts[-1][1]
                excess = left
            else:
                of_lot = {spool.lot_id: (spool, part) for spool, part in spools}
                parts, excess = [], 0.0
                for lot, back in grams:
                    spool, part = of_lot.get(self._browse_spools(lot), (None, 0.0))
                    excess = max(excess, back - part)
                    if spool:
                        parts.append((spool, back))
            if excess > 0.005 or any(part < 0 for _spool, part in parts):
                raise UserError(
                    self.env._(
                        "Tool %(tool)s used %(used)s g, so that no more than that can "
                        "have gone back on its spool. Correct the grams.",
                        tool=tool,
                        used=f"{sum(part for _spool, part in spools):.2f}",
                    )
                )
            for spool, part in parts:
                recovered[spool] = spool.product_id.uom_id.round(part)
        return {spool: grams for spool, grams in recovered.items() if grams}

    # === FOR WHOM === #

    def _get_shares(self):
        """Return which share of the plate each line has; together they are 1."""
        self.ensure_one()
        total = sum(self.line_ids.mapped("quantity"))
        return {line: line.quantity / total for line in self.line_ids}

    def _split_by_lines(self, spool, grams):
        """Split grams over the orders of the plate, to the last hundredth."""
        uom = spool.product_id.uom_id
        left, parts = grams, []
        shares = self._get_shares()
        for line, share in shares.items():
            part = left if line == list(shares)[-1] else uom.round(grams * share)
            parts.append((line, part, share))
            left = uom.round(left - part)
        return parts

    # === OFF THE SPOOLS === #

    def _take_filament(self, used, recovered, pieces, outcome, cause=None):
        """Take the grams off their spools: good pieces use them, the rest is scrapped.

        :param list used: see :meth:`_get_used_grams`
        :param dict recovered: see :meth:`_check_recovered`
        :param dict pieces: {line: good pieces}
        :param str outcome: how the run ends
        :param cause: why something is bad (print3d.failure.cause)
        :return: {print3d.run.spool: grams that left it}
        :rtype: dict
        """
        self.ensure_one()
        uses, scraps, taken = [], [], {}
        for spool, told in used:
            uom = spool.product_id.uom_id
            grams = uom.round(told - recovered.get(spool, 0.0))
            taken[spool] = grams
            place, surplus = spool._ensure_stock(grams)
            there = grams - surplus
            for target, line, part in self._split_by_pieces(spool, grams, pieces):
                # What was found on it first accounts for what goes beyond the books.
                found = uom.round(max(0.0, part - max(there, 0.0)))
                there -= part
                rows = uses if target == "use" else scraps
                rows.append((line, spool, part, place, found))
        planned = self._reduce_planned() if outcome == "done" else None
        self._post_uses(uses)
        self._post_scraps(scraps, cause)
        if planned:
            planned.filtered("product_uom_qty")._action_assign()
        return taken

    def _split_by_pieces(self, spool, grams, pieces):
        """Split grams of a spool over the orders, and each order's over good and bad.

        :return: (``use`` or ``scrap``, print3d.run.line, grams), uses first
        :rtype: list[tuple]
        """
        uom = spool.product_id.uom_id
        rows = []
        for line, part, _share in self._split_by_lines(spool, grams):
            good = uom.round(part * pieces[line] / line.quantity)
            rows += [("use", line, good), ("scrap", line, uom.round(part - good))]
        return sorted(
            (row for row in rows if not uom.is_zero(row[2])),
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
