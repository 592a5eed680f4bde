from odoo import api, models


class Print3dProductionDemo(models.AbstractModel):
    """A plate that two orders share, and a print that somebody keeps back."""

    _inherit = "print3d.production.demo"

    @api.model
    def _load_queue(self):
        """Queue what shows how plates are filled."""
        self._make_order("clips_tpu", "clip_tpu", 15)
        self._make_order("clips_tpu_more", "clip_tpu", 1)
        boxes = self._make_order("boxes_later", "organiser", 1).run_ids
        boxes.action_hold()
