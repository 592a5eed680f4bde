from odoo import models

from .print3d_run import ENDED, RUNNING

# Grams are kept to the hundredth, kWh to the thousandth.
GRAM, KWH = 0.005, 0.0005


class Print3dRunChecking(models.Model):
    """Whether what runs say agrees with the stock, the time logs and the journal."""

    _inherit = "print3d.run"

    def _find_differences(self):
        """Compare these runs with the books, gram by gram and second by second.

        :return: sentences, each about a difference; empty when everything agrees
        :rtype: list[str]
        """
        self.env.flush_all()
        self.env.invalidate_all()
        found = []
        for run in self.sudo():
            for sentence in (
                *run._find_gram_differences(),
                *run._find_time_differences(),
                *run._find_piece_differences(),
                *run._find_journal_differences(),
            ):
                found.append(f"{run.name}: {sentence}")
        for spool in self.spool_ids.lot_id:
            found += self._find_spool_differences(spool)
        for production in self.line_ids.production_id:
            found += self._find_order_differences(production)
        return found + self._find_printer_differences()

    def _find_gram_differences(self):
        """Compare what each spool gave with its stock moves and its ledger."""
        self.ensure_one()
        moves = self.move_ids.filtered(lambda move: move.state == "done")
        if self.move_ids - moves:
            yield "a stock move of it is not done"
        if self.state not in ENDED and moves:
            yield f"{len(moves)} stock moves although it has not ended"
        taken = {}
        for line in moves.move_line_ids:
            taken[line.lot_id] = taken.get(line.lot_id, 0.0) + line.quantity
        for lot, spools in self.spool_ids.grouped("lot_id").items():
            told = sum(spools.mapped("told_g")) - sum(spools.mapped("recovered_g"))
            if abs(taken.pop(lot, 0.0) - told) > GRAM:
                yield f"{told:.2f} g of {lot.name} by its end, not so by its moves"
        if taken:
            yield f"moves of spools it did not have: {[lot.name for lot in taken]}"
        scrapped = moves.filtered("scrap_id")
        if len(scrapped.scrap_id) != len(self.scrap_ids) or any(
            scrap.state != "done" for scrap in self.scrap_ids
        ):
            yield "its scraps are not its scrapped moves"
        lost = sum(scrapped.mapped("quantity"))
        if abs(lost - self.scrapped_g) > GRAM:
            yield f"{self.scrapped_g:.2f} g lost by its figures, {lost:.2f} g scrapped"
        used = moves - scrapped
        if used.raw_material_production_id - self.line_ids.production_id:
            yield "it used filament for an order it did not print for"
        if any(not move.raw_material_production_id for move in used):
            yield "it used filament for no order"
        entries = moves.move_line_ids.spool_entry_id
        if any(not line.spool_entry_id for line in moves.move_line_ids):
            yield "a move of it is in no ledger"
        booked = -sum(entries.mapped("grams"))
        if abs(booked - sum(moves.mapped("quantity"))) > GRAM:
            yield f"{booked:.2f} g in the ledgers, not so by its moves"
        undone = self.undone_move_ids.filtered(lambda move: move.state == "done")
        came = undone.filtered("origin_returned_move_id")
        if (
            abs(sum(came.mapped("quantity")) * 2 - sum(undone.mapped("quantity")))
            > GRAM
        ):
            yield "what was taken back was not returned gram by gram"

    def _find_time_differences(self):
        """Compare the machine time with the time logs, and energy with its price."""
        self.ensure_one()
        logged = sum(
            (log.date_end - log.date_start).total_seconds() for log in self.time_ids
        )
        if round(logged) != self.duration_s:
            yield f"{self.duration_s} s of machine time, {logged:.0f} s in the logs"
        if self.time_ids.workorder_id - self.line_ids.workorder_id:
            yield "time of it is logged for an order it did not print for"
        if self.time_ids.workcenter_id - self.workcenter_id:
            yield "time of it is logged on another printer"
        if abs(self.energy_cost - self.energy_kwh * self.energy_price) > 0.01:
            yield "its energy does not cost its price"
        if (
            self.meter_end_kwh
            and self.energy_source == "meter"
            and (self.meter_end_kwh - self.meter_start_kwh - self.energy_kwh > KWH)
        ):
            yield "its meter counted more than it took"

    def _find_piece_differences(self):
        """Look whether all its pieces are good or bad, and those told of in time."""
        self.ensure_one()
        for line in self.line_ids:
            wanted = line.quantity if self.state in ENDED and self.date_start else 0.0
            if abs(line.good_qty + line.bad_qty - wanted) > 1e-6:
                yield f"{line.good_qty:g} good and {line.bad_qty:g} bad of {wanted:g}"
            if self.state != "done" and line.good_qty:
                yield f"{line.good_qty:g} good pieces of a print that is not done"
        if self.state in ENDED and self.date_start and not self.date_end:
            yield "it has ended at no time"
        if self.state in RUNNING and not self.date_start:
            yield "it is printing and never began"

    def _find_journal_differences(self):
        """Look whether the journal leads from its making to its state."""
        self.ensure_one()
        events = self.event_ids.filtered(
            lambda event: event.kind in ("created", "moved", "reopened")
        ).sorted("id")
        if not events or events[0].kind != "created":
            # Runs of before there was a journal.
            return
        reached = events[0].new_state
        for event in events[1:]:
            if event.old_state != reached:
                yield f"its journal leaps from {reached} to {event.old_state}"
            reached = event.new_state
        if reached != self.state:
            yield f"its journal ends with {reached}, and it is {self.state}"

    def _find_spool_differences(self, lot):
        """Compare a spool's stock with its ledger, and look that it is not below 0."""
        entries = self.env["print3d.spool.entry"].sudo()
        told = sum(
            entries.search([("lot_id", "=", lot.id), ("state", "=", "posted")]).mapped(
                "grams"
            )
        )
        stock = lot.sudo()._get_book_grams()
        if abs(told - stock) > GRAM:
            yield f"{lot.name}: {told:.2f} g in its ledger, {stock:.2f} g in stock"
        if stock < -GRAM:
            yield f"{lot.name}: {stock:.2f} g in stock"

    def _find_order_differences(self, production):
        """Compare what an order brought into stock with what its runs printed."""
        production = production.sudo()
        runs = production.run_ids
        taken = {move for move in production.move_raw_ids if move.run_id}
        missing = {
            move
            for move in runs.move_ids
            if not move.scrap_id and move.raw_material_production_id == production
        } - taken
        if missing:
            yield f"{production.name}: moves of its prints are not its own"
        finished = production.move_finished_ids.filtered(
            lambda move: (
                move.state == "done" and move.product_id == production.product_id
            )
        )
        printed = production._get_printed_qty()
        # Less what turned out to be bad since, see `print3d_run_flaws`.
        flaws = production.scrap_ids.filtered("flaw_run_id").mapped("scrap_qty")
        made = sum(finished.mapped("quantity")) - sum(flaws)
        if production.state == "done" and abs(made - printed) > 1e-6:
            yield f"{production.name}: {printed:g} printed, {made:g} came into stock"
        if production.state != "done" and made:
            yield f"{production.name}: {made:g} in stock, and it is not done"
        if production.state not in ("done", "cancel") and self._is_left_open(
            production
        ):
            yield f"{production.name}: everything is printed, and it is still open"

    def _is_left_open(self, production):
        """Tell whether nothing is left to do for an order that is not closed."""
        prints = production.workorder_ids.filtered("plate_id")
        waits = production.workorder_ids - prints
        return (
            production._get_printed_qty() >= production._get_pieces()
            and not any(run.state not in ENDED for run in production.run_ids)
            and all(workorder.state in ("done", "cancel") for workorder in waits)
            and production.product_id.tracking != "serial"
        )

    def _find_printer_differences(self):
        """Look that no printer prints two runs, and no run is printed again twice."""
        found = []
        running = self.sudo().search(
            [
                ("workcenter_id", "in", self.workcenter_id.ids),
                ("state", "in", RUNNING),
            ]
        )
        for printer, runs in running.grouped("workcenter_id").items():
            if len(runs) > 1:
                found.append(f"{printer.name} prints {', '.join(runs.mapped('name'))}")
        for run in self.filtered(lambda run: run.state == "failed"):
            again = run.reprint_ids.filtered(lambda one: one.state != "cancelled")
            if len(again) > 1:
                found.append(f"{run.name} is printed again {len(again)} times")
        return found
