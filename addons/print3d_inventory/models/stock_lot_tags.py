import base64

from odoo import api, fields, models

from ..tools import ndef, openspool
from ..tools.tag_facts import TagFacts


class StockLot(models.Model):
    _inherit = "stock.lot"

    tag_ids = fields.One2many("print3d.tag", "lot_id")
    tag_count = fields.Integer(compute="_compute_tag_count")

    @api.depends("tag_ids")
    def _compute_tag_count(self):
        counts = dict(
            self.env["print3d.tag"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.tag_count = counts.get(lot._origin, 0)

    def action_view_tags(self):
        """Open the tags of this spool."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_tag_action"
        )
        action.update(
            name=self.env._("Tags of %(spool)s", spool=self.name),
            domain=[("lot_id", "=", self.id)],
            context={"default_lot_id": self.id},
        )
        return action

    def get_tag_payload(self):
        """Return what to write on an NFC tag of this spool: OpenSpool and its link.

        Printers read the first record; a phone without any app opens the second.

        :return: ``records`` as Web NFC writes them, and the whole message in base64
        :rtype: dict
        """
        self.ensure_one()
        text = openspool.write(self._get_tag_facts())
        url = self._get_label_url()
        message = ndef.build(
            [
                ndef.Record(openspool.MIME, text.encode()),
                ndef.Record("url", url.encode()),
            ]
        )
        return {
            "records": [
                {"recordType": "mime", "mediaType": openspool.MIME, "data": text},
                {"recordType": "url", "data": url},
            ],
            "size": len(message),
            "ndef": base64.b64encode(message).decode(),
        }

    def _get_tag_facts(self):
        """Hook: return what a tag says of this spool (TagFacts)."""
        self.ensure_one()
        product, material = self.product_id, self.material_id
        return TagFacts(
            standard="openspool",
            brand=self.brand_id.name or "",
            material=material.code or material.name or "",
            batch=self.ref or "",
            hexes=tuple(product._get_colours()),
            diameter_mm=product.diameter_mm or None,
            net_weight_g=self.net_weight_g or None,
            nozzle_temp_min=material.nozzle_temp_min or None,
            nozzle_temp_max=material.nozzle_temp_max or None,
            bed_temp_min=material.bed_temp_min or None,
            bed_temp_max=material.bed_temp_max or None,
        )
