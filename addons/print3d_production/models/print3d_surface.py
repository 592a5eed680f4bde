from odoo import api, fields, models, tools

from ..scheduling.capability import model_key


class Print3dSurface(models.Model):
    """A build plate that a printer prints on."""

    _name = "print3d.surface"
    _description = "Build Surface"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    slicer_names = fields.Char(
        string="Names in Slicers",
        help="What slicers call it in their files, separated by commas.",
    )

    _name_uniq = models.UniqueIndex(
        "(lower(name->>'en_US'))", "A build surface with this name exists already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        surfaces = super().create(vals_list)
        self.env.registry.clear_cache()
        return surfaces

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _get_name_index(self):
        """Return {name as a slicer writes it: tuple of ids of surfaces it may be}.

        A word may stand for several: a slicer's "High Temp Plate" is smooth PEI on one
        printer and glass on another.
        """
        index = {}
        surfaces = self.sudo().with_context(lang="en_US")
        for surface in surfaces.search([("active", "=", True)]):
            for word in [surface.name, *(surface.slicer_names or "").split(",")]:
                key = model_key(word)
                if key:
                    index.setdefault(key, []).append(surface.id)
        return {key: tuple(ids) for key, ids in index.items()}
