from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class Print3dFilamentChoose(models.TransientModel):
    """The filaments that come closest to what a line of a file wants."""

    _name = "print3d.filament.choose"
    _description = "Choose Filament"

    line_id = fields.Many2one(
        "print3d.plate.filament", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id")
    file_chip = fields.Json(related="line_id.file_chip")
    filament_name = fields.Char(related="line_id.filament_name")
    vendor = fields.Char(related="line_id.vendor")
    option_ids = fields.One2many(
        "print3d.filament.choose.option", "choose_id", string="Closest Filaments"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Another filament",
        domain="[('is_filament', '=', True), "
        "('company_id', 'in', [False, company_id])]",
    )

    @api.model
    def _create_for_line(self, line):
        """Open a line: rank the filaments that come closest to it.

        :param line: what the file wants (print3d.plate.filament)
        :rtype: print3d.filament.choose
        """
        matches = line._rank_filaments(limit=6)[line]
        return self.create(
            {
                "line_id": line.id,
                "option_ids": [
                    Command.create(
                        {
                            "sequence": index,
                            "product_id": match.id,
                            "confidence": match.confidence,
                            "reason": line._get_reason_text(match.reasons),
                        }
                    )
                    for index, match in enumerate(matches)
                ],
            }
        )

    def action_choose(self):
        """Take the filament chosen outside the list."""
        self.ensure_one()
        if not self.product_id:
            raise UserError(
                self.env._("Choose a filament, or take one of the list above.")
            )
        self.line_id.write({"product_id": self.product_id.id})
        return {"type": "ir.actions.act_window_close"}

    def action_create_filament(self):
        """Make a filament of what the file says instead."""
        self.ensure_one()
        return self.line_id.action_create_filament()

    def _get_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which filament is it?"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
