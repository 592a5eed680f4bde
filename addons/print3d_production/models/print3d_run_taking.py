from odoo import api, models
from odoo.exceptions import UserError


class Print3dRunTaking(models.Model):
    """What an end takes: which spool gave how much, and for which order."""

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
        sums = {}
        for spool, grams in used:
            # One that was told twice fed the print twice.
            sums[spool] = sums.get(spool, 0.0) + grams
        return [
            (spool, spool.product_id.uom_id.round(grams))
            for spool, grams in sums.items()
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
