from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.res_company_schedule import SETTINGS

KEPT = (*SETTINGS, "print3d_plan_nightly", "print3d_plan_seconds")


class Print3dScheduleHours(models.TransientModel):
    """What plans go by, for owners, who do not see the settings of the system."""

    _name = "print3d.schedule.hours"
    _description = "Hours and Weights of Plans"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    print3d_people_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Somebody Is There",
        domain="[('company_id', 'in', [company_id, False])]",
    )
    print3d_people_count = fields.Integer(string="People Changing Over")
    print3d_clear_minutes = fields.Integer(string="Print Taken Off (min)")
    print3d_colour_minutes = fields.Integer(string="Another Colour (min)")
    print3d_material_minutes = fields.Integer(string="Another Material (min)")
    print3d_nozzle_minutes = fields.Integer(string="Another Nozzle (min)")
    print3d_heat_minutes = fields.Integer(string="Heating Up (min)")
    print3d_power_w = fields.Integer(string="Power There Is (W)")
    print3d_weight_late = fields.Integer(string="An Hour Late")
    print3d_weight_swap = fields.Integer(string="A Swap")
    print3d_weight_makespan = fields.Integer(string="An Hour until All Is Printed")
    print3d_weight_waiting = fields.Integer(string="An Hour until One Is Printed")
    print3d_plan_assigns = fields.Boolean(string="Plans Assign Printers")
    print3d_plan_nightly = fields.Boolean(string="Plan Every Night")
    print3d_plan_seconds = fields.Integer(string="Improve a Plan for (s)")

    @api.model
    def default_get(self, fields):
        """Show what holds now."""
        res = super().default_get(fields)
        company = self.env.company.sudo()
        for name in set(KEPT) & set(fields):
            value = company[name]
            res[name] = value.id if isinstance(value, models.BaseModel) else value
        return res

    def action_save(self):
        """Let plans go by this from now on.

        :raises AccessError: only owners decide that
        """
        self.ensure_one()
        if not self.env.user.has_group("print3d_library.group_print3d_owner"):
            raise AccessError(
                self.env._("Only owners set the hours and weights of plans. Ask one.")
            )
        company = self.company_id & self.env.companies
        company.sudo().write(
            {
                name: self[name].id
                if isinstance(self[name], models.BaseModel)
                else self[name]
                for name in KEPT
            }
        )
        return {"type": "ir.actions.act_window_close"}
