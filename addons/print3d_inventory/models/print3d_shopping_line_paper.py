import base64
import io

from PIL import Image

from odoo import api, models
from odoo.tools import format_amount, format_date

from ..reports.labels import qr

# Pixels of a dot of a code; more letters than these make dots too small to be read.
DOT = 4
LONGEST_CODE = 500
# What a spreadsheet takes as the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Print3dShoppingLine(models.Model):
    """The list on paper, and as a table for a spreadsheet."""

    _inherit = "print3d.shopping.line"

    def action_print(self):
        """Print these lines, vendor by vendor."""
        return self.env.ref("print3d_inventory.print3d_shopping_report").report_action(
            self
        )

    def _get_report(self):
        """Return the list by vendors, for the page that is printed.

        :return: ``vendors``: ``name``, ``terms``, ``phone``, ``email``, ``lines`` and
            ``total``; ``may_buy``, ``date``
        :rtype: dict
        """
        self.check_access("read")
        may_buy = self._may_buy()
        lines = self.sudo().with_context(lang=self.env.user.lang)
        vendors = []
        groups = lines.sorted(
            lambda line: (not line.partner_id, line.partner_id.display_name or "")
        ).grouped("partner_id")
        for vendor, mine in groups.items():
            total = sum(mine.mapped("company_cost"))
            vendors.append(
                {
                    "name": vendor.display_name or self.env._("No vendor yet"),
                    "phone": vendor.phone or "",
                    "email": vendor.email or "",
                    "terms": vendor._get_freight_words() if vendor and may_buy else "",
                    "lines": [line._get_paper_line(may_buy) for line in mine],
                    "total": format_amount(self.env, total, mine[0].company_currency_id)
                    if may_buy
                    else "",
                }
            )
        return {"vendors": vendors, "may_buy": may_buy}

    def _get_paper_line(self, may_buy):
        self.ensure_one()
        product = self.product_id
        url = self._get_safe_url()
        return {
            "name": product.display_name,
            "code": self.product_code or "",
            "colours": product._get_colours() if product.is_filament else [],
            "image": product.image_128,
            "packs": self.packs,
            "pack": self.pack_uom_id.display_name or "",
            "quantity": self._write_qty(self.quantity or self.qty_needed),
            "why": self._get_reason()["text"],
            "needed_on": format_date(self.env, self.needed_on)
            if self.needed_on
            else "",
            "url": url,
            "qr": self._draw_qr(url) if 0 < len(url) <= LONGEST_CODE else "",
            "price": format_amount(self.env, self.unit_price, self.currency_id)
            if may_buy and self.currency_id
            else "",
            "cost": format_amount(self.env, self.cost, self.currency_id)
            if may_buy and self.currency_id
            else "",
        }

    @api.model
    def _draw_qr(self, text):
        """Return a QR code as the address of a picture with its data in it.

        :rtype: str
        """
        matrix = qr.get_matrix(text)
        size = len(matrix) + 2 * qr.QUIET
        image = Image.new("1", (size, size), 1)
        for column, row, length in qr.get_bars(matrix):
            image.paste(
                0,
                (
                    column + qr.QUIET,
                    row + qr.QUIET,
                    column + qr.QUIET + length,
                    row + qr.QUIET + 1,
                ),
            )
        target = io.BytesIO()
        image.resize((size * DOT, size * DOT)).save(target, "PNG")
        return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()

    # === TABLE === #

    def _get_table(self):
        """Return the list as rows of text, the first with the headings.

        Numbers are written with a point, so that every spreadsheet and program reads
        them; text that a spreadsheet would take for a formula is disarmed.

        :rtype: list of list of str
        """
        self.check_access("read")
        may_buy = self._may_buy()
        headings = [
            self.env._("Vendor"),
            self.env._("Product"),
            self.env._("Vendor's number"),
            self.env._("Packs"),
            self.env._("Pack"),
            self.env._("Quantity"),
            self.env._("Unit"),
            *(
                [
                    self.env._("Price of a pack"),
                    self.env._("Cost"),
                    self.env._("Currency"),
                ]
                if may_buy
                else []
            ),
            self.env._("Needed by"),
            self.env._("Why"),
            self.env._("Where to buy"),
        ]
        rows = [headings]
        lines = self.sudo().sorted(
            lambda line: (
                line.partner_id.display_name or "",
                line.product_id.display_name,
            )
        )
        for line in lines:
            texts = [
                line.partner_id.display_name or "",
                line.product_id.display_name,
                line.product_code or "",
            ]
            money = []
            if may_buy:
                digits = line.currency_id.decimal_places
                money = [
                    f"{line.unit_price:.{max(digits, 2)}f}",
                    f"{line.cost:.{digits}f}",
                    line.currency_id.name or "",
                ]
            rows.append(
                [
                    *map(disarm, texts),
                    str(line.packs),
                    disarm(line.pack_uom_id.display_name or ""),
                    f"{line.quantity or line.qty_needed:.6g}"
                    if line.quantity < 1e6
                    else f"{line.quantity:.0f}",
                    disarm(line.product_id.uom_id.name),
                    *money,
                    line.needed_on.isoformat() if line.needed_on else "",
                    disarm(line._get_reason()["text"]),
                    disarm(line._get_safe_url()),
                ]
            )
        return rows


def disarm(text):
    """Return text that no spreadsheet takes for a formula.

    As the OWASP advises on "CSV Injection": an apostrophe goes before what begins like
    a formula, also behind blanks.
    """
    text = (text or "").replace("\r", " ").replace("\n", " ")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) else text
