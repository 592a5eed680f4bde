from dataclasses import dataclass, field
from functools import cached_property

from odoo import api, fields, models

from odoo.addons.print3d_inventory.models.print3d_spool_entry import STATEMENTS

from ..scheduling.feasibility import Job, Need, Printer, Receipt, Spool, walk
from .print3d_run import ACTIVE, RUNNING

# Where a transaction keeps the farms it has read; see `_get_farm`.
KEY = "print3d_farms"
PENDING = ("waiting", "confirmed", "partially_available", "assigned")


@dataclass
class Farm:
    """Queue, printers, spools and receipts of a company, as the walk wants them.

    Numbers only: it serves every user and language of a transaction. `places` has
    {spool id: id of its stock.location}, `weighed` the spools weighed during a print.
    """

    jobs: list = field(default_factory=list)
    printers: list = field(default_factory=list)
    spools: list = field(default_factory=list)
    receipts: list = field(default_factory=list)
    places: dict = field(default_factory=dict)

    @cached_property
    def walk(self):
        """The verdicts on all prints of the queue (`scheduling.feasibility.Walk`)."""
        return walk(self.jobs, self.printers, self.spools, self.receipts)

    @cached_property
    def closed(self):
        """{printer id: why nothing starts there now}, of those that are closed."""
        return {
            printer.id: printer.closed for printer in self.printers if printer.closed
        }

    @cached_property
    def busy(self):
        """The ids of the printers that print now."""
        return {printer.id for printer in self.printers if printer.busy}


class Print3dRunFarm(models.Model):
    """What the queue is walked with, read once in a transaction."""

    _inherit = "print3d.run"

    @api.model
    def _get_farm(self, company):
        """Return queue, printers, spools and receipts of a company.

        A transaction sees the database as it was when it began, and what it changed
        itself. So what it has read stays right until it changes something that matters:
        then `_forget_farms` is called, see `print3d_farm_watch.py`. Between
        transactions nothing is kept.

        :param company: the company (res.company)
        :rtype: Farm
        """
        farms = self.env.cr.cache.get(KEY)
        if farms is None or company.id not in farms:
            # What is still to be written would make us forget what we are reading.
            self.env.flush_all()
            farms = self.env.cr.cache.setdefault(KEY, {})
            farms[company.id] = self.sudo().with_company(company)._read_farm(company)
        return farms[company.id]

    @api.model
    def _forget_farms(self):
        """Have the queue walked anew the next time somebody asks."""
        if self.env.cr.cache.pop(KEY, None):
            self.env["print3d.run"].invalidate_model(
                self._get_walked_fields(), flush=False
            )

    @api.model
    def _get_walked_fields(self):
        """Hook: return the fields that follow from the walk along the queue."""
        return ["feasibility", "feasibility_note", "feasibility_json", "can_start"]

    @api.model
    def _read_farm(self, company):
        """Read a farm; the number of queries does not depend on its size."""
        runs = self.search([("company_id", "=", company.id), ("state", "in", ACTIVE)])
        spools, places = self._read_spools(company)
        receipts = self._read_receipts(company)
        stocked = {spool.product_id for spool in spools}
        stocked.update(receipt.product_id for receipt in receipts)
        return Farm(
            runs._read_jobs(stocked),
            self._read_printers(company, runs),
            spools,
            receipts,
            places,
        )

    # === PRINTERS === #

    @api.model
    def _read_printers(self, company, runs):
        """Return the printers, in their own order."""
        printers = self.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("company_id", "in", [company.id, False])]
        )
        capabilities = printers._get_capabilities()
        closed = printers._get_closed()
        busy = set(runs.filtered(lambda run: run.state in RUNNING).workcenter_id.ids)
        return [
            Printer(
                printer.id,
                capabilities[printer.id],
                closed.get(printer.id, ""),
                printer.id in busy,
            )
            for printer in printers
        ]

    # === SPOOLS === #

    @api.model
    def _read_spools(self, company):
        """Return the spools that may be used, and where they are.

        :return: list of Spool, and {spool id: id of its stock.location}
        """
        spools, places, slots = [], {}, {}
        reserved = self._get_reserved_by_spool(company)
        # The filament by the quant: thousands of spools are not read for it.
        for lot, place, product, grams in self.env["stock.quant"]._read_group(
            [
                ("company_id", "=", company.id),
                ("lot_id.is_spool", "=", True),
                ("lot_id.is_quarantined", "=", False),
                ("location_id.usage", "=", "internal"),
                ("location_id.is_off_site", "=", False),
                ("quantity", ">", 0),
            ],
            ["lot_id", "location_id", "product_id"],
            ["quantity:sum"],
            order="lot_id, location_id",
        ):
            if lot.id in places:
                continue
            places[lot.id] = place.id
            if place not in slots:
                slots[place] = place.workcenter_id.id or None, place.slot_number
            spools.append(
                Spool(
                    lot.id,
                    product.id,
                    grams - reserved.get(lot.id, 0.0),
                    *slots[place],
                )
            )
        return spools, places

    @api.model
    def _get_reserved_by_spool(self, company):
        """Return {spool id: grams reserved for whatever} of a company."""
        return {
            lot.id: grams
            for lot, grams in self.env["print3d.spool.reservation"]
            .sudo()
            ._read_group(
                [("state", "=", "active"), ("company_id", "=", company.id)],
                ["lot_id"],
                ["grams:sum"],
            )
        }

    @api.model
    def _read_receipts(self, company):
        """Return the filament on its way, at the dates its vendors promised."""
        moves = self.env["stock.move"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("product_id.is_filament", "=", True),
                ("state", "in", PENDING),
                ("location_id.usage", "!=", "internal"),
                ("location_dest_id.usage", "=", "internal"),
            ],
            ["product_id", "product_qty", "date", "purchase_line_id"],
            order="id",
        )
        return [
            Receipt(
                move.id,
                move.product_id.id,
                move.product_qty,
                # Moved when the vendor writes that it comes later; the move's is not.
                move.purchase_line_id.date_planned or move.date,
            )
            for move in moves
        ]

    # === RUNS === #

    def _read_jobs(self, stocked):
        """Return these runs as the walk wants them.

        :param set stocked: ids of the filaments there are, or that are on their way
        :rtype: list[Job]
        """
        filaments = self.plate_id.filament_ids
        products = filaments._get_interchangeable_products(stocked)
        requirements = self._get_requirements()
        picks = self.filtered(lambda run: run.state in RUNNING)._get_grams_to_take()
        kept, chosen = self._get_own_reservations()
        return [
            Job(
                run.id,
                [
                    Need(
                        line.tool,
                        line.grams,
                        tuple(products.get(line.product_id, ())),
                        tuple(chosen.get((run.id, line.tool), ())),
                    )
                    for line in run._get_needs()
                ],
                run.workcenter_id.id or None,
                picks.get(run.id),
                kept.get(run.id),
                requirements[run.id],
                # A draft is not queued yet, and what is held waits for a word.
                run.state != "draft" and not run.is_held,
                frozenset(run.allowed_codes or ()),
                run.planned_workcenter_id.id or None,
            )
            for run in self
        ]

    def _get_own_reservations(self):
        """Return what is reserved for these runs.

        :return: {run id: {spool id: grams}}, and {(run id, tool): [spool ids]}
        """
        kept, chosen = {}, {}
        for item in self.env["print3d.spool.reservation"]._find_for(self, ["active"]):
            spools = kept.setdefault(item.res_id, {})
            spools[item.lot_id.id] = spools.get(item.lot_id.id, 0.0) + item.grams
            chosen.setdefault((item.res_id, item.tool), []).append(item.lot_id.id)
        return kept, chosen

    def _get_needs(self):
        """Return the tools (print3d.plate.filament) that use filament on this plate."""
        self.ensure_one()
        return self.plate_id.filament_ids.filtered(lambda line: line.grams > 0)

    def _get_grams_to_take(self):
        """Return what runs that print will still take off the books of their spools.

        That is all they were given at the start: the books are written at the end. When
        a spool was weighed since, the books know of what was used until then, and only
        the rest will be taken.

        :return: {run id: {spool id: grams}}
        :rtype: dict
        """
        weighed = self._get_weighings()
        found = {}
        for run in self:
            grams = found[run.id] = {}
            for need, lines in run.spool_ids.grouped("plate_filament_id").items():
                planned = sum(lines.mapped("planned_g"))
                before = 0.0
                for line in lines:
                    lot_id = line.lot_id.id
                    rest = line.planned_g
                    moment = weighed.get((run.id, lot_id))
                    if moment:
                        percent = run._get_percent_at(moment)
                        used = planned * run._get_used_share(need, percent) - before
                        rest -= min(max(used, 0.0), rest)
                    before += line.planned_g
                    grams[lot_id] = grams.get(lot_id, 0.0) + rest
        return found

    def _get_weighings(self):
        """Return {(run id, spool id): when the spool was weighed or counted last}."""
        started = {run: run.date_start for run in self if run.date_start}
        if not started:
            return {}
        last = {
            lot.id: moment
            for lot, moment in self.env["print3d.spool.entry"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", self.spool_ids.lot_id.ids),
                    ("kind", "in", STATEMENTS),
                    ("state", "=", "posted"),
                    ("undone_by_id", "=", False),
                    ("happened_on", ">=", min(started.values())),
                ],
                ["lot_id"],
                ["happened_on:max"],
            )
        }
        return {
            (run.id, lot.id): last[lot.id]
            for run, start in started.items()
            for lot in run.spool_ids.lot_id
            if lot.id in last and last[lot.id] > start
        }

    def _get_percent_at(self, moment):
        """Return how far this print was at a moment, by how far it is now.

        :param datetime moment: between its start and now
        :rtype: float
        """
        self.ensure_one()
        gone = (fields.Datetime.now() - self.date_start).total_seconds()
        if gone <= 0:
            return 0.0
        share = (moment - self.date_start).total_seconds() / gone
        return self.progress_shown * min(max(share, 0.0), 1.0)
