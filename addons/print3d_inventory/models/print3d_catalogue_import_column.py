from odoo import fields, models


class Print3dCatalogueImportColumn(models.Model):
    _name = "print3d.catalogue.import.column"
    _description = "Column of a Table of Filaments"
    _order = "sequence, id"

    import_id = fields.Many2one(
        "print3d.catalogue.import",
        string="Import",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer()
    name = fields.Char(string="Column", required=True, readonly=True)
    sample = fields.Char(string="For Example", readonly=True)
    field = fields.Selection(
        [
            ("brand", "Brand"),
            ("name", "Name"),
            ("colour_name", "Name of the colour"),
            ("colour_hexes", "Colour (#RRGGBB)"),
            ("material", "Material"),
            ("finish", "Finish or pattern"),
            ("diameter_mm", "Diameter (mm)"),
            ("net_weight_g", "Net weight"),
            ("tare_weight_g", "Empty spool (g)"),
            ("density", "Density (g/cm³)"),
            ("nozzle", "Nozzle (°C)"),
            ("bed", "Bed (°C)"),
            ("price", "Price of a spool"),
            ("price_per_kg", "Price per kg"),
            ("sku", "SKU"),
            ("barcode", "EAN"),
            ("vendor", "Vendor"),
            ("url", "Where to buy it"),
            ("key", "External ID"),
        ],
        string="Holds",
    )
