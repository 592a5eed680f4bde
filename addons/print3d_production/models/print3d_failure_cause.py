from odoo import api, fields, models


class Print3dFailureCause(models.Model):
    """Why a print failed, in one picture and a few words."""

    _name = "print3d.failure.cause"
    _description = "Failure Cause"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    icon = fields.Char(
        default="fa-question-circle",
        required=True,
        help="Name of a Font Awesome picture, such as fa-random.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    scrap_reason_tag_id = fields.Many2one(
        "stock.scrap.reason.tag",
        string="Scrap Reason",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The reason written on the scraps of such a failure.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE (name)", "There is a failure cause of this name already."
    )

    def _get_scrap_reason(self):
        """Return the reason of inventory's scraps that means the same."""
        self.ensure_one()
        cause_sudo = self.sudo()
        if not cause_sudo.scrap_reason_tag_id:
            tags = self.env["stock.scrap.reason.tag"].sudo()
            cause_sudo.scrap_reason_tag_id = tags.search(
                [("name", "=", self.name)], limit=1
            ) or tags.create({"name": self.name})
        return cause_sudo.scrap_reason_tag_id

    @api.depends("name")
    def _compute_display_name(self):
        for cause in self:
            cause.display_name = cause.name
