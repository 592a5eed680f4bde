from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.print3d_profile import normalise
from ..slicer.vocabulary import TERMS
from ..tools.compare import shown

# What belongs to the file or the machine, and is rarely asked for.
NOT_CHOSEN = frozenset(("printer", "filament"))


class Print3dProfileMaker(models.TransientModel):
    """Makes a print profile of a version, with the settings one chooses."""

    _name = "print3d.profile.maker"
    _description = "Print Profile of a Version"

    slice_id = fields.Many2one("print3d.slice", string="Version", required=True)
    name = fields.Char(
        required=True,
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
    )
    material = fields.Char(
        compute="_compute_place", store=True, readonly=False, precompute=True
    )
    printer_model = fields.Char(
        string="Printer",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
    )
    nozzle_diameter = fields.Float(
        string="Nozzle (mm)",
        digits=(6, 2),
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text(string="Why")
    line_ids = fields.One2many(
        "print3d.profile.maker.line",
        "maker_id",
        string="Settings",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("slice_id")
    def _compute_place(self):
        for maker in self:
            version = maker.slice_id
            types = version.plate_ids.filament_ids.mapped("filament_type")
            maker.material = next(filter(None, types), False)
            maker.printer_model = version.printer_model
            maker.nozzle_diameter = version.nozzle_diameter
            maker.name = " · ".join(
                filter(
                    None,
                    [
                        maker.material,
                        maker.printer_model,
                        maker.nozzle_diameter and f"{maker.nozzle_diameter:g} mm",
                    ],
                )
            ) or self.env._("Profile")

    @api.depends("slice_id")
    def _compute_line_ids(self):
        for maker in self:
            common = maker.slice_id._get_compared_common() if maker.slice_id else {}
            maker.line_ids = [
                Command.clear(),
                *(
                    Command.create(maker._prepare_line_vals(term, common[key]))
                    for key, term in TERMS.items()
                    if key in common
                ),
            ]

    @api.model
    def _prepare_line_vals(self, term, value):
        """Values of a line to choose from.

        :param term: :class:`~odoo.addons.print3d_library.slicer.vocabulary.Term`
        :param value: of the version
        :rtype: dict
        """
        value = shown(value)
        if isinstance(value, list):
            # Tools that differ: a profile asks for what the first one has.
            value = value[0] if value else ""
        if isinstance(value, bool):
            value = "yes" if value else "no"
        return {
            "name": term.key,
            "group": term.group,
            "unit": term.unit,
            "value": str(value),
            "is_chosen": term.group not in NOT_CHOSEN and term.kind != "text",
        }

    def action_create_profile(self):
        """Make the profile and open it."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Choose at least one setting."))
        twin = self._find_twin()
        if twin:
            raise UserError(
                self.env._(
                    "“%(profile)s” is for the same material, printer and nozzle. "
                    "Change that one, or archive it first.",
                    profile=twin.name,
                )
            )
        profile = self.env["print3d.profile"].create(self._prepare_profile_vals(chosen))
        return {
            "type": "ir.actions.act_window",
            "name": profile.name,
            "res_model": "print3d.profile",
            "res_id": profile.id,
            "views": [(False, "form")],
        }

    def _prepare_profile_vals(self, chosen):
        """Hook: values of the profile.

        :param chosen: the lines that were chosen
        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": self.name,
            "material": self.material,
            "printer_model": self.printer_model,
            "nozzle_diameter": self.nozzle_diameter,
            "company_id": self.slice_id.company_id.id,
            "note": self.note,
            "line_ids": [
                Command.create({"name": line.name, "value": line.value})
                for line in chosen
            ],
        }

    def _find_twin(self):
        """A profile for the very same material, printer and nozzle."""
        return (
            self.env["print3d.profile"]
            .search([("company_id", "=", self.slice_id.company_id.id)])
            .filtered(
                lambda profile: (
                    normalise(profile.material) == normalise(self.material)
                    and normalise(profile.printer_model)
                    == normalise(self.printer_model)
                    and abs(profile.nozzle_diameter - self.nozzle_diameter) < 0.005
                )
            )[:1]
        )


class Print3dProfileMakerLine(models.TransientModel):
    _name = "print3d.profile.maker.line"
    _description = "Setting to Choose for a Print Profile"

    maker_id = fields.Many2one(
        "print3d.profile.maker", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Setting", required=True)
    group = fields.Char()
    unit = fields.Char()
    value = fields.Char(required=True)
    is_chosen = fields.Boolean(string="Ask For")
