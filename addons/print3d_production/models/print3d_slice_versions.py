from odoo import api, models
from odoo.exceptions import UserError

from .mrp_production import OPEN
from .print3d_run import ENDED, RUNNING


class Print3dSlice(models.Model):
    """Prints of the versions, and what a roll-back does to the bill of materials."""

    _inherit = "print3d.slice"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_printed(self):
        self.plate_ids._unlink_except_printed()

    def _get_print_stats(self):
        """Count the runs that started, and how they ended."""
        stats = super()._get_print_stats()
        counts = {}
        for version, state, count in self.env["print3d.run"]._read_group(
            [
                ("slice_id", "in", self.ids),
                ("state", "in", [*RUNNING, *ENDED]),
                ("date_start", "!=", False),
            ],
            ["slice_id", "state"],
            ["__count"],
        ):
            counts.setdefault(version.id, {})[state] = count
        for version in self:
            mine = counts.get(version.id, {})
            ended = mine.get("done", 0) + mine.get("failed", 0)
            stats[version.id] = {
                "prints": sum(mine.values()),
                "ended": ended,
                "good": mine.get("done", 0),
                "success": mine.get("done", 0) / ended if ended else None,
            }
        return stats

    def _get_activation_changes(self):
        """Say what the bill of materials will take, and what it keeps."""
        changes = super()._get_activation_changes()
        product = self.product_id
        bom = product._get_print_bom().sudo()
        before = {}
        for line in bom.bom_line_ids.filtered("print3d_plate_id"):
            grams = line.product_qty / (bom.product_qty or 1.0)
            before[line.product_id] = before.get(line.product_id, 0.0) + grams
        after = {}
        for plate in self.plate_ids:
            for line in plate.filament_ids.filtered(lambda line: line.grams > 0):
                key = line.product_id
                after[key] = after.get(key, 0.0) + line.grams / plate.copies
        filaments = self.env["product.product"].union(*before, *after)
        orders = (
            self.env["mrp.production"]
            .sudo()
            .search(
                [
                    ("product_id", "=", product.id),
                    ("company_id", "=", self.env.company.id),
                    ("state", "in", OPEN),
                    ("workorder_ids.plate_id.slice_id", "!=", self.id),
                    ("workorder_ids.plate_id", "!=", False),
                ]
            )
        )
        return {
            **changes,
            "materials": [
                {
                    "label": filament.display_name or self.env._("not matched"),
                    "old": round(before.get(filament, 0.0), 2),
                    "new": round(after.get(filament, 0.0), 2),
                }
                for filament in filaments
            ],
            "kept": len(
                bom.bom_line_ids.filtered(lambda line: not line.print3d_plate_id)
            ),
            "orders": orders.mapped("name"),
        }


class Print3dPlate(models.Model):
    _inherit = "print3d.plate"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_printed(self):
        """Keep what was printed, be it of a draft or of an archived variant.

        :raises UserError: a run printed a plate
        """
        run = (
            self.env["print3d.run"]
            .sudo()
            .search([("plate_id", "in", self.ids)], limit=1)
        )
        if run:
            raise UserError(
                self.env._(
                    "%(version)s was printed (%(run)s), so it stays with its file: "
                    "people look up what was printed. Retire it instead.",
                    version=run.slice_id.display_name,
                    run=run.name,
                )
            )
