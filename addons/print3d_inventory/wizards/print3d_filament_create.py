from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class Print3dFilamentCreate(models.TransientModel):
    """Filaments made of what sliced files say, equal ones once."""

    _name = "print3d.filament.create"
    _description = "New Filaments from a File"

    line_ids = fields.One2many(
        "print3d.filament.create.line", "create_id", string="Filaments"
    )

    @api.model
    def _create_from_lines(self, plate_filaments):
        """Fill in a new filament for each different thing these lines want.

        :param plate_filaments: lines of sliced files (print3d.plate.filament)
        :rtype: print3d.filament.create
        :raises UserError: there are none
        """
        if not plate_filaments:
            raise UserError(
                self.env._("All filaments of this version are there already.")
            )
        Match = self.env["print3d.filament.match"]
        groups = plate_filaments.grouped(
            lambda line: (line.company_id, Match._get_keys(line._get_wish())[0])
        )
        Line = self.env["print3d.filament.create.line"]
        return self.create(
            {
                "line_ids": [
                    Command.create(Line._prepare_vals(lines))
                    for lines in groups.values()
                ]
            }
        )

    def action_create(self):
        """Make the filaments, have the lines printed with them, and learn it."""
        self.ensure_one()
        self.line_ids.filtered("wanted")._create_filaments()
        return {"type": "ir.actions.act_window_close"}

    def _get_action(self):
        """Open a form for one filament, a list for several."""
        self.ensure_one()
        single = len(self.line_ids) == 1
        record = self.line_ids if single else self
        view = (
            "print3d_inventory.print3d_filament_create_line_view_form_single"
            if single
            else "print3d_inventory.print3d_filament_create_view_form"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New filament")
            if single
            else self.env._("New filaments"),
            "res_model": record._name,
            "res_id": record.id,
            "views": [(self.env.ref(view).id, "form")],
            "target": "new",
        }
