from odoo import fields, models


class Print3dRunEndWizard(models.TransientModel):
    _name = "print3d.run.end.wizard"
    _description = "End a Print"

    run_id = fields.Many2one("print3d.run", required=True, ondelete="cascade")


class Print3dRunEndWizardLine(models.TransientModel):
    _name = "print3d.run.end.wizard.line"
    _description = "End a Print: Pieces"

    wizard_id = fields.Many2one(
        "print3d.run.end.wizard", required=True, index=True, ondelete="cascade"
    )


class Print3dRunEndWizardSpool(models.TransientModel):
    _name = "print3d.run.end.wizard.spool"
    _description = "End a Print: Spool"

    wizard_id = fields.Many2one(
        "print3d.run.end.wizard", required=True, index=True, ondelete="cascade"
    )
