from odoo import fields, models


class Print3dAutomationSimulationLine(models.TransientModel):
    """One thing that a rule would have done, or found that it need not do."""

    _name = "print3d.automation.simulation.line"
    _description = "Line of a Simulation"
    _order = "happened_on, id"
    _rec_name = "words"

    simulation_id = fields.Many2one(
        "print3d.automation.simulation", required=True, index=True, ondelete="cascade"
    )
    happened_on = fields.Datetime(string="When", readonly=True)
    day = fields.Date(readonly=True)
    res_model = fields.Char(string="Model of the Record", readonly=True)
    res_id = fields.Many2oneReference(
        string="Number of the Record", model_field="res_model", readonly=True
    )
    res_name = fields.Char(string="Record", readonly=True)
    words = fields.Char(string="What Would Have Been Done", readonly=True)
    outcome = fields.Selection(
        [("does", "Would act"), ("nothing", "Nothing to do"), ("unknown", "Not known")],
        readonly=True,
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    cost = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    def action_open_record(self):
        """Open the record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
