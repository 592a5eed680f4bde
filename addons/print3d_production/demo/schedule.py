from odoo import Command, api, models

# Hours of the day by days of the week: 0 is Monday.
HOURS = [(range(5), [(8, 12), (12.5, 18)]), ([5], [(9, 14)])]
# Watts of the demo's printers: printing, heating up, idle.
WATTS = {"mk4": (120, 350, 8), "x1c": (150, 1000, 12), "xl": (200, 600, 15)}


class Print3dScheduleDemo(models.AbstractModel):
    """Says when somebody is in the demo shop, and what its printers take."""

    _name = "print3d.schedule.demo"
    _description = "Demo Schedule"

    @api.model
    def _load(self):
        """Set what is not set yet, and plan the queue."""
        company = self.env.ref("base.main_company")
        if not company.print3d_people_calendar_id:
            company.print3d_people_calendar_id = self.env["resource.calendar"].create(
                {
                    "name": self.env._("Workshop"),
                    "company_id": company.id,
                    "tz": company.resource_calendar_id.tz,
                    "attendance_ids": [Command.clear()]
                    + [
                        Command.create(
                            {
                                "name": self.env._("Somebody is there"),
                                "dayofweek": str(day),
                                "hour_from": start,
                                "hour_to": end,
                                "day_period": "morning" if end <= 12 else "afternoon",
                            }
                        )
                        for days, hours in HOURS
                        for day in days
                        for start, end in hours
                    ],
                }
            )
        for key, (printing, heating, idle) in WATTS.items():
            printer = self.env.ref(
                f"print3d_production.demo_printer_{key}", raise_if_not_found=False
            )
            if printer and not printer.power_w:
                printer.with_context(tracking_disable=True).write(
                    {
                        "power_w": printing,
                        "power_heat_w": heating,
                        "power_idle_w": idle,
                    }
                )
        self.env["print3d.run"]._plan_now(company.id)
