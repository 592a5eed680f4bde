import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

MAX_QUERY = 300
MAX_CONDITIONS = 8
COMPARISON = re.compile(r"<=|>=|!=|<>|==|=|<|>")
NUMBER = re.compile(r"[-+]?(?:\d{1,15}(?:[.,]\d{1,9})?|[.,]\d{1,9})")
ORDERINGS = {
    "<": SQL("<"),
    ">": SQL(">"),
    "<=": SQL("<="),
    ">=": SQL(">="),
}
YES = ("true", "yes", "on", "1")
NO = ("false", "no", "off", "0")
# Key figures that are columns too, where a person may have corrected them.
COLUMNS = (
    "layer_height",
    "first_layer_height",
    "nozzle_diameter",
    "nozzle_temp",
    "bed_temp",
    "printer_model",
)


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
        # The custom domain hides from the ORM which columns it reads.
        self.flush_model(["settings", "common", *COLUMNS])
        self.env["print3d.slice.parameter"].flush_model()
        return Domain.AND(
            Domain.custom(to_sql=lambda model, alias, query, make=make: make(alias))
            for make in conditions
        )

    @api.model
    def _get_setting_condition(self, text):
        """What makes the SQL of one condition of the alias of the table.

        :rtype: callable
        """
        match = COMPARISON.search(text)
        if not match:
            return lambda alias: self._get_word_sql(alias, text)
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
        if operator in ORDERINGS and number is None:
            raise UserError(
                self.env._(
                    "“%(value)s” is no number, so nothing is smaller or larger. Write "
                    "e.g. %(name)s=%(value)s.",
                    name=name,
                    value=value,
                )
            )
        return lambda alias: self._get_comparison_sql(
            alias, name, operator, value, number
        )

    @api.model
    def _get_number(self, value):
        """The number in a text with a point or a comma, with or without ``%``."""
        text = value.rstrip("%").strip()
        return text.replace(",", ".") if NUMBER.fullmatch(text) else None

    @api.model
    def _get_comparison_sql(self, alias, name, operator, value, number):
        names = list({name, name.lower(), re.sub(r"\s+", "_", name.lower())})
        table = SQL.identifier(alias)
        entries = SQL(
            """
            SELECT entry.v
              FROM (
                    SELECT %(table)s.settings -> n AS raw FROM unnest(%(names)s) AS n
                    UNION ALL
                    SELECT %(table)s.common -> n FROM unnest(%(names)s) AS n
                    UNION ALL
                    %(columns)s
                    SELECT to_jsonb(own.value)
                      FROM print3d_slice_parameter AS own
                     WHERE own.slice_id = %(table)s.id
                       AND lower(own.name) = ANY(%(names)s)
                   ) AS stated,
                   LATERAL jsonb_path_query(stated.raw, '$[*]') AS entry(v)
            """,
            table=table,
            names=names,
            columns=SQL("").join(
                SQL(
                    "SELECT to_jsonb(NULLIF(%s, %s)) UNION ALL ",
                    SQL.identifier(alias, column),
                    "" if self._fields[column].type == "char" else 0,
                )
                for column in COLUMNS
                if column in names
            ),
        )
        stated = self._get_stated_sql(table, names)
        if operator in ORDERINGS:
            return SQL(
                "(%s AND EXISTS (SELECT FROM (%s) AS e(v) WHERE %s %s %s::numeric))",
                stated,
                entries,
                self._get_number_sql(),
                ORDERINGS[operator],
                number,
            )
        equal = SQL("lower(e.v #>> '{}') = ANY(%s)", self._get_texts(value))
        if number is not None:
            equal = SQL(
                "(%s OR %s = %s::numeric)", equal, self._get_number_sql(), number
            )
        found = SQL("EXISTS (SELECT FROM (%s) AS e(v) WHERE %s)", entries, equal)
        if operator == "=":
            return SQL("(%s AND %s)", stated, found)
        return SQL("(%s AND EXISTS (%s) AND NOT %s)", stated, entries, found)

    @api.model
    def _get_stated_sql(self, table, names):
        """Versions that state one of these names at all, found by the indexes."""
        if set(names) & set(COLUMNS):
            return SQL("TRUE")
        return SQL(
            """
            %(table)s.id IN (
                SELECT id FROM print3d_slice WHERE settings ?| %(names)s
                UNION
                SELECT id FROM print3d_slice WHERE common ?| %(names)s
                UNION
                SELECT slice_id FROM print3d_slice_parameter
                 WHERE lower(name) = ANY(%(names)s)
            )
            """,
            table=table,
            names=names,
        )

    @api.model
    def _get_number_sql(self):
        """The number of an entry, be it a percentage; NULL when it is none."""
        return SQL(
            r"""
            CASE WHEN jsonb_typeof(e.v) = 'number' THEN (e.v #>> '{}')::numeric
                 WHEN e.v #>> '{}' ~ '^\s*[-+]?[0-9]{1,15}([.][0-9]{1,15})?\s*%%?\s*$'
                 THEN trim(both ' %%' from e.v #>> '{}')::numeric
            END
            """
        )

    @api.model
    def _get_texts(self, value):
        """A text as entries may spell it: yes is 1 and true."""
        text = value.strip("\"'").lower()
        for words in (YES, NO):
            if text in words:
                return list(words)
        return [text]

    @api.model
    def _get_word_sql(self, alias, word):
        """Names of settings that contain a word, or key figures that say it."""
        pattern = re.sub(r"([\\%])", r"\\\1", word.strip())
        # An underscore stands for any character: “layer height” finds layer_height.
        pattern = re.sub(r"[\s_-]+", "_", pattern)
        table = SQL.identifier(alias)
        return SQL(
            """
            (EXISTS (SELECT FROM jsonb_object_keys(
                        CASE jsonb_typeof(%(table)s.settings) WHEN 'object'
                        THEN %(table)s.settings END) AS key WHERE key ILIKE %(pattern)s)
             OR EXISTS (SELECT FROM jsonb_each_text(
                        CASE jsonb_typeof(%(table)s.common) WHEN 'object'
                        THEN %(table)s.common END) AS entry(key, value)
                        WHERE entry.key ILIKE %(pattern)s
                           OR entry.value ILIKE %(pattern)s)
             OR EXISTS (SELECT FROM print3d_slice_parameter AS own
                         WHERE own.slice_id = %(table)s.id
                           AND (own.name ILIKE %(pattern)s
                                OR own.value ILIKE %(pattern)s)))
            """,
            table=table,
            pattern=f"%{pattern}%",
        )
