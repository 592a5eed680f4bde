from odoo import fields, models


class Print3dRunStartWizard(models.TransientModel):
    _name = "print3d.run.start.wizard"
    _description = "Start a Print"

    run_id = fields.Many2one("print3d.run", required=True, ondelete="cascade")
    line_ids = fields.One2many("print3d.run.start.wizard.line", "wizard_id")


class Print3dRunStartWizardLine(models.TransientModel):
    _name = "print3d.run.start.wizard.line"
    _description = "Start a Print: Tool"

    wizard_id = fields.Many2one(
        "print3d.run.start.wizard", required=True, index=True, ondelete="cascade"
    )
