from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import tags


class Print3dTag(models.Model):
    """One number a spool's tag is known by; a spool may have several.

    A Bambu spool has two chips whose numbers change with the side that faces the
    reader, and one number (``tray_uuid``) that is the spool's.
    """

    _name = "print3d.tag"
    _description = "Filament Tag"
    _order = "lot_id, kind, value, id"
    _rec_name = "value"

    kind = fields.Selection(
        [
            ("uid", "NFC chip"),
            ("tray_uuid", "Bambu spool"),
            ("openprinttag", "OpenPrintTag"),
        ],
        required=True,
        default="uid",
        string="Kind of Tag",
    )
    value = fields.Char(
        string="Number",
        required=True,
        index=True,
        help="In hexadecimal digits, as readers and printers tell it.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Spool",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_spool", "=", True)],
    )
    product_id = fields.Many2one(related="lot_id.product_id", string="Filament")
    # The lot's own company may be empty: such a spool belongs to all of them.
    company_id = fields.Many2one(
        "res.company", related="lot_id.company_id", store=True, index=True
    )
    facts = fields.Json(string="What It Says", readonly=True)
    seen_on = fields.Datetime(string="Last Seen", default=fields.Datetime.now)

    _value_uniq = models.UniqueIndex(
        "(kind, value, COALESCE(company_id, 0))",
        "This tag is tied to another spool already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise_vals(vals) for vals in vals_list])

    def write(self, vals):
        if "value" not in vals and "kind" not in vals:
            return super().write(vals)
        for tag in self:
            kind = {"kind": tag.kind, "value": tag.value}
            super(Print3dTag, tag).write(self._normalise_vals({**kind, **vals}))
        return True

    @api.model
    def _normalise_vals(self, vals):
        """Write a number in one way, and refuse what is none."""
        kind, value = vals.get("kind", "uid"), vals.get("value") or ""
        number = {
            "uid": tags.normalise_uid,
            "tray_uuid": tags.normalise_tray_uuid,
        }.get(kind, lambda text: text.strip().lower())(value)
        if not number:
            raise UserError(
                self.env._(
                    "%(value)s is not the number of a tag. Read the tag with a phone "
                    "or a reader, and take the number it shows.",
                    value=value[:64] or self.env._("Nothing"),
                )
            )
        return {**vals, "value": number}

    @api.model
    def _find_spool(self, identities):
        """Return the spool (stock.lot) of the first identity that is known.

        :param identities: (kind, value) pairs, the surest first
        """
        identities = [pair for pair in identities if pair[1]]
        none = self.env["stock.lot"]
        if not identities:
            return none
        found = {
            (tag.kind, tag.value): tag.lot_id
            for tag in self.search([("value", "in", [pair[1] for pair in identities])])
        }
        for pair in identities:
            spool = found.get(tuple(pair), none)._filtered_access("read")
            if spool:
                return spool
        return none

    @api.model
    def tie(self, lot_id, payload):
        """Tie what a reader read to a spool.

        The same tag read again changes nothing; a tag that was on another spool moves,
        and both spools say so.

        :param int lot_id: the spool (stock.lot)
        :param dict payload: as for ``tools.tags.read``
        :return: ids of the tags of the spool
        :raise UserError: when the tag has no number of its own
        """
        lot = self.env["stock.lot"].browse(lot_id).exists()
        lot = lot._filtered_access("read").filtered("is_spool")
        if not lot:
            raise UserError(
                self.env._("That spool is gone. Scan its label again, then the tag.")
            )
        facts = tags.read(payload)
        if not facts or not facts.identities:
            raise UserError(
                self.env._(
                    "This tag has no number of its own that could be read. Hold the "
                    "phone to it once more, or use another tag."
                )
            )
        return self._tie(lot, facts).ids

    @api.model
    def _tie(self, lot, facts):
        """Tie the identities of a tag to a spool; return the tags."""
        known = self.search(
            [("value", "in", [value for _k, value in facts.identities])]
        )
        tied = self.browse()
        for kind, value in facts.identities:
            vals = {"lot_id": lot.id, "seen_on": fields.Datetime.now()}
            if facts.standard != "uid":
                vals["facts"] = facts.to_dict()
            tag = known.filtered(
                lambda tag, kind=kind, value=value: (tag.kind, tag.value)
                == (kind, value)
            )[:1]
            before = tag.lot_id
            if tag:
                tag.write(vals)
            else:
                tag = self.create({**vals, "kind": kind, "value": value})
            if before != lot:
                tag._tell_move(before, lot)
            tied |= tag
        return tied

    def _tell_move(self, before, after):
        for lot, text in (
            (before, self.env._("Tag %(tag)s was taken off, and is on %(spool)s now.")),
            (after, self.env._("Tag %(tag)s was put on.")),
        ):
            if lot:
                lot.sudo().message_post(
                    body=text % {"tag": self.value, "spool": after.name},
                    subtype_xmlid="mail.mt_note",
                )
