from odoo import fields, models

from ..scheduling.shop import (
    Shop,
    Weights,
)

SETTINGS = (
    "print3d_people_calendar_id",
    "print3d_people_count",
    "print3d_clear_minutes",
    "print3d_colour_minutes",
    "print3d_material_minutes",
    "print3d_nozzle_minutes",
    "print3d_heat_minutes",
    "print3d_power_w",
    "print3d_weight_late",
    "print3d_weight_swap",
    "print3d_weight_makespan",
    "print3d_weight_waiting",
    "print3d_plan_assigns",
)


class ResCompany(models.Model):
    """What a plan of the queue has to know of the shop."""

    _inherit = "res.company"

    print3d_people_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Somebody Is There",
        check_company=True,
        help="The hours in which prints are taken off and spools changed; its time off "
        "are the holidays. Empty: the working hours of the company.",
    )
    print3d_people_count = fields.Integer(
        string="People Changing Over", default=1, help="At once. 0: never too few."
    )
    print3d_clear_minutes = fields.Integer(string="Taking a Print Off (min)", default=3)
    print3d_colour_minutes = fields.Integer(
        string="Changing a Colour (min)",
        default=5,
        help="A spool of the same material, with purging.",
    )
    print3d_material_minutes = fields.Integer(
        string="Changing a Material (min)",
        default=10,
        help="A spool of another material than any that is loaded.",
    )
    print3d_nozzle_minutes = fields.Integer(
        string="Changing a Nozzle (min)", default=20
    )
    print3d_heat_minutes = fields.Integer(
        string="Heating Up (min)",
        default=8,
        help="How long a print takes the power of heating up.",
    )
    print3d_power_w = fields.Integer(
        string="Power There Is (W)",
        help="What all printers together may take; they then heat up one after the "
        "other. 0: no limit.",
    )
    print3d_weight_late = fields.Integer(
        string="An Hour Late", default=50, help="Points; three times that if urgent."
    )
    print3d_weight_swap = fields.Integer(string="A Swap", default=4, help="Points.")
    print3d_weight_makespan = fields.Integer(
        string="An Hour until All Is Printed", default=2, help="Points."
    )
    print3d_weight_waiting = fields.Integer(
        string="An Hour until a Print Is Through", default=1, help="Points."
    )
    print3d_plan_assigns = fields.Boolean(
        string="Plans Assign Printers",
        help="A plan then puts runs that nobody put on a printer onto one, and the "
        "next plan may choose another.",
    )
    print3d_plan_seconds = fields.Integer(
        string="Improve for (s)",
        default=60,
        help="How long a plan is improved before it is shown as final. 0: not at all.",
    )
    print3d_plan_nightly = fields.Boolean(
        string="Plan Every Night",
        help="The queue is planned every night and the plan applied when it is better.",
    )

    _print3d_schedule_not_negative = models.Constraint(
        "CHECK (print3d_people_count >= 0 AND print3d_clear_minutes >= 0"
        " AND print3d_colour_minutes >= 0 AND print3d_material_minutes >= 0"
        " AND print3d_nozzle_minutes >= 0 AND print3d_heat_minutes >= 0"
        " AND print3d_power_w >= 0 AND print3d_weight_late >= 0"
        " AND print3d_weight_swap >= 0 AND print3d_weight_makespan >= 0"
        " AND print3d_weight_waiting >= 0)",
        "Minutes, people, watts and points of the plan are numbers from 0 up.",
    )
    _print3d_plan_seconds_sane = models.Constraint(
        "CHECK (print3d_plan_seconds BETWEEN 0 AND 3600)",
        "A plan is improved for up to an hour.",
    )

    def write(self, vals):
        """Plan anew with other hours and minutes."""
        res = super().write(vals)
        if not vals.keys().isdisjoint(SETTINGS):
            self.env["print3d.run"]._plan_soon(self)
        return res

    def _get_shop(self):
        """Return minutes, people and power as plans want them (Shop).

        :rtype: scheduling.problem.Shop
        """
        self.ensure_one()
        return Shop(
            clear_minutes=self.print3d_clear_minutes,
            colour_minutes=self.print3d_colour_minutes,
            material_minutes=self.print3d_material_minutes,
            nozzle_minutes=self.print3d_nozzle_minutes,
            people=self.print3d_people_count,
            power_watts=self.print3d_power_w,
            heat_minutes=self.print3d_heat_minutes,
        )

    def _get_weights(self):
        """Return what plans are to avoid (Weights).

        :rtype: scheduling.problem.Weights
        """
        self.ensure_one()
        return Weights(
            late=self.print3d_weight_late,
            swap=self.print3d_weight_swap,
            makespan=self.print3d_weight_makespan,
            waiting=self.print3d_weight_waiting,
        )

    def _get_people_calendar(self):
        """Return the hours in which somebody is there (resource.calendar)."""
        self.ensure_one()
        return self.print3d_people_calendar_id or self.resource_calendar_id


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_people_calendar_id = fields.Many2one(
        related="company_id.print3d_people_calendar_id", readonly=False
    )
    print3d_people_count = fields.Integer(
        related="company_id.print3d_people_count", readonly=False
    )
    print3d_clear_minutes = fields.Integer(
        related="company_id.print3d_clear_minutes", readonly=False
    )
    print3d_colour_minutes = fields.Integer(
        related="company_id.print3d_colour_minutes", readonly=False
    )
    print3d_material_minutes = fields.Integer(
        related="company_id.print3d_material_minutes", readonly=False
    )
    print3d_nozzle_minutes = fields.Integer(
        related="company_id.print3d_nozzle_minutes", readonly=False
    )
    print3d_heat_minutes = fields.Integer(
        related="company_id.print3d_heat_minutes", readonly=False
    )
    print3d_power_w = fields.Integer(
        related="company_id.print3d_power_w", readonly=False
    )
    print3d_weight_late = fields.Integer(
        related="company_id.print3d_weight_late", readonly=False
    )
    print3d_weight_swap = fields.Integer(
        related="company_id.print3d_weight_swap", readonly=False
    )
    print3d_weight_makespan = fields.Integer(
        related="company_id.print3d_weight_makespan", readonly=False
    )
    print3d_weight_waiting = fields.Integer(
        related="company_id.print3d_weight_waiting", readonly=False
    )
    print3d_plan_assigns = fields.Boolean(
        related="company_id.print3d_plan_assigns", readonly=False
    )
    print3d_plan_nightly = fields.Boolean(
        related="company_id.print3d_plan_nightly", readonly=False
    )
    print3d_plan_seconds = fields.Integer(
        related="company_id.print3d_plan_seconds", readonly=False
    )
