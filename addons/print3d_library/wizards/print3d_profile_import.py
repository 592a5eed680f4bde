import base64

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..slicer import SlicedFileError
from ..slicer.preset import read_preset
from ..slicer.vocabulary import TERMS
from .print3d_profile_maker import NOT_CHOSEN


class Print3dProfileImport(models.TransientModel):
    """Makes a print profile of a preset that a slicer exported."""

    _name = "print3d.profile.import"
    _description = "Import of a Print Profile"

    data = fields.Binary(string="Exported Preset", required=True, attachment=False)
    file_name = fields.Char()
    with_own = fields.Boolean(
        string="Settings Without a Common Name Too",
        help="Every other setting of the preset under the slicer's own name.",
    )

    def action_import(self):
        """Make an archived profile and open it: the shop looks before it counts."""
        self.ensure_one()
        try:
            preset = read_preset(base64.b64decode(self.data))
        except SlicedFileError as error:
            raise UserError(error.message) from error
        lines = self._prepare_lines(preset)
        if not lines:
            raise UserError(
                self.env._(
                    "No setting of this preset is known under a common name. Import "
                    "it with the others too, or export the print preset."
                )
            )
        profile = self.env["print3d.profile"].create(
            {**self._prepare_profile_vals(preset), "line_ids": lines}
        )
        return {
            "type": "ir.actions.act_window",
            "name": profile.name,
            "res_model": "print3d.profile",
            "res_id": profile.id,
            "views": [(False, "form")],
        }

    def _prepare_profile_vals(self, preset):
        """Hook: values of the profile.

        :param preset: :class:`~odoo.addons.print3d_library.slicer.SlicedFile`
        :rtype: dict
        """
        stem, _suffix = self.env["print3d.file"]._split_name(self.file_name or "")
        types = preset.common.get("filament_type") or []
        return {
            "name": preset.printer_settings_id or stem or self.env._("Profile"),
            "material": next(filter(None, types), False),
            "printer_model": preset.printer_model or False,
            "nozzle_diameter": next(iter(preset.nozzle_diameter), 0.0),
            "active": False,
        }

    def _prepare_lines(self, preset):
        """Commands that make the lines of a profile."""
        maker = self.env["print3d.profile.maker"]
        lines = [
            Command.create({"name": key, "value": vals["value"]})
            for key, value in preset.common.items()
            if TERMS[key].group not in NOT_CHOSEN and TERMS[key].kind != "text"
            for vals in [maker._prepare_line_vals(TERMS[key], value)]
            if vals["value"]
        ]
        if self.with_own:
            lines += [
                Command.create({"name": name, "value": str(value)})
                for name, value in preset.settings.items()
                if name not in TERMS
                and isinstance(value, (int, float, str))
                and str(value).strip()
                and "\n" not in str(value)
            ]
        return lines
