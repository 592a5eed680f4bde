from odoo import api, fields, models
from odoo.exceptions import UserError

from .print3d_run import WAITING


class Print3dRunHolding(models.Model):
    """Runs that keep their place and wait for a person's word."""

    _inherit = "print3d.run"

    is_held = fields.Boolean(
        string="On Hold",
        index="btree_not_null",
        copy=False,
        readonly=True,
        tracking=True,
        help="It keeps its place, but is neither planned nor started until somebody "
        "releases it.",
    )
    filament_id = fields.Many2one(
        "product.product",
        string="Main Filament",
        compute="_compute_filament_id",
        store=True,
        index="btree_not_null",
        help="What most of it is printed with.",
    )
    material_id = fields.Many2one(
        related="filament_id.material_id", store=True, index="btree_not_null"
    )

    @api.depends(
        "plate_id.filament_ids.grams",
        "plate_id.filament_ids.product_id",
    )
    def _compute_filament_id(self):
        for run in self:
            lines = run.plate_id.filament_ids.filtered("product_id")
            run.filament_id = max(
                lines, key=lambda line: (line.grams, -line.tool), default=lines
            ).product_id

    @api.depends("is_held")
    def _compute_can_start(self):
        """Leave alone what is on hold."""
        res = super()._compute_can_start()
        self.filtered("is_held").can_start = False
        return res

    def _do_start(self, mapping=None, *args, job_key=None, **kwargs):
        """Start no run that is on hold, unless its printer has started already."""
        self.ensure_one()
        if self.is_held and self.state in WAITING:
            if not job_key:
                raise UserError(
                    self.env._(
                        "%(run)s is on hold. Release it first, then start it.",
                        run=self.name,
                    )
                )
            self.is_held = False
        return super()._do_start(mapping, *args, job_key=job_key, **kwargs)
