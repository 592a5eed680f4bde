from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..scheduling import EPSILON, fill
from .print3d_run import ENDED, RUNNING, WAITING


class Print3dRunStart(models.Model):
    """Starting a run: which spool feeds which tool, and where it hangs."""

    _inherit = "print3d.run"

    # === ACTIONS === #

    def action_start(self, mapping=None):
        """Start the run with a map of tools to spools, or ask for one.

        :param dict mapping: {tool: spool id or ids}
        """
        self.ensure_one()
        if mapping is not None:
            self._do_start(mapping)
            return True
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start %(run)s", run=self.name),
            "res_model": "print3d.run.start",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_run_id": self.id, "dialog_size": "medium"},
        }

    # === BUSINESS === #

    def _propose_spools(self, printer=None):
        """Propose the spools of each tool: what is loaded first, then by colour.

        :param printer: a printer (mrp.workcenter) instead of the run's own
        :return: {tool: spools (stock.lot) in the order in which they are used}
        :rtype: dict
        """
        self.ensure_one()
        printer = printer or self.workcenter_id
        proposal, promised = {}, {}
        for line in self._get_needs():
            choices = [
                (choice["lot"], choice["grams"] - promised.get(choice["lot"], 0.0))
                for choice in self._get_spool_choices(line, printer)
                if choice["lot"] not in promised
            ]
            taken, missing = fill(line.grams, choices)
            # Better an empty proposal than one that cannot be started.
            lots = self.env["stock.lot"]
            if not missing:
                for lot, grams in taken:
                    promised[lot] = promised.get(lot, 0.0) + grams
                    lots |= lot
            proposal[line.tool] = lots
        return proposal

    def _get_spool_choices(self, line, printer):
        """Return the spools a tool can be fed from, the best first.

        Only spools of the wanted material are there; those that last alone come
        first, then what hangs in the printer, then the nearest colour, then the spool
        nearest to its end.

        What is reserved for this run comes before all, and what is reserved for
        others is not there.

        :param line: the tool's need (print3d.plate.filament)
        :param printer: where it is printed (mrp.workcenter), may be empty
        :return: dicts with ``lot``, ``place``, ``grams`` promised to nobody else,
            ``reserved`` for this run, ``loaded`` in this printer, ``elsewhere``,
            ``distance``
        :rtype: list[dict]
        """
        self.ensure_one()
        company = self.company_id
        farm = self._get_farm(company)
        planned = self._get_planned_grams()
        own = self._get_own_reservations()[0].get(self.id, {})
        wanted = line.product_id
        lots = self.env["stock.lot"].sudo().browse([item.id for item in farm.spools])
        places = self.env["stock.location"].sudo().browse(set(farm.places.values()))
        places = {place.id: place for place in places}
        choices = []
        for spool, lot in zip(farm.spools, lots, strict=True):
            place = places[farm.places[spool.id]]
            if wanted and lot.material_id != wanted.material_id:
                continue
            grams = spool.grams + own.get(spool.id, 0.0)
            if spool.id in planned or grams <= EPSILON:
                continue
            choices.append(
                {
                    "lot": lot.with_env(self.env),
                    "place": place.with_env(self.env),
                    "grams": grams,
                    "reserved": spool.id in own,
                    "loaded": bool(printer) and spool.printer_id == printer.id,
                    "elsewhere": bool(spool.printer_id)
                    and spool.printer_id != printer.id,
                    "distance": 0.0
                    if lot.product_id == wanted
                    else wanted._get_colour_distance(lot.product_id),
                }
            )

        def key(choice):
            return (
                not choice["reserved"],
                choice["distance"] > 5.0,
                choice["grams"] < line.grams,
                not choice["loaded"],
                choice["elsewhere"],
                choice["distance"],
                choice["grams"] if choice["grams"] >= line.grams else -choice["grams"],
                choice["lot"].id,
            )

        return sorted(choices, key=key)

    @api.model
    def _get_planned_grams(self):
        """Return the grams that the prints now running will take, by spool id."""
        planned = {}
        for lot, grams in (
            self.env["print3d.run.spool"]
            .sudo()
            ._read_group(
                [("run_id.state", "in", RUNNING)], ["lot_id"], ["planned_g:sum"]
            )
        ):
            planned[lot.id] = grams
        return planned

    def _do_start(
        self,
        mapping=None,
        started_at=None,
        job_key=None,
        printer=None,
        unload=False,
        source=None,
    ):
        """Start the run: check everything, load what is not loaded, note the spools.

        :param dict mapping: {tool: spool, spools or ids}; the proposal when empty
        :param datetime started_at: when it began, now by default
        :param str job_key: how the printer names the job
        :param printer: the printer (mrp.workcenter) for a run that has none
        :param bool unload: take spools out of the slots when there is no free one
        :param str source: who tells: ``person``, ``printer`` or ``system``
        :return: whether anything changed; the same start told again changes nothing
        :rtype: bool
        :raises UserError: why it cannot start and what to do
        """
        self.ensure_one()
        self._lock()
        told = {"source": source, "at": started_at, "job_key": job_key}
        if job_key and self.job_key == job_key and self.state in RUNNING + ENDED:
            return self._keep_ignored("repeated", new="printing", **told)
        if self.state not in WAITING:
            # Told by the dict of moves in its own words.
            self._set_state("printing")
        printer = self._get_start_printer(printer, is_told=bool(job_key))
        tools = self._check_mapping(printer, mapping)
        if self.workcenter_id != printer:
            self.workcenter_id = printer
        if self.state == "draft":
            self._set_state("assigned")
        spools = self._load_spools(printer, tools, unload)
        self.spool_ids = [Command.clear()] + [Command.create(vals) for vals in spools]
        self._set_state(
            "printing",
            told=told,
            date_start=started_at or fields.Datetime.now(),
            job_key=job_key,
            progress=0.0,
        )
        self._start_workorders()
        return True

    def _check_mapping(self, printer, mapping):
        """Check that the chosen spools can print this plate here.

        :return: pairs of (print3d.plate.filament, [(spool, grams planned)])
        :rtype: list[tuple]
        :raises UserError: which tool is the matter and what to do
        """
        self.ensure_one()
        needs = self._get_needs()
        self._check_slots(printer)
        if not mapping:
            mapping = self._propose_spools(printer)
        mapping = {
            int(tool): self._browse_spools(lots) for tool, lots in mapping.items()
        }
        self._lock_spools(self.env["stock.lot"].union(*mapping.values()))
        tools, used = [], {}
        for line in needs:
            lots = mapping.get(line.tool) or self.env["stock.lot"]
            if not lots:
                raise UserError(self._get_no_spool_message(line))
            material = line.product_id.material_id
            printable = printer.material_ids
            if material and printable and material not in printable:
                raise UserError(
                    self.env._(
                        "%(printer)s does not print %(material)s. Choose another "
                        "printer, or add the material to it.",
                        printer=printer.display_name,
                        material=material.name,
                    )
                )
            for lot in lots:
                self._check_spool(line, lot, used)
                used[lot] = line.tool
            kept = lots._get_reserved_grams(document=self)
            taken, missing = fill(
                line.grams,
                [(lot, lot.remaining_g - kept.get(lot.id, 0.0)) for lot in lots],
            )
            if missing:
                raise UserError(self._get_short_message(line, lots, missing))
            tools.append((line, taken))
        return tools

    @api.model
    def _browse_spools(self, lots):
        """Return spools given as a record, an id or a list of either."""
        if isinstance(lots, models.BaseModel):
            return lots
        if isinstance(lots, int):
            lots = [lots]
        ids = [lot if isinstance(lot, int) else lot.id for lot in lots or ()]
        return self.env["stock.lot"].browse(ids).exists()

    @api.model
    def _lock_spools(self, lots):
        """Let nobody else start with these spools, or reserve them, until we are done.

        The rows are written, as reserving does it, so that PostgreSQL refuses the older
        view of the second one, who then sees what the first one took.
        """
        if lots:
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE stock_lot SET is_spool = is_spool
                     WHERE id IN (SELECT id FROM stock_lot WHERE id IN %s
                                   ORDER BY id FOR UPDATE)
                    """,
                    tuple(lots.ids),
                ),
                log_exceptions=False,
            )

    def _check_spool(self, line, lot, used):
        """Refuse a spool that cannot feed this tool."""
        self.ensure_one()
        names = {"spool": lot.name, "tool": line.tool}
        material = line.product_id.material_id
        if not lot.is_spool:
            raise UserError(
                self.env._("%(spool)s is not a spool of filament.", **names)
            )
        lot._check_not_quarantined()
        if material and lot.material_id != material:
            raise UserError(
                self.env._(
                    "Tool %(tool)s needs %(wanted)s and spool %(spool)s is %(found)s. "
                    "Choose a spool of %(wanted)s.",
                    wanted=material.name,
                    found=lot.material_id.name,
                    **names,
                )
            )
        if lot in used:
            raise UserError(
                self.env._(
                    "Spool %(spool)s cannot feed tool %(other)s and tool %(tool)s. "
                    "Choose another spool for one of them.",
                    other=used[lot],
                    **names,
                )
            )
        busy = (
            self.env["print3d.run.spool"]
            .sudo()
            .search(
                [
                    ("lot_id", "=", lot.id),
                    ("run_id.state", "in", RUNNING),
                    ("run_id", "!=", self.id),
                ],
                limit=1,
            )
            .run_id
        )
        if busy:
            raise UserError(
                self.env._(
                    "Spool %(spool)s is in use: %(printer)s is printing %(run)s with "
                    "it. Choose another one for tool %(tool)s.",
                    printer=busy.workcenter_id.display_name,
                    run=busy.name,
                    **names,
                )
            )

    def _get_no_spool_message(self, line):
        """Say which filament a tool lacks, and whether the shop has any."""
        self.ensure_one()
        found = self._get_spool_choices(line, self.workcenter_id)
        wanted = line.product_id.display_name or line.display_name
        total = sum(choice["grams"] for choice in found if choice["distance"] <= 5.0)
        if total < line.grams:
            return self.env._(
                "Tool %(tool)s needs %(grams)s g of %(filament)s and the shop has "
                "%(total)s g: %(missing)s g are missing. Receive or buy more, or "
                "choose a spool of another colour.",
                tool=line.tool,
                grams=f"{line.grams:.2f}",
                filament=wanted,
                total=f"{total:.2f}",
                missing=f"{line.grams - total:.2f}",
            )
        return self.env._(
            "Tool %(tool)s needs %(grams)s g of %(filament)s and no spool is chosen "
            "for it. Choose one.",
            tool=line.tool,
            grams=f"{line.grams:.2f}",
            filament=wanted,
        )

    def _get_short_message(self, line, lots, missing):
        """Say how many grams are missing on the chosen spools and what to do."""
        self.ensure_one()
        kept = lots._get_reserved_grams(document=self)
        if kept:
            lot = lots.filtered(lambda item: item.id in kept)[0]
            own = self.env["print3d.spool.reservation"]._find_for(self)
            return self.env._(
                "%(grams)s g of spool %(spool)s are reserved for %(documents)s, so "
                "that %(missing)s g are missing for tool %(tool)s. Release that "
                "reservation, or choose another spool.",
                grams=f"{kept[lot.id]:.2f}",
                spool=lot.name,
                documents=lot._get_reserved_for(without=own),
                missing=f"{missing:.2f}",
                tool=line.tool,
            )
        follower = next(
            (
                choice
                for choice in self._get_spool_choices(line, self.workcenter_id)
                if choice["lot"] not in lots and choice["grams"] >= missing
            ),
            None,
        )
        if follower:
            return self.env._(
                "%(spools)s: tool %(tool)s needs %(grams)s g and there are %(left)s g "
                "on it, so that %(missing)s g are missing. Choose a fuller spool, or "
                "plan to go on with %(follower)s from %(place)s.",
                spools=", ".join(lots.mapped("name")),
                tool=line.tool,
                grams=f"{line.grams:.2f}",
                left=f"{line.grams - missing:.2f}",
                missing=f"{missing:.2f}",
                follower=follower["lot"].name,
                place=follower["place"]._get_place_name(),
            )
        return self.env._(
            "%(spools)s: tool %(tool)s needs %(grams)s g and there are %(left)s g on "
            "it, so that %(missing)s g are missing. Choose a fuller spool, or a second "
            "one to go on with when the first is empty.",
            spools=", ".join(lots.mapped("name")),
            tool=line.tool,
            grams=f"{line.grams:.2f}",
            left=f"{line.grams - missing:.2f}",
            missing=f"{missing:.2f}",
        )

    def _load_spools(self, printer, tools, unload):
        """Move the spools into slots of the printer and return what to note of them.

        The first spool of a tool has to hang in a slot. A further one goes into a slot
        when there is a free one; otherwise it stays where it is until it is needed.
        """
        self.ensure_one()
        chosen = self.env["stock.lot"].union(
            *(lot for _line, taken in tools for lot, _grams in taken)
        )
        slots = printer.slot_ids
        loaded = {slot: slot.spool_id for slot in slots}
        place = {lot: slot for slot, lot in loaded.items() if lot}
        free = [slot for slot in slots if not loaded[slot]]
        spare = [slot for slot in slots if loaded[slot] and loaded[slot] not in chosen]
        # What is empty comes out before what can still be used.
        spare.sort(key=lambda slot: loaded[slot].remaining_g > EPSILON)
        firsts = [taken[0][0] for _line, taken in tools]
        others = [lot for lot in chosen if lot not in firsts]
        for lot in firsts + others:
            if lot in place:
                continue
            if not free and lot in firsts:
                if not unload or not spare:
                    raise UserError(self._get_no_slot_message(printer, lot, loaded))
                slot = spare.pop(0)
                loaded[slot].action_unload()
                free.append(slot)
            if free:
                slot = free.pop(0)
                lot.action_load(slot)
                place[lot] = slot
        return [
            {
                "tool": line.tool,
                "plate_filament_id": line.id,
                "lot_id": lot.id,
                "location_id": (place.get(lot) or lot._get_stock_place()).id,
                "planned_g": lot.product_id.uom_id.round(grams),
            }
            for line, taken in tools
            for lot, grams in taken
        ]

    def _get_no_slot_message(self, printer, lot, loaded):
        """Say that every slot is taken, and by what."""
        self.ensure_one()
        return self.env._(
            "%(printer)s has no free slot for spool %(spool)s. Loaded are: %(loaded)s. "
            "Unload one of them first.",
            printer=printer.display_name,
            spool=lot.name,
            loaded=", ".join(
                f"{slot.name}: {spool.name} ({spool.product_id.display_name})"
                for slot, spool in loaded.items()
                if spool
            ),
        )

    def _start_workorders(self):
        """Show the work orders of this run as being worked on."""
        workorders = self.line_ids.workorder_id.filtered(
            lambda workorder: workorder.state in ("blocked", "ready")
        )
        # Core's own start opens a timer for the person; here the machine is timed.
        workorders.write({"state": "progress"})
