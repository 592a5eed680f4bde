from odoo import fields, models
from odoo.tools import format_date

from .print3d_run import ENDED, WAITING


class Print3dRun(models.Model):
    """The job packet: the paper that goes with a print."""

    _name = "print3d.run"
    _inherit = ["print3d.run", "print3d.label.mixin"]

    _label_kind = "job"
    _label_letter = "j"
    _label_scope = "print3d-job-label"

    def _get_desk_path(self):
        self.ensure_one()
        return f"/odoo/print3d-prints/{self.id}"

    def _prepare_label_vals(self):
        """Hook: return what is printed on the packet of each run."""
        values = []
        for run in self:
            due = run.due_date and format_date(
                self.env, fields.Datetime.context_timestamp(self, run.due_date).date()
            )
            quantity = f"{run.quantity:g}"
            pieces = (
                self.env._("1 piece")
                if quantity == "1"
                else self.env._("%(count)s pieces", count=quantity)
            )
            values.append(
                {
                    "name": run.name,
                    "url": run._get_label_url(),
                    "lines": self._get_label_lines(
                        ("strong", run.product_id.display_name),
                        (
                            "strong",
                            run.priority == "1"
                            and run.state not in ENDED
                            and self.env._("Urgent"),
                        ),
                        (
                            "plain",
                            " · ".join(filter(None, (pieces, run._get_label_plate()))),
                        ),
                        ("plain", due and self.env._("Due %(date)s", date=due)),
                        *(("plain", line) for line in run._get_label_orders()),
                        ("plain", run.workcenter_id.name),
                        *(("plain", line) for line in run._get_label_spools()),
                    ),
                }
            )
        return values

    def _get_label_plate(self):
        """Return which plate of its file a run prints."""
        self.ensure_one()
        plate, count = self.plate_id, self.slice_id.plate_count
        number = count > 1 and self.env._(
            "Plate %(index)s of %(count)s", index=plate.index, count=count
        )
        return " · ".join(filter(None, (number, plate.name)))

    def _get_label_orders(self):
        """Hook: return the lines that say what a run is printed for."""
        self.ensure_one()
        return [", ".join(self.production_ids.mapped("name"))]

    def _get_label_spools(self):
        """Return a line for each tool: its spool, or what it wants when none is chosen.

        Of a run that waits the spools are those that would be proposed for it now.
        """
        self.ensure_one()
        chosen = {}
        for line in self.spool_ids:
            chosen.setdefault(line.tool, []).append(line.lot_id)
        if not chosen and self.state in WAITING:
            chosen = self._propose_spools()
        needs = self._get_needs()
        lines = []
        for need in needs:
            filament = need.product_id.display_name or need.filament_type or ""
            spools = ", ".join(lot.name for lot in chosen.get(need.tool, []))
            lines.append(
                " · ".join(
                    filter(
                        None,
                        (
                            len(needs) > 1
                            and self.env._("Tool %(number)s", number=need.tool),
                            spools,
                            filament,
                            self.env._("%(grams)s g", grams=f"{need.grams:.0f}"),
                        ),
                    )
                )
            )
        return lines
