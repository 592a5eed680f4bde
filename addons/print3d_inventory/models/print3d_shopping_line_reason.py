from odoo import fields, models
from odoo.tools import format_date, formatLang


class Print3dShoppingLine(models.Model):
    """Why something is on the list, in words and with its arithmetic."""

    _inherit = "print3d.shopping.line"

    def _get_reason(self):
        """Return why a line is there, in the language of the reader.

        :return: ``text``, one sentence, and ``lines`` of its arithmetic: ``label``,
            ``value``, and ``sum`` where it is a sum of its own
        :rtype: dict
        """
        self.ensure_one()
        figures = self.reason or {}
        if self.origin == "request":
            return self._get_request_reason(figures)
        if self.origin == "manual":
            text = self.env._("Added by %(user)s", user=self.sudo().user_id.name)
            return {"text": text, "lines": []}
        return self._get_rule_reason(figures)

    def _get_request_reason(self, figures):
        text = self.env._(
            "%(user)s asked for it in %(request)s",
            user=figures.get("by") or "",
            request=figures.get("request") or "",
        )
        lines = []
        if self.needed_on:
            lines.append(
                {
                    "label": self.env._("Needed by"),
                    "value": format_date(self.env, self.needed_on),
                }
            )
        return {"text": text, "lines": lines}

    def _get_rule_reason(self, figures):
        """Return the reason of a reorder rule: when it runs out, and the reckoning."""
        minimum = figures.get("minimum") or 0.0
        if self.needed_on:
            text = self.env._(
                "Projected to run out on %(date)s",
                date=format_date(self.env, self.needed_on),
            )
        elif (figures.get("on_hand") or 0.0) <= 0:
            text = self.env._("Nothing left")
        else:
            text = self.env._("Below %(minimum)s", minimum=self._write_qty(minimum))
        rows = [
            (self.env._("In stock"), figures.get("on_hand")),
            (
                self.env._("Expected with what comes and goes"),
                figures.get("forecast"),
            ),
            (self.env._("Reorder below"), minimum),
            (self.env._("Fill up to"), figures.get("level")),
        ]
        lines = [
            {"label": label, "value": self._write_qty(value or 0.0)}
            for label, value in rows
        ]
        if figures.get("late"):
            lines.append(
                {
                    "label": self.env._(
                        "Ordered, and expected later (%(date)s)",
                        date=format_date(
                            self.env, fields.Date.to_date(figures["late_on"])
                        ),
                    ),
                    "value": self._write_qty(figures["late"]),
                }
            )
        for qty, name in figures.get("asked") or []:
            label = (
                self.env._("Asked for in %(request)s", request=name)
                if name
                else self.env._("On this list by hand")
            )
            lines.append({"label": label, "value": self._write_qty(qty)})
        lines.append(
            {"label": self.env._("To buy"), "value": self._write_qty(self.qty_needed)}
        )
        # How the reorder point itself comes about, where it was learned.
        lines += [
            {
                "label": row["label"],
                "sum": row.get("sum") or "",
                "value": row.get("value") or "",
            }
            for row in (self.sudo().orderpoint_id.explained or {}).get("lines", ())
        ]
        return {"text": text, "lines": lines}

    def _write_qty(self, quantity):
        """Write a quantity of the product with its unit, without idle zeros.

        :rtype: str
        """
        self.ensure_one()
        unit = self.product_id.uom_id
        value = unit.round(quantity)
        digits = 0 if value == int(value) else 2
        text = formatLang(self.env, value, digits=digits)
        return f"{text} {unit.name}"
