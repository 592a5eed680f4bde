from odoo import models


class Print3dPlate(models.Model):
    _inherit = "print3d.plate"

    def _prepare_comparison(self):
        """Hook: what is compared of a plate, see ``tools.compare``.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "index": self.index,
            "name": self.name or "",
            "time_s": self.time_s,
            "copies": self.copies,
            "layers": self.layer_count,
            "height": self.object_height,
            "objects": [
                {"name": line.name, "count": line.count} for line in self.object_ids
            ],
            "filaments": [
                {
                    "tool": line.tool,
                    "material": line.filament_type or "",
                    "colour": line.colour or "",
                    "name": line.filament_name or "",
                    "grams": round(line.grams, 2),
                }
                for line in self.filament_ids
            ],
        }
