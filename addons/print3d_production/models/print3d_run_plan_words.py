from odoo import api, fields, models
from odoo.tools import format_date

from ..scheduling.capability import misfits


class Print3dRunPlanWords(models.Model):
    """Says in words why a run is planned where and when it is, or why it is not."""

    _inherit = "print3d.run"

    plan_note = fields.Text(
        string="Why Here, Why Then in Words", compute="_compute_plan_note"
    )
    is_plan_lost = fields.Boolean(
        string="Without a Place in the Plan", compute="_compute_plan_note"
    )

    @api.depends("plan_json")
    @api.depends_context("lang", "tz")
    def _compute_plan_note(self):
        told = [(run, (run.plan_json or {}).get("reasons") or []) for run in self]
        for run, sentences in zip(self, self._get_plan_notes(told), strict=True):
            run.plan_note = "\n".join(sentences)
            run.is_plan_lost = bool((run.plan_json or {}).get("is_lost"))

    @api.model
    def _get_plan_notes(self, told):
        """Return the sentences of each of several lists of reasons.

        The number of queries does not depend on how many there are.

        :param told: pairs of (run, reasons): pairs of a code and details
        :rtype: list[list[str]]
        """
        details = [facts for _run, reasons in told for _code, facts in reasons]
        run_ids = {facts["job_id"] for facts in details if "job_id" in facts}
        product_ids = {
            product_id for facts in details for product_id in facts.get("filaments", ())
        }
        lost = self.browse(
            run.id
            for run, reasons in told
            if any(code == "no_printer" for code, _facts in reasons)
        )
        known = {
            "runs": {run.id: run for run in self.sudo().browse(run_ids).exists()},
            "filaments": {
                product.id: product.display_name
                for product in self.env["product.product"]
                .sudo()
                .browse(product_ids)
                .exists()
            },
            "misfits": lost.sudo()._get_least_misfits(),
        }
        return [
            list(
                filter(
                    None,
                    (
                        run._tell_plan_reason(code, facts, known)
                        for code, facts in reasons
                    ),
                )
            )
            for run, reasons in told
        ]

    def _tell_plan_reason(self, code, facts, known):
        """Say one reason, in the words of whoever looks at it; nothing for others."""
        self.ensure_one()
        teller = getattr(self, f"_tell_plan_{code}", None)
        if teller is None:
            return ""
        other = known["runs"].get(facts.get("job_id"))
        return teller(
            {
                **facts,
                "at": self._tell_moment(facts.get("at")),
                "until": self._tell_moment(facts.get("until")),
                "span": self._tell_span(facts.get("minutes") or 0),
                "run": other.name if other else self.env._("another run"),
                "product": other.product_id.display_name if other else "",
                "filaments": ", ".join(
                    known["filaments"][product_id]
                    for product_id in facts.get("filaments", ())
                    if product_id in known["filaments"]
                ),
                "misfits": known["misfits"].get(self.id, ""),
            }
        )

    def _tell_moment(self, text):
        """Return a moment as short as can be: the hour, with the day if not today."""
        if not text:
            return ""
        moment = fields.Datetime.context_timestamp(
            self, fields.Datetime.to_datetime(text)
        )
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        if moment.date() == now.date():
            return f"{moment:%H:%M}"
        return self.env._(
            "%(time)s on %(date)s",
            time=f"{moment:%H:%M}",
            date=format_date(self.env, moment.date()),
        )

    def _tell_span(self, minutes):
        """Return how long something takes, in the unit that suits."""
        if minutes < 60:
            return self.env._("%(minutes)s min", minutes=minutes)
        if minutes < 48 * 60:
            return self.env._("%(hours)s h", hours=f"{minutes / 60:.1f}")
        return self.env._("%(days)s days", days=f"{minutes / 1440:.1f}")

    # === THE PLACE === #

    def _tell_plan_pinned(self, _facts):
        return self.env._("Pinned to this printer and time.")

    def _tell_plan_chosen(self, _facts):
        if self.is_pinned:
            return self.env._("Pinned to this printer.")
        return self.env._("Somebody chose this printer.")

    def _tell_plan_only(self, _facts):
        return self.env._("Only this printer prints it.")

    def _tell_plan_loaded(self, _facts):
        return self.env._("Its filament is in this printer: no swap.")

    def _tell_plan_earliest(self, _facts):
        return self.env._(
            "Of the printers that print it, this one suits the whole queue best."
        )

    # === THE MOMENT === #

    def _tell_plan_at_once(self, _facts):
        return self.env._("It can start at once.")

    def _tell_plan_after(self, facts):
        return self.env._(
            "It follows %(run)s (%(product)s).",
            run=facts["run"],
            product=facts["product"],
        )

    def _tell_plan_busy(self, facts):
        return self.env._("The printer prints until %(at)s.", at=facts["at"])

    def _tell_plan_person(self, facts):
        return self.env._("It waits until somebody is there at %(at)s.", at=facts["at"])

    def _tell_plan_hands(self, facts):
        return self.env._(
            "It waits until a person has time for it at %(at)s.", at=facts["at"]
        )

    def _tell_plan_closed(self, facts):
        if facts["until"]:
            return self.env._(
                "It would not be through before the printer closes at %(until)s, and "
                "waits until it is open again at %(at)s.",
                until=facts["until"],
                at=facts["at"],
            )
        return self.env._("The printer is closed until %(at)s.", at=facts["at"])

    def _tell_plan_watts(self, facts):
        return self.env._(
            "It waits because all printers together may take %(limit)s W.",
            limit=facts["limit"],
        )

    def _tell_plan_arrival(self, facts):
        return self.env._("Its filament arrives at %(at)s.", at=facts["at"])

    # === THE WORK === #

    def _tell_plan_swaps(self, facts):
        return self.env._(
            "To be loaded: %(filaments)s.", filaments=facts["filaments"] or "?"
        )

    def _tell_plan_nozzle(self, _facts):
        return self.env._("The nozzle has to be changed.")

    def _tell_plan_clearing(self, _facts):
        return self.env._("The print before it has to be taken off.")

    def _tell_plan_alone(self, _facts):
        return self.env._("Nobody is needed for it.")

    def _tell_plan_in_time(self, facts):
        return self.env._("Ready %(span)s before it is due.", span=facts["span"])

    def _tell_plan_late(self, facts):
        return self.env._("%(span)s late.", span=facts["span"])

    # === NO PLACE === #

    def _tell_plan_no_printer(self, facts):
        if facts["misfits"] and self.workcenter_id:
            return self.env._(
                "The printer it was put on does not print it. %(misfits)s Find "
                "another printer for it.",
                misfits=facts["misfits"],
            )
        if facts["misfits"]:
            return self.env._(
                "No printer prints it. %(misfits)s", misfits=facts["misfits"]
            )
        return self.env._(
            "No printer prints it. Slice it for a printer that you have, or add one."
        )

    def _tell_plan_not_there(self, _facts):
        return self.env._(
            "%(printer)s is out of service. Put it back into service, or choose "
            "another printer.",
            printer=self.workcenter_id.display_name or self.env._("Its printer"),
        )

    def _tell_plan_too_long(self, facts):
        return self.env._(
            "It prints for %(wanted)s and no printer is open longer than %(longest)s "
            "in one piece. Lengthen a printer's hours, move its maintenance, or split "
            "the plate.",
            wanted=self._tell_span(facts["wanted"]),
            longest=self._tell_span(facts["longest"]),
        )

    def _tell_plan_nobody(self, _facts):
        return self.env._(
            "It needs somebody to change over, and by the hours in the settings nobody "
            "is ever there. Set the hours in which somebody is there."
        )

    def _tell_plan_hours_apart(self, _facts):
        return self.env._(
            "The print before it has to be taken off while somebody is there, and at "
            "no such time is a printer open until it is through. Lengthen a printer's "
            "hours, or those in which somebody is there."
        )

    def _tell_plan_power(self, facts):
        return self.env._(
            "Its printer cannot run with the %(limit)s W that there are. Raise the "
            "limit in the settings, or correct the power of the printer.",
            limit=facts["limit"],
        )

    def _tell_plan_pin_taken(self, facts):
        return self.env._(
            "Its printer is taken at the time it is pinned to, until %(until)s. Pin it "
            "to a later time, or unpin it.",
            until=facts["until"],
        )

    def _tell_plan_pin_closed(self, _facts):
        return self.env._(
            "Its printer does not run at the time it is pinned to. Pin it to another "
            "time, or unpin it."
        )

    def _tell_plan_no_filament(self, _facts):
        return self.env._(
            "There is not enough filament for it and none is on its way. Buy some, or "
            "reserve another spool for it."
        )

    def _tell_plan_horizon(self, _facts):
        return self.env._(
            "There is no room for it within the time that is planned. Add hours, "
            "people or printers."
        )

    def _get_least_misfits(self):
        """Return {run id: what keeps it off the printer that lacks the least}."""
        if not self:
            return {}
        requirements = self._get_requirements()
        printers = self.env["mrp.workcenter"].search(
            [
                ("is_printer", "=", True),
                ("company_id", "in", [*self.company_id.ids, False]),
            ]
        )
        capabilities = printers._get_capabilities()
        found = {}
        for run in self:
            row = [
                (misfits(requirements[run.id], capabilities[printer.id]), printer)
                for printer in (run.workcenter_id & printers) or printers
            ]
            lacks, printer = min(
                row, key=lambda pair: len(pair[0]), default=(None, None)
            )
            if lacks:
                text = (
                    self.env._("%(printer)s: %(notes)s")
                    if run.workcenter_id
                    else self.env._("%(printer)s lacks the least: %(notes)s")
                )
                found[run.id] = text % {
                    "printer": printer.display_name,
                    "notes": " ".join(self._get_misfit_notes(lacks)),
                }
        return found
