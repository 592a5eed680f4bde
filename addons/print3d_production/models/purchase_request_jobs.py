from odoo import fields, models


class PurchaseRequest(models.Model):
    """The prints that wait for what is requested."""

    _inherit = "purchase.request"

    run_ids = fields.Many2many(
        "print3d.run",
        "purchase_request_print3d_run_rel",
        "request_id",
        "run_id",
        string="Prints Waiting for It",
        copy=False,
        groups="print3d_library.group_print3d_user",
    )

    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The printer it is for.",
    )

    def _get_jobs(self):
        """Add the prints that wait for it."""
        runs = self.sudo().run_ids
        return [
            *super()._get_jobs(),
            *((run._name, run.id, run.display_name) for run in runs),
        ]
