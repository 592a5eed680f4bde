from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import consteq
from odoo.tools.misc import hmac


class Print3dLabelMixin(models.AbstractModel):
    """Records that carry a label with a signed link."""

    _name = "print3d.label.mixin"
    _description = "Things With a Label"

    # What the labels are called in the dialog and in addresses, the letter in their
    # links, and the word their signature is bound to.
    _label_kind = None
    _label_letter = None
    _label_scope = None

    def action_print_labels(self, layout=None):
        """Ask how to print the labels of these records, or print at once.

        :param layout: key of a paper; the labels are then opened without asking
        :raise UserError: when none of them has a label
        """
        records = self._filter_labelled()
        if not records:
            raise UserError(self.env._("There is nothing here to print a label for."))
        if layout:
            return {
                "type": "ir.actions.act_url",
                "url": self.env["print3d.label"]._get_url(
                    self._label_kind, records.ids, {"layout": layout}
                ),
                "target": "new",
            }
        return {
            "type": "ir.actions.client",
            "tag": "print3d_inventory.print_labels",
            "params": {"kind": self._label_kind, "ids": records.ids},
        }

    def _filter_labelled(self):
        """Hook: return those of these records that can have a label."""
        return self

    def _mark_labels_printed(self):
        """Hook: note that labels of these records were printed."""

    def _get_label_signature(self):
        """Return what proves that a label was printed here."""
        self.ensure_one()
        return hmac(self.sudo().env, self._label_scope, self.id)[:20]

    def _check_label_signature(self, signature):
        """Tell whether ``signature`` was printed for this record."""
        self.ensure_one()
        return consteq(self._get_label_signature(), signature or "")

    def _get_label_path(self):
        """Return the path of the signed link of this record."""
        self.ensure_one()
        return f"/print3d/{self._label_letter}/{self.id}/{self._get_label_signature()}"

    def _get_label_url(self):
        """Return the address in the QR code of this record."""
        self.ensure_one()
        return self.get_base_url() + self._get_label_path()

    def _get_desk_path(self):
        """Hook: return where the link leads on a computer."""
        raise NotImplementedError

    def _prepare_label_vals(self):
        """Hook: return what is printed on the label of each record.

        :return: dicts with ``name``, ``url``, ``lines`` (dicts with ``text`` and
            ``style``: strong, plain or small) and maybe ``hexes``
        :rtype: list[dict]
        """
        raise NotImplementedError

    @api.model
    def _get_label_lines(self, *lines):
        """Return (style, text) pairs as the lines of a label, without empty ones."""
        return [{"style": style, "text": text} for style, text in lines if text]
