from odoo import fields, models


class Print3dMeshPart(models.Model):
    """A part of a mesh file; the figures are those of the mesh's unit."""

    _name = "print3d.mesh.part"
    _description = "Part of a Mesh"
    _order = "mesh_id, sequence, id"

    mesh_id = fields.Many2one(
        "print3d.mesh", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="mesh_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True)
    role = fields.Selection(
        [
            ("model", "Printed"),
            ("modifier", "Modifier"),
            ("negative", "Cut Away"),
            ("support", "Support"),
            ("support_blocker", "Support Blocker"),
            ("support_enforcer", "Support Enforcer"),
            ("excluded", "Not Printed"),
        ],
        required=True,
        readonly=True,
        default="model",
    )
    plate = fields.Integer(readonly=True)
    triangles = fields.Integer(readonly=True)
    bodies = fields.Integer(readonly=True)
    volume_cm3 = fields.Float(string="Volume (cm³)", digits=(16, 3), readonly=True)
    area_cm2 = fields.Float(string="Surface (cm²)", digits=(16, 2), readonly=True)
    size_text = fields.Char(string="Size (mm)", readonly=True)
    is_watertight = fields.Boolean(string="Watertight", readonly=True)
    colour = fields.Char(readonly=True)
