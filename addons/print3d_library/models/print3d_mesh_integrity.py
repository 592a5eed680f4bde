from odoo import fields, models


class Print3dMesh(models.Model):
    _inherit = "print3d.mesh"

    file_condition = fields.Selection(
        related="file_id.condition", string="File's Condition"
    )
    file_damage = fields.Char(
        related="file_id.damage_message", string="Damage of the File"
    )

    def action_restore_file(self):
        """Ask for the original of the mesh's damaged file."""
        return self.file_id.action_restore()
