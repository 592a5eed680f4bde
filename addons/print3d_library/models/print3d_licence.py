from odoo import fields, models


class Print3dLicence(models.Model):
    _name = "print3d.licence"
    _description = "Licence of a 3D Model"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    url = fields.Char(string="Text of the Licence")
    commercial_use = fields.Boolean(
        default=True, help="Prints of the model may be sold under this licence."
    )
    attribution_required = fields.Boolean(
        help="The designer has to be named with every print."
    )
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint("UNIQUE(name)", "This licence exists already.")
