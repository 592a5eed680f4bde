from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .print3d_run import RUNNING


class Print3dTrace(models.AbstractModel):
    """Prints and manufacturing orders on the way of filament."""

    _inherit = "print3d.trace"

    # === WHERE TO BEGIN === #

    @api.model
    def _get_starts(self):
        return {
            **super()._get_starts(),
            "print3d.run": self._start_from_runs,
            "mrp.production": self._start_from_productions,
        }

    @api.model
    def _start_from_runs(self, runs):
        """Go back to the spools of prints, and onward with their pieces."""
        used = self._find_lines(SQL("move.run_id = ANY(%s)", runs.ids))
        trail = self._follow_spools([])
        self._go_back_from_used(trail, used)
        # A print that is not over has taken nothing yet.
        self._add_spools(trail, set(runs.spool_ids.lot_id.ids))
        self._follow_used(trail, used)
        return trail

    @api.model
    def _start_from_productions(self, productions):
        """Go back to the spools of orders, and onward with their pieces."""
        trail = self._follow_spools([])
        self._go_back_from_productions(trail, productions)
        self._follow_made(
            trail,
            self._find_lines(
                SQL(
                    "move.production_id = ANY(%s) AND source.usage = 'production'",
                    productions.ids,
                )
            ),
        )
        return trail

    @api.model
    def _go_back_from_productions(self, trail, productions):
        """Go back from orders, also from those that are not done, to the spools."""
        self._go_back_from_used(
            trail,
            self._find_lines(
                SQL("move.raw_material_production_id = ANY(%s)", productions.ids)
            ),
        )

    @api.model
    def _find_lines(self, where):
        """Return done lines of certain moves, as {line: True}."""
        return {
            line: True
            for (line,) in self._query_lines(
                SQL("line.id"),
                where,
                SQL("JOIN stock_move move ON move.id = line.move_id"),
            )
        }

    # === NAMES === #

    @api.model
    def _get_words(self):
        return {
            **super()._get_words(),
            "print3d.run": self.env._("Print"),
            "mrp.production": self.env._("Manufacturing Order"),
        }

    @api.model
    def _suggest(self, text):
        mine = Domain("company_id", "in", self.env.companies.ids)
        return [
            *super()._suggest(text),
            *self._suggest_records("print3d.run", mine, text, "fa-print"),
            *self._suggest_records("mrp.production", mine, text, "fa-wrench"),
        ]

    # === SECTIONS === #

    @api.model
    def _get_sections(self, trail, parts):
        sections = super()._get_sections(trail, parts)
        index = 1 + [section["key"] for section in sections].index("spools")
        sections.insert(index, self._get_runs_section(trail))
        if "shop" in parts:
            sections.insert(index + 1, self._get_productions_section(trail))
        return sections

    @api.model
    def _is_print_use(self, line):
        move = line.move_id
        return bool(
            move.run_id or move.raw_material_production_id
        ) or super()._is_print_use(line)

    @api.model
    def _get_running(self, trail):
        """Return the spools of prints (print3d.run.spool) that run with them now."""
        return (
            self.env["print3d.run.spool"]
            .sudo()
            .search(
                [
                    ("lot_id", "in", list(trail.onward)),
                    ("run_id.state", "in", RUNNING),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
        )

    @api.model
    def _get_productions(self, trail):
        """Return the orders (mrp.production) filament went into, at any level."""
        moves = self._get_lines([*trail.used, *trail.made]).move_id
        return (
            moves.raw_material_production_id
            | moves.production_id
            | self._get_running(trail).run_id.line_ids.production_id
        )

    @api.model
    def _get_runs_section(self, trail):
        """The prints, the newest first, with what each took."""
        taken = defaultdict(lambda: defaultdict(float))
        for line in self._get_lines(trail.used):
            run = line.move_id.run_id
            if run:
                taken[run][line.lot_id] += line.quantity_product_uom
        for spool in self._get_running(trail):
            taken[spool.run_id][spool.lot_id] += 0.0
        states = dict(
            self.env["print3d.run"]._fields["state"]._description_selection(self.env)
        )
        rows = []
        for run, spools in sorted(
            taken.items(),
            key=lambda item: (item[0].date_end or item[0].date_start, item[0].id),
            reverse=True,
        ):
            day = run.date_end or run.date_start
            rows.append(
                {
                    "group": "",
                    "cells": {
                        "run": self._link(run, run.name),
                        "product": self._link(run.product_id),
                        "printer": self._link(run.workcenter_id),
                        "date": day and day.date(),
                        "state": states[run.state],
                        "good": sum(run.line_ids.mapped("good_qty")),
                        "grams": sum(spools.values()),
                        "spools": ", ".join(spool.name for spool in spools),
                    },
                    "follow": {"model": "print3d.run", "ids": run.ids},
                }
            )
        return {
            "key": "runs",
            "title": self.env._("Prints"),
            "icon": "fa-print",
            "columns": self._make_columns(
                ("run", self.env._("Print"), "link"),
                ("product", self.env._("Model"), "link"),
                ("printer", self.env._("Printer"), "link"),
                ("date", self.env._("Date"), "date"),
                ("state", self.env._("Result"), "text"),
                ("good", self.env._("Good pieces"), "number"),
                ("grams", self.env._("Taken"), "grams"),
                ("spools", self.env._("Spools"), "text"),
            ),
            "rows": rows,
        }

    @api.model
    def _get_productions_section(self, trail):
        """The manufacturing orders, done or not."""
        states = dict(
            self.env["mrp.production"]._fields["state"]._description_selection(self.env)
        )
        rows = []
        for production in self._get_productions(trail).sorted("id", reverse=True):
            day = production.date_finished or production.date_start
            rows.append(
                {
                    "group": "",
                    "cells": {
                        "production": self._link(production, production.name),
                        "product": self._link(production.product_id),
                        "quantity": production.product_qty,
                        "state": states.get(production.state, ""),
                        "date": day and day.date(),
                        "origin": production.origin or "",
                        "lots": [
                            self._link(lot, lot.name)
                            for lot in production.lot_producing_ids
                        ],
                    },
                    "follow": {"model": "mrp.production", "ids": production.ids},
                }
            )
        return {
            "key": "productions",
            "title": self.env._("Manufacturing orders"),
            "icon": "fa-wrench",
            "columns": self._make_columns(
                ("production", self.env._("Order"), "link"),
                ("product", self.env._("Product"), "link"),
                ("quantity", self.env._("Pieces"), "number"),
                ("state", self.env._("State"), "text"),
                ("date", self.env._("Date"), "date"),
                ("origin", self.env._("For"), "text"),
                ("lots", self.env._("Lots"), "links"),
            ),
            "rows": rows,
        }

    @api.model
    def _get_figures(self, trail, parts):
        figures = super()._get_figures(trail, parts)
        runs = (
            self._get_lines(trail.used).move_id.run_id | self._get_running(trail).run_id
        )
        figures.insert(
            2, {"key": "runs", "label": self.env._("Prints"), "value": len(runs)}
        )
        return figures


class Print3dRun(models.Model):
    _name = "print3d.run"
    _inherit = ["print3d.run", "print3d.traceable"]


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "print3d.traceable"]
