from odoo import fields, models


class Print3dImportEdit(models.Model):
    """A change a person made to a plan, kept so that it can be undone."""

    _name = "print3d.import.edit"
    _description = "Change to an Import"
    _order = "id desc"

    import_id = fields.Many2one(
        "print3d.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char(required=True, readonly=True)
    former = fields.Json(
        string="Former Values",
        readonly=True,
        help="Model, id and former values of each record that was changed.",
    )
