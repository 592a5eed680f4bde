from dataclasses import dataclass, field, replace
from functools import cached_property

from odoo import api, models

from ..scheduling.feasibility import Job, Need, Printer, Receipt, Spool, walk
from .print3d_run import ACTIVE, RUNNING

# Where a transaction keeps the farms it has read; see `_get_farm`.
KEY = "print3d_farms"
# What is read of a run.
QUEUED = (
    "id",
    "state",
    "plate_id",
    "workcenter_id",
    "planned_workcenter_id",
    "is_held",
    "allowed_codes",
)
PENDING = ("waiting", "confirmed", "partially_available", "assigned")


@dataclass
class Farm:
    """Queue, printers, spools and receipts of a company, as the walk wants them.

    Numbers only: it serves every user and language of a transaction. `places` has
    {spool id: id of its stock.location}.
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
        rows = self._read_queue(company)
        spools, places = self._read_spools(company)
        receipts = self._read_receipts(company)
        stocked = {spool.product_id for spool in spools}
        stocked.update(receipt.product_id for receipt in receipts)
        return Farm(
            self._prepare_jobs(rows, stocked),
            self._read_printers(company, rows),
            spools,
            receipts,
            places,
        )

    # === PRINTERS === #

    @api.model
    def _read_printers(self, company, rows):
        """Return the printers, in their own order.

        :param rows: what waits and what prints (`_read_queue`)
        """
        printers = self.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("company_id", "in", [company.id, False])]
        )
        capabilities = printers._get_capabilities()
        closed = printers._get_closed()
        busy = {row["workcenter_id"] for row in rows if row["state"] in RUNNING}
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

    @api.model
    def _read_queue(self, company):
        """Return what waits and what prints, in the order of the queue.

        :return: the columns of `QUEUED` by name; thousands of records would take long
        :rtype: list[dict]
        """
        query = self._search(
            [("company_id", "=", company.id), ("state", "in", ACTIVE)],
            order=self._order,
        )
        columns = [self._field_to_sql(query.table, name, query) for name in QUEUED]
        rows = self.env.execute_query(query.select(*columns))
        return [dict(zip(QUEUED, row, strict=True)) for row in rows]

    @api.model
    def _prepare_jobs(self, rows, stocked):
        """Return the runs of a queue as the walk wants them.

        :param rows: what waits and what prints (`_read_queue`)
        :param set stocked: ids of the filaments there are, or that are on their way
        :rtype: list[Job]
        """
        plates = self.env["print3d.plate"].browse({row["plate_id"] for row in rows})
        needs = self._prepare_needs(plates, stocked)
        requirements = plates._get_requirements()
        running = [row["id"] for row in rows if row["state"] in RUNNING]
        picks = self.browse(running)._get_grams_to_take()
        kept, chosen = self.browse(row["id"] for row in rows)._get_own_reservations()
        jobs = []
        for row in rows:
            number, plate = row["id"], row["plate_id"]
            spools = chosen.get(number)
            jobs.append(
                Job(
                    number,
                    [
                        replace(need, spool_ids=tuple(spools.get(need.tool, ())))
                        for need in needs[plate]
                    ]
                    if spools
                    else needs[plate],
                    row["workcenter_id"],
                    picks.get(number),
                    kept.get(number),
                    requirements[plate],
                    # A draft is not queued yet, and what is held waits for a word.
                    row["state"] != "draft" and not row["is_held"],
                    frozenset(row["allowed_codes"] or ()),
                    row["planned_workcenter_id"],
                )
            )
        return jobs

    @api.model
    def _prepare_needs(self, plates, stocked):
        """Return what plates take of filament as the walk wants it.

        :param plates: the plates (print3d.plate)
        :param set stocked: ids of the filaments there are, or that are on their way
        :return: {plate id: [Need]}
        :rtype: dict
        """
        products = plates.filament_ids._get_interchangeable_products(stocked)
        return {
            plate.id: [
                Need(line.tool, line.grams, tuple(products.get(line.product_id, ())))
                for line in plate.filament_ids
                if line.grams > 0
            ]
            for plate in plates
        }

    def _get_own_reservations(self):
        """Return what is reserved for these runs.

        :return: {run id: {spool id: grams}}, and {run id: {tool: [spool ids]}}
        """
        kept, chosen = {}, {}
        for item in self.env["print3d.spool.reservation"]._find_for(self, ["active"]):
            spools = kept.setdefault(item.res_id, {})
            spools[item.lot_id.id] = spools.get(item.lot_id.id, 0.0) + item.grams
            tools = chosen.setdefault(item.res_id, {})
            tools.setdefault(item.tool, []).append(item.lot_id.id)
        return kept, chosen

    def _get_needs(self):
        """Return the tools (print3d.plate.filament) that use filament on this plate."""
        self.ensure_one()
        return self.plate_id.filament_ids.filtered(lambda line: line.grams > 0)
