from datetime import timedelta

from odoo import api, fields, models

# What the printers' own counters said when they came here: hours, grams, prints.
OPENINGS = {
    "mk4": (412.0, 9870.0, 388),
    "mk4_2": (35.5, 720.0, 29),
    "x1c": (268.5, 7410.0, 231),
}
ENDED_AGO = timedelta(minutes=25)


class Print3dFarmDemo(models.AbstractModel):
    """Lets the demo farm look lived in: counters, plates, one print to be taken off."""

    _name = "print3d.farm.demo"
    _description = "Demo Farm"

    @api.model
    def _load(self):
        """Add what is not there yet."""
        company = self.env.ref("base.main_company")
        self = self.with_company(company).with_context(  # noqa: PLW0642
            tracking_disable=True, allowed_company_ids=company.ids
        )
        printers = {
            key: self.env.ref(
                f"print3d_production.demo_printer_{key}", raise_if_not_found=False
            )
            for key in ("mk4", "mk4_2", "x1c", "xl")
        }
        if not all(printers.values()) or printers["mk4_2"].opening_prints:
            return
        for key, (hours, grams, prints) in OPENINGS.items():
            printers[key].write(
                {
                    "opening_hours": hours,
                    "opening_grams": grams,
                    "opening_prints": prints,
                    # They came serviced.
                    "serviced_on": fields.Datetime.now() - timedelta(days=14),
                }
            )
        smooth = self.env.ref("print3d_production.surface_smooth_pei")
        textured = self.env.ref("print3d_production.surface_textured_pei")
        (printers["mk4"] | printers["xl"]).surface_id = smooth
        (printers["mk4_2"] | printers["x1c"]).surface_id = textured
        printers["mk4"].nozzle_sizes = "0.4, 0.6"
        self._make_printer(
            "mini", "Prusa MINI+", "prusa_mini", "MINIIS", 0.6, "10389-2210560014"
        )
        third = self._make_printer(
            "mk4_3", "Prusa MK4S #3", "prusa_mk4s", "MK4S", 0.9, "10589-3321450023"
        )
        third.surface_id = textured
        self._leave_on_the_plate(third)

    @api.model
    def _make_printer(self, key, name, model, sliced_as, rate, serial):
        """A further printer with one empty slot."""
        loader = self.env["print3d.production.demo"]
        return loader._make_printer(key, name, model, sliced_as, 1, rate, serial, [])

    @api.model
    def _leave_on_the_plate(self, printer):
        """A clip that is done and that nobody has taken off yet."""
        loader = self.env["print3d.production.demo"]
        run = loader._make_order("spare_clip", "clip", 1).run_ids[:1]
        ended = fields.Datetime.now() - ENDED_AGO
        began = ended - timedelta(seconds=run.time_s)
        run._do_start(started_at=began, printer=printer, unload=True)
        run._do_end("done", duration_s=run.time_s)
        run.date_end = ended
        loader._name_record("run_on_plate", run)
