from odoo import api, models


class Print3dScan(models.AbstractModel):
    _inherit = "print3d.scan"

    @api.model
    def _get_steps(self):
        steps = super()._get_steps()
        # Article numbers are the shop's own; a run's number cannot be mistaken.
        steps.insert(steps.index("_resolve_product"), "_resolve_run_name")
        return steps

    @api.model
    def _resolve_run_name(self, text):
        run = self.env["print3d.run"].search(
            [("name", "in", self._get_spellings(text))], limit=1
        )
        return self._describe(run, "job") if run else None

    @api.model
    def _describe(self, record, kind):
        found = super()._describe(record, kind)
        if kind == "job":
            states = dict(record._fields["state"]._description_selection(self.env))
            found["title"] = record.name
            found["subtitle"] = (
                f"{record.product_id.display_name} · {states[record.state]}"
            )
        return found
