import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

MAX_QUERY = 300
MAX_CONDITIONS = 8
COMPARISON = re.compile(r"<=|>=|!=|<>|==|=|<|>")
NUMBER = re.compile(r"[-+]?(?:\d{1,15}(?:[.,]\d{1,9})?|[.,]\d{1,9})")


class Print3dSlice(models.Model):
    """Search versions by what their settings say."""

    _inherit = "print3d.slice"

    setting = fields.Char(
        compute="_compute_setting",
        search="_search_setting",
        help="Search by settings: layer_height<0.2, sparse_infill_density=15%, "
        "nozzle_diameter>=0.6, or a word of a name. Several are joined with “and”.",
    )

    def _compute_setting(self):
        """The field is there to search with."""
        self.setting = False

    def _search_setting(self, operator, value):
        """Versions whose settings fulfil every condition of an expression.

        Names are the slicer's own, the common ones and those of own parameters; a list
        (one value a tool) fulfils a condition when one of its entries does. Corrected
        key figures are found by the corrected and by the extracted value.

        :raises UserError: a comparison without name or value, or with what is no number
        """
        if operator not in ("in", "=", "ilike"):
            return NotImplemented
        queries = value if operator == "in" else [value]
        return Domain.OR(self._get_setting_domain(query) for query in queries if query)

    @api.model
    def _get_setting_domain(self, query):
        """The domain of one expression, e.g. ``supports=yes and layer_height<0.2``."""
        query = str(query).strip()[:MAX_QUERY]
        parts = [part for part in re.split(r"\band\b|&", query) if part.strip()]
        conditions = [
            self._get_setting_condition(part.strip()) for part in parts[:MAX_CONDITIONS]
        ]
        if not conditions:
            return Domain.FALSE
        # What was changed in this transaction is found, too.
        self.env["print3d.search.entry"]._refresh_noted()
        return Domain.AND(
            Domain.custom(
                to_sql=lambda model, alias, query, make=make: make(
                    SQL.identifier(alias, "id")
                )
            )
            for make in conditions
        )

    @api.model
    def _get_setting_condition(self, text):
        """What makes the SQL of one condition of the column of the version's id.

        :rtype: callable
        """
        Setting = self.env["print3d.search.setting"]
        match = COMPARISON.search(text)
        if not match:
            return lambda column: Setting._get_word_condition(column, text)
        name, value = text[: match.start()].strip(), text[match.end() :].strip()
        operator = {"==": "=", "<>": "!="}.get(match.group(), match.group())
        if not name or not value or COMPARISON.search(value):
            raise UserError(
                self.env._(
                    "“%(text)s” is no condition. Write the name of a setting, a "
                    "comparison and a value, e.g. layer_height<0.2.",
                    text=text,
                )
            )
        number = self._get_number(value)
        if operator not in ("=", "!=") and number is None:
            raise UserError(
                self.env._(
                    "“%(value)s” is no number, so nothing is smaller or larger. Write "
                    "e.g. %(name)s=%(value)s.",
                    name=name,
                    value=value,
                )
            )
        names = {name, re.sub(r"\s+", "_", name)}
        return lambda column: Setting._get_condition(
            column, names, operator, value, number
        )

    @api.model
    def _get_number(self, value):
        """The number in a text with a point or a comma, with or without ``%``."""
        text = value.rstrip("%").strip()
        return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None
