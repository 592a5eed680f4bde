from collections import Counter

from odoo import models
from odoo.tools import format_date

from ..scheduling.feasibility import EPSILON
from .mrp_workcenter_closed import REFUSING

# So many printers are named with their reasons; of more, the reasons are counted.
NAMED = 3


class Print3dRunTelling(models.Model):
    """What came out of the walk along the queue, in words."""

    _inherit = "print3d.run"

    def _get_feasibility_teller(self, farm):
        """Return what puts the verdicts on these runs into words.

        :param farm: where the verdicts come from (Farm)
        :rtype: FeasibilityTeller
        """
        return FeasibilityTeller(self, farm)

    def _tell_advice(self, code, wanted):
        """Say what nobody entered of a printer, though the plate wants much of it."""
        figures = {"wanted": f"{wanted:g}"}
        if code == "unknown_nozzle_c":
            return self.env._(
                "Wants the nozzle at %(wanted)s °C, and nobody entered how hot it "
                "gets.",
                **figures,
            )
        if code == "unknown_bed_c":
            return self.env._(
                "Wants the bed at %(wanted)s °C, and nobody entered how hot it gets.",
                **figures,
            )
        return self.env._(
            "Wants the chamber at %(wanted)s °C, and nobody entered how hot it gets.",
            **figures,
        )

    def _get_misfit_notes(self, misfits):
        """Add what is not known of a printer."""
        return [
            self._tell_advice(code, facts["wanted"])
            if code.startswith("unknown_")
            else super(Print3dRunTelling, self)._get_misfit_notes([(code, facts)])[0]
            for code, facts in misfits
        ]


class FeasibilityTeller:
    """Words for verdicts, of many runs at once.

    What they name is read once, for all runs together.
    """

    def __init__(self, runs, farm):
        self.runs, self.env, self.farm = runs, runs.env, farm
        env = runs.env
        self.printers = {
            printer.id: printer
            for printer in env["mrp.workcenter"]
            .sudo()
            .browse([printer.id for printer in farm.printers])
        }
        self.receipts = {receipt.id: receipt for receipt in farm.receipts}
        self.closed = (
            env["mrp.workcenter"]
            .sudo()
            .browse(list(self.printers))
            ._get_closed_notes(farm.closed)
        )
        verdicts = [farm.walk.get(run._origin.id) for run in runs]
        self.learn(verdict for verdict in verdicts if verdict)

    def learn(self, verdicts):
        """Read the names of the spools of some verdicts, and where they are."""
        spool_ids = {
            spool_id
            for verdict in verdicts
            for pick in verdict.picks
            for spool_id in pick.spool_ids
        }
        lots = self.env["stock.lot"].sudo().browse(sorted(spool_ids))
        self.lots = {lot.id: lot for lot in lots}
        places = {self.farm.places[spool_id] for spool_id in spool_ids}
        self.places = {
            place.id: place
            for place in self.env["stock.location"].sudo().browse(sorted(places))
        }

    # === ONE LINE === #

    def get_note(self, run, verdict):
        """Say in one line what a person has to do before the run can start."""
        parts = self._tell_status(run, verdict)
        if verdict.closed:
            parts.append(self.closed[verdict.printer_id])
        return "; ".join(part.rstrip(".") for part in parts if part)

    def get_note_elsewhere(self, run, verdict):
        """Say the same of another printer, without what is the matter with itself."""
        if verdict.status == "no_printer":
            [misfits] = verdict.misfits.values()
            return " ".join(run._get_misfit_notes(misfits))
        if verdict.status == "ready":
            return self.env._("Spools are loaded")
        return "; ".join(self._tell_status(run, verdict))

    def _tell_status(self, run, verdict):
        """Return what there is to say of a verdict, in parts."""
        if verdict.status == "no_printer":
            return [self._tell_no_printer(run, verdict)]
        if verdict.status in ("short", "no_stock"):
            needs = {line.tool: line for line in run._get_needs()}
            return [
                self.tell_missing(needs[pick.tool], pick, verdict.status == "no_stock")
                for pick in verdict.picks
                if pick.missing > EPSILON
            ]
        if verdict.status == "swap":
            parts = self.tell_swap(verdict)
            if not run.workcenter_id:
                # A person has to know where to go with it.
                printer = self.printers[verdict.printer_id].display_name
                parts[0] = f"{printer}: {parts[0]}"
            return parts
        if not run.workcenter_id and verdict.printer_id:
            printer = self.printers[verdict.printer_id]
            return [self.env._("Loaded on %(printer)s", printer=printer.display_name)]
        return [self.env._("Spools are loaded")]

    def tell_missing(self, need, pick, is_none=False):
        """Say how much of a tool's filament is missing, and when it arrives.

        :param need: the tool (print3d.plate.filament)
        :param pick: what was found for it (Pick)
        :param bool is_none: there may be none of it at all
        """
        filament = need.product_id.display_name or need.display_name
        grams = f"{pick.missing:.1f}"
        if is_none and not pick.takes:
            note = self.env._(
                "No %(filament)s in stock, %(grams)s g are wanted",
                grams=grams,
                filament=filament,
            )
        else:
            note = self.env._(
                "Short by %(grams)s g of %(filament)s", grams=grams, filament=filament
            )
        return f"{note}, {self.tell_arrival(pick)}"

    def tell_arrival(self, pick):
        """Say when what a tool lacks arrives."""
        if not pick.arrivals:
            return self.env._("nothing is on its way")
        day = format_date(self.env, self.receipts[pick.arrivals[-1][0]].date)
        if pick.uncovered > EPSILON:
            return self.env._(
                "%(grams)s g arrive by %(date)s, the rest is not ordered",
                grams=f"{pick.missing - pick.uncovered:.1f}",
                date=day,
            )
        return self.env._("it arrives by %(date)s", date=day)

    def tell_swap(self, verdict):
        """Say what has to be loaded or put on, in the order in which it is done."""
        parts = self.tell_changes(verdict)
        for pick in verdict.picks:
            for index, take in enumerate(pick.takes):
                spool = self.lots[take.spool_id].name
                if not take.load:
                    continue
                if index:
                    parts.append(
                        self.env._(
                            "Then go on with %(spool)s from %(place)s",
                            spool=spool,
                            place=self.get_place(take),
                        )
                    )
                else:
                    parts.append(
                        self.env._(
                            "Load %(spool)s from %(place)s",
                            spool=spool,
                            place=self.get_place(take),
                        )
                    )
            if len(pick.takes) > 1 and not pick.load_ids:
                parts.append(
                    self.env._(
                        "Go on with %(spool)s when %(first)s is empty",
                        spool=self.lots[pick.takes[1].spool_id].name,
                        first=self.lots[pick.takes[0].spool_id].name,
                    )
                )
        return parts

    def tell_changes(self, verdict):
        """Say what has to be mounted on the printer before."""
        parts = []
        for code, facts in verdict.changes:
            if code == "nozzle":
                parts.append(
                    self.env._(
                        "Mount the %(size)s mm nozzle", size=f"{facts['wanted']:g}"
                    )
                )
            else:
                surfaces = self.env["print3d.surface"].sudo()
                parts.append(
                    self.env._(
                        "Put on %(surface)s",
                        surface=self.env._(" or ").join(
                            surfaces.browse(sorted(facts["wanted"])).mapped("name")
                        ),
                    )
                )
        return parts

    def get_place(self, take):
        """Return where a spool is, as people say it."""
        place = self.places[self.farm.places[take.spool_id]]
        return place._get_place_name()

    def _tell_no_printer(self, run, verdict):
        """Say why no printer does for a run."""
        if not self.printers:
            return self.env._("There is no printer yet")
        if run.workcenter_id and not verdict.misfits:
            return self.env._(
                "%(printer)s is not in use any more. Choose another printer",
                printer=run.workcenter_id.sudo().display_name,
            )
        if len(verdict.misfits) <= NAMED:
            return " ".join(
                f"{self.printers[number].display_name}: "
                + " ".join(run._get_misfit_notes(misfits))
                for number, misfits in verdict.misfits.items()
            )
        # The first reason of each, as it is told of the most printers.
        counts = Counter(
            run._get_misfit_notes(misfits[:1])[0]
            for misfits in verdict.misfits.values()
        )
        return " ".join(
            self.env._("%(count)s printers: %(reason)s", count=count, reason=reason)
            for reason, count in counts.most_common(NAMED)
        )

    # === FOR THE BROWSER === #

    def get_json(self, run, verdict):
        """Return the proposal behind the words, tool by tool."""
        needs = {line.tool: line for line in run._get_needs()}
        return {
            "printer_id": verdict.printer_id,
            "is_closed": verdict.closed in REFUSING,
            "tools": [
                {
                    "tool": pick.tool,
                    "grams": round(needs[pick.tool].grams, 2),
                    "missing": round(pick.missing, 2),
                    "uncovered": round(pick.uncovered, 2),
                    "spools": [
                        {
                            "id": take.spool_id,
                            "name": self.lots[take.spool_id].name,
                            "place": self.get_place(take),
                            "load": take.load,
                        }
                        for take in pick.takes
                    ],
                }
                for pick in verdict.picks
            ],
        }
