from odoo import api, fields, models

from ..scheduling.batching import Task, count_changes, group_tasks
from .print3d_run import RUNNING, WAITING


class Print3dRunBatching(models.Model):
    """Bringing together what is printed with the same filament and nozzle."""

    _inherit = "print3d.run"

    def action_batch_dialog(self):
        """Show how many changes of spools and nozzles another order would save.

        Of the printers of these runs, or of all when there are none.
        """
        self.env["print3d.run"].check_access("write")
        company = self.company_id[:1] or self.env.company
        batches = self._get_batches(company, self.workcenter_id)
        wizard = self.env["print3d.run.batch"].create(
            {
                "company_id": company.id,
                "workcenter_ids": [fields.Command.set(self.workcenter_id.ids)],
                "line_ids": [
                    fields.Command.create(
                        {
                            "workcenter_id": batch["printer"].id,
                            "run_count": len(batch["runs"]),
                            "changes_before": batch["before"],
                            "changes_after": batch["after"],
                        }
                    )
                    for batch in batches
                    if batch["after"] < batch["before"]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Group by Material"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    @api.model
    def _get_batches(self, company, printers=None):
        """Return the order of each queue that needs the fewest changes.

        The number of queries does not depend on how many runs wait.

        :param company: res.company
        :param printers: only of these printers (mrp.workcenter)
        :return: dicts of ``printer`` (empty for the runs without one), ``runs`` in
            their new order, ``before`` and ``after``: the changes
        :rtype: list[dict]
        """
        domain = [("company_id", "=", company.id), ("state", "in", WAITING)]
        domain += [("is_held", "=", False)]
        if printers:
            domain += [("workcenter_id", "in", printers.ids)]
        runs = self.search(domain)
        needs = self._get_batch_needs(runs)
        loaded = self._get_loaded_filaments(runs.workcenter_id)
        now = fields.Datetime.now()
        busy = {
            run.workcenter_id: run.date_eta or now
            for run in self.search(
                [
                    ("workcenter_id", "in", runs.workcenter_id.ids),
                    ("state", "in", RUNNING),
                ]
            )
        }
        # At once: what is grouped by printers is read one printer at a time otherwise.
        runs.mapped("time_s")
        setups = {
            printer: (len(printer.slot_ids), printer.nozzle_diameter)
            for printer in runs.workcenter_id
        }
        batches = []
        for printer, queue in runs.grouped("workcenter_id").items():
            begin = max(busy.get(printer, now), now)
            tasks = [
                Task(
                    run.id,
                    *needs[run.plate_id.id],
                    run.time_s,
                    (run.due_date - begin).total_seconds() if run.due_date else None,
                    run.queue_rank < 2 or run.is_pinned,
                )
                for run in queue
            ]
            slots, nozzle = setups.get(printer, (1, 0.0))
            start = (slots or 1, loaded.get(printer.id, ()), nozzle)
            ordered = group_tasks(tasks, *start)
            batches.append(
                {
                    "printer": printer,
                    "runs": self.browse([task.id for task in ordered]),
                    "before": count_changes(tasks, *start),
                    "after": count_changes(ordered, *start),
                }
            )
        return batches

    @api.model
    def _get_batch_needs(self, runs):
        """Return {plate id: (filaments, nozzle in mm)} of these runs."""
        requirements = runs.plate_id._get_requirements()
        return {
            plate.id: (
                frozenset(
                    line.product_id.id or (line.filament_type, line.colour)
                    for line in plate.filament_ids
                    if line.grams > 0
                ),
                requirements[plate.id].nozzle_mm if plate.id in requirements else 0.0,
            )
            for plate in runs.plate_id
        }

    @api.model
    def _get_loaded_filaments(self, printers):
        """Return the filaments in the slots of these printers, {printer id: ids}."""
        loaded = {}
        for slot, product in self.env["stock.quant"]._read_group(
            [
                ("location_id.workcenter_id", "in", printers.ids),
                ("location_id.print3d_kind", "=", "slot"),
                ("quantity", ">", 0),
            ],
            ["location_id", "product_id"],
            order="location_id, product_id",
        ):
            loaded.setdefault(slot.workcenter_id.id, []).append(product.id)
        return loaded

    @api.model
    def _group_by_material(self, company, printers=None):
        """Put each queue into the order that needs the fewest changes.

        :return: print3d.queue.change
        """
        numbers, saved = {}, 0
        runs = self.browse()
        for batch in self._get_batches(company, printers):
            if batch["after"] >= batch["before"]:
                continue
            saved += batch["before"] - batch["after"]
            ordered = batch["runs"]
            runs |= ordered
            # Numbers count only among runs of one rank.
            for same in ordered.grouped("queue_rank").values():
                rising = sorted(same.mapped("sequence"))
                for index in range(1, len(rising)):
                    rising[index] = max(rising[index], rising[index - 1] + 1)
                numbers.update(zip(same.ids, rising, strict=True))
        return runs._change_queue(
            lambda moved: moved._write_numbers(
                {
                    run.id: numbers[run.id]
                    for run in moved
                    if run.sequence != numbers[run.id]
                }
            ),
            lambda moved: self.env._(
                "Grouped by material: %(count)s changes less", count=saved
            ),
        )
