import json

from odoo import api, models, tools

SEED_FILE = "print3d_production/data/printer_models.json"


class Print3dPrinterModelSeed(models.Model):
    """The models of the common makers, which come with the addon."""

    _inherit = "print3d.printer.model"

    @api.model
    def _read_seed(self):
        """Return the models that come with the addon: a list of dicts.

        Keys are those of the fields, but for `key` (of the external id), `nozzles` (a
        list of mm), `names`, `compatible` (keys) and `surfaces` (external ids).
        """
        with tools.file_open(SEED_FILE, "rb") as file:
            return json.load(file)["models"]

    @api.model
    def _load_seed(self):
        """Make the models that come with the addon; those there stay as they are."""
        prefix = "print3d_production.printer_model_"
        rows = self._read_seed()
        known = {
            row["key"]
            for row in rows
            if self.env.ref(prefix + row["key"], raise_if_not_found=False)
        }
        fresh = [row for row in rows if row["key"] not in known]
        self._load_records(
            [
                {
                    "xml_id": prefix + row["key"],
                    "values": self._prepare_seed_vals(row),
                    "noupdate": True,
                }
                for row in fresh
            ]
        )
        for row in fresh:
            if row.get("compatible"):
                self.env.ref(prefix + row["key"]).compatible_ids = self.union(
                    *(self.env.ref(prefix + key) for key in row["compatible"])
                )

    @api.model
    def _prepare_seed_vals(self, row):
        vals = {
            name: value
            for name, value in row.items()
            if name not in ("key", "nozzles", "names", "compatible", "surfaces")
        }
        surfaces = self.env["print3d.surface"].union(
            *(
                self.env.ref(f"print3d_production.surface_{name}")
                for name in row.get("surfaces", ())
            )
        )
        return {
            "max_slot_count": row.get("slot_count", 1),
            **vals,
            "nozzle_sizes": ", ".join(map(str, row.get("nozzles", [0.4]))),
            "slicer_names": ", ".join(row.get("names", [])),
            "surface_ids": [(6, 0, surfaces.ids)],
        }
