import re

from odoo import api, fields, models
from odoo.fields import Domain

# More versions than this are compared in the background.
AT_ONCE = 100
JOB_SIZE = 1000


def normalise(text):
    """A name as it is matched: letters and digits only, in small letters."""
    return re.sub(r"[\W_]+", "", text or "").casefold()


class Print3dProfile(models.Model):
    """How the shop prints a material on a printer; versions are held against it."""

    _name = "print3d.profile"
    _description = "Print Profile"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Leave empty for all companies."
    )
    material = fields.Char(
        tracking=True, help="As files name it, e.g. PETG. Empty for any material."
    )
    printer_model = fields.Char(
        string="Printer",
        tracking=True,
        help="As files name it, e.g. Bambu Lab P1S. Empty for any printer.",
    )
    nozzle_diameter = fields.Float(
        string="Nozzle (mm)", digits=(6, 2), tracking=True, help="0 for any nozzle."
    )
    note = fields.Text(
        string="Why", help="Why these settings, for those who come after."
    )
    line_ids = fields.One2many(
        "print3d.profile.line", "profile_id", string="Settings", copy=True
    )
    slice_ids = fields.One2many(
        "print3d.slice", "profile_id", string="Versions It Fits"
    )
    line_count = fields.Integer(string="Settings Stated", compute="_compute_counts")
    version_count = fields.Integer(string="Versions", compute="_compute_counts")
    deviating_count = fields.Integer(string="Deviating", compute="_compute_counts")

    _place_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), lower(COALESCE(material, '')), "
        "lower(COALESCE(printer_model, '')), COALESCE(nozzle_diameter, 0)) "
        "WHERE active",
        "There is a profile for this material, printer and nozzle already. Change that "
        "one, or archive it.",
    )
    _nozzle_positive = models.Constraint(
        "CHECK (nozzle_diameter >= 0)", "A nozzle is not narrower than 0 mm."
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids", "slice_ids.deviation_count")
    def _compute_counts(self):
        lines = dict(
            self.env["print3d.profile.line"]._read_group(
                [("profile_id", "in", self.ids)], ["profile_id"], ["__count"]
            )
        )
        domain = Domain("profile_id", "in", self.ids)
        Slice = self.env["print3d.slice"]
        versions = dict(Slice._read_group(domain, ["profile_id"], ["__count"]))
        deviating = dict(
            Slice._read_group(
                domain & Domain("deviation_count", ">", 0), ["profile_id"], ["__count"]
            )
        )
        for profile in self:
            profile.line_count = lines.get(profile._origin, 0)
            profile.version_count = versions.get(profile._origin, 0)
            profile.deviating_count = deviating.get(profile._origin, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Hold the versions against new profiles."""
        profiles = super(
            Print3dProfile, self.with_context(print3d_profile_saving=True)
        ).create(vals_list)
        profiles = profiles.with_env(self.env)
        profiles._refresh_versions()
        return profiles

    def write(self, vals):
        """Hold the versions against what changed."""
        versions = self.slice_ids if self._is_refreshing(vals) else None
        result = super(
            Print3dProfile, self.with_context(print3d_profile_saving=True)
        ).write(vals)
        if versions is not None:
            self._refresh_versions(versions)
        return result

    def unlink(self):
        """Find another profile for the versions of those that go."""
        versions = self.sudo().slice_ids
        result = super().unlink()
        versions.exists()._enqueue_deviations()
        return result

    def copy_data(self, default=None):
        """Name the copy; it starts archived, as two profiles cannot be for the same."""
        vals_list = super().copy_data(default)
        for profile, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%(name)s (copy)", name=profile.name)
            vals["active"] = False
        return vals_list

    # === ACTION METHODS === #

    def action_view_versions(self):
        """Open the versions these profiles fit."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_library.print3d_slice_action"
        )
        action["domain"] = [("profile_id", "in", self.ids)]
        action["context"] = {"create": False}
        return action

    def action_view_deviating(self):
        """Open the versions that deviate from these profiles."""
        action = self.action_view_versions()
        action["context"] = {"create": False, "search_default_deviates": 1}
        return action

    # === FITTING === #

    @api.model
    def _is_refreshing(self, vals):
        """Whether a change of these fields changes what fits or what is asked for."""
        return bool(
            {
                "active",
                "company_id",
                "material",
                "printer_model",
                "nozzle_diameter",
                "line_ids",
            }
            & set(vals)
        )

    def _fits(self, version, materials):
        """Whether this profile is for a version.

        :param version: print3d.slice
        :param set materials: its materials, normalised
        :rtype: bool
        """
        self.ensure_one()
        if self.company_id and self.company_id != version.company_id:
            return False
        if self.material and normalise(self.material) not in materials:
            return False
        if self.printer_model and normalise(self.printer_model) != normalise(
            version.printer_model
        ):
            return False
        return not self.nozzle_diameter or (
            abs(self.nozzle_diameter - version.nozzle_diameter) < 0.005
        )

    def _get_specificity(self):
        """How much a profile says about what it is for; the printer says most."""
        self.ensure_one()
        stated = (
            bool(self.printer_model),
            bool(self.material),
            bool(self.nozzle_diameter),
            bool(self.company_id),
        )
        return (sum(stated[:3]), *stated, -self.sequence, -self.id)

    def _get_best(self, version):
        """Of these profiles the most specific one that fits a version, or none."""
        materials = version._get_materials()
        fitting = self.filtered(lambda profile: profile._fits(version, materials))
        return self.browse(
            max(fitting, key=lambda profile: profile._get_specificity()).id
            if fitting
            else False
        )

    def _refresh_versions(self, former=None):
        """Hold all versions these profiles may be for against their profiles.

        :param former: versions that they were for before a change
        """
        Slice = self.env["print3d.slice"].sudo()
        versions = Slice.union(*(profile._find_versions() for profile in self.sudo()))
        if former:
            versions |= former.sudo()
        versions._enqueue_deviations()

    def _find_versions(self):
        """Versions that may fit, by what the database knows of them."""
        self.ensure_one()
        Slice = self.env["print3d.slice"]
        domain = Domain("read_state", "=", "done")
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.nozzle_diameter:
            # A column of two digits, as this field is.
            domain &= Domain("nozzle_diameter", "=", self.nozzle_diameter)
        if self.printer_model:
            wanted = normalise(self.printer_model)
            names = [
                name
                for (name,) in Slice._read_group(domain, ["printer_model"])
                if normalise(name) == wanted
            ]
            domain &= Domain("printer_model", "in", names)
        domain |= Domain("profile_id", "=", self.id)
        return Slice.search(domain, order="id")
