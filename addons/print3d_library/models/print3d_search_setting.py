import json
import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

MAX_VALUE = 120
MAX_KEY = 120
# A list has an entry a tool; longer ones are tables that nobody searches.
MAX_LIST = 32
# Names that are listed beside settings: they begin with a sign no setting begins with.
NAMED = ["@material", "@printer", "@slicer", "@colour"]
ORDERINGS = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}
YES = ("true", "yes", "on", "1")
NO = ("false", "no", "off", "0")
NUMBER = re.compile(r"\s*([-+]?\d{1,15}(?:\.\d{1,15})?)\s*%?\s*")


def read_entries(settings):
    """The names and values of settings, as they are looked for.

    :param settings: dict of parsed settings: names to values or to lists of values
    :return: ``{(name, value), …}`` in small letters; a value that is too long to be
        looked for, or that has parts of its own, is the empty text: it is stated
    :rtype: set
    """
    found = set()
    for key, raw in settings.items():
        key = str(key).lower()[:MAX_KEY]
        values = raw[:MAX_LIST] if isinstance(raw, list) else [raw]
        for value in values or [""]:
            found.add((key, _as_text(value)))
    return found


def _as_text(value):
    if value is None or isinstance(value, (dict, list)):
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    text = text.replace("\x00", "").strip().lower()
    return text if len(text) <= MAX_VALUE else ""


def as_number(text):
    """The number a value is, be it a percentage; ``None`` when it is none."""
    match = NUMBER.fullmatch(text)
    return float(match[1]) if match else None


def get_spellings(value):
    """A text as settings may spell it: yes is 1 and true.

    :rtype: list[str]
    """
    text = value.strip().strip("\"'").lower()
    for words in (YES, NO):
        if text in words:
            return list(words)
    return [text]


class Print3dSearchSetting(models.Model):
    """A name of a setting with one of the values it has anywhere, by a number.

    Slicers write hundreds of settings, but each of them has few values: versions keep
    the numbers of theirs (``print3d.search.version``), and a comparison is looked up
    here, not in every version. Two transactions may add the same pair at the same time
    under two numbers; every look-up takes all of them.
    """

    _name = "print3d.search.setting"
    _description = "Value of a Setting, for the Search"
    _log_access = False
    _order = "key, value"

    key = fields.Char(string="Setting", required=True)
    value = fields.Char(required=True)
    number = fields.Float()
    is_common = fields.Boolean(string="Key Figure")

    _key_value_idx = models.Index("(key, value)")
    _key_number_idx = models.Index("(key, number) WHERE number IS NOT NULL")

    @api.model
    def _get_codes(self, pairs):
        """The numbers of pairs; new ones are added.

        :param pairs: iterable of ``(name, value, is_common)``
        :rtype: dict
        """
        pairs = list(dict.fromkeys(pairs))
        codes = self._find_codes(pairs)
        missing = [pair for pair in pairs if pair not in codes]
        if missing:
            keys, values, commons = zip(*missing, strict=True)
            rows = self.env.execute_query(
                SQL(
                    """
                    INSERT INTO print3d_search_setting (key, value, number, is_common)
                    SELECT * FROM unnest(%s, %s, %s::float8[], %s::bool[])
                    RETURNING key, value, is_common, id
                    """,
                    list(keys),
                    list(values),
                    [as_number(value) for value in values],
                    list(commons),
                )
            )
            codes.update(
                {(key, value, common): code for key, value, common, code in rows}
            )
        return codes

    @api.model
    def _find_codes(self, pairs):
        if not pairs:
            return {}
        keys, values, commons = zip(*pairs, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.key, s.value, s.is_common, min(s.id)
                  FROM unnest(%s, %s, %s::bool[]) AS wanted(key, value, is_common)
                  JOIN print3d_search_setting AS s
                 USING (key, value, is_common)
                 GROUP BY 1, 2, 3
                """,
                list(keys),
                list(values),
                list(commons),
            )
        )
        return {(key, value, common): code for key, value, common, code in rows}

    @api.model
    def _get_named(self):
        """The numbers of what the index lists by name: materials, printers, colours.

        :return: ``{(kind, name in small letters): number}``
        :rtype: dict
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT key, value, id FROM print3d_search_setting "
                "WHERE key = ANY(%s) ORDER BY id DESC",
                NAMED,
            )
        )
        return {(key[1:], value.lower()): code for key, value, code in rows}

    # === CONDITIONS === #

    @api.model
    def _get_condition(self, column, names, operator, value, number, upper=None):
        """The SQL of one comparison.

        A version that states no such setting fulfils none, not even ``!=``. Of a list,
        one entry a tool, one has to fulfil it.

        :param column: SQL of the id of a version
        :param names: the setting, by every name it may have
        :param str operator: ``<``, ``<=``, ``>``, ``>=``, ``=``, ``!=`` or ``in``
        :param str value: what is compared with, as a text
        :param float number: the same as a number, ``None`` when it is none
        :param float upper: the upper end of a range
        :rtype: odoo.tools.SQL
        """
        names = sorted({name.strip().lower() for name in names})
        if operator in ORDERINGS:
            condition = SQL("number %s %s", ORDERINGS[operator], number)
        elif operator == "in":
            condition = SQL("number BETWEEN %s AND %s", number, upper)
        else:
            condition = SQL("value = ANY(%s)", get_spellings(value))
            if number is not None:
                condition = SQL("(%s OR number = %s)", condition, number)
        stated = SQL("key = ANY(%s)", names)
        found = self._find_versions(SQL("%s AND %s", stated, condition))
        if operator == "!=":
            found = self._find_versions(stated) - found
        return SQL("%s = ANY(%s::int4[])", column, sorted(found))

    @api.model
    def _get_word_condition(self, column, word):
        """The SQL of: a setting has this in its name, or a key figure says it."""
        pattern = re.sub(r"([\\%])", r"\\\1", word.strip())
        # An underscore stands for any character: “layer height” finds layer_height.
        pattern = "%" + re.sub(r"[\s_-]+", "_", pattern) + "%"
        found = self._find_versions(
            SQL(
                "key NOT LIKE '@%%' AND "
                "(key ILIKE %(p)s OR (is_common AND value ILIKE %(p)s))",
                p=pattern,
            )
        )
        return SQL("%s = ANY(%s::int4[])", column, sorted(found))

    @api.model
    def _find_versions(self, condition):
        """Ids of the versions that have a setting of which a condition is true.

        The planner takes lists of numbers for something it can compare row by row at
        no cost; they lie outside of their rows, and only the index is fast.

        :param condition: SQL of the columns of this table
        :rtype: set
        """
        rows = self.env.execute_query(
            SQL(
                """
                SET LOCAL enable_seqscan = off;
                SELECT slice_id
                  FROM print3d_search_version
                 WHERE codes && (SELECT array_agg(id)
                                   FROM print3d_search_setting WHERE %s)
                """,
                condition,
            )
        )
        self.env.cr.execute("SET LOCAL enable_seqscan TO DEFAULT")
        return {slice_id for (slice_id,) in rows}


class Print3dSearchVersion(models.Model):
    """The settings of a version by their numbers, see ``print3d.search.setting``."""

    _name = "print3d.search.version"
    _description = "Settings of a Version, for the Search"
    _log_access = False

    slice_id = fields.Many2one("print3d.slice", required=True, ondelete="cascade")

    _slice_uniq = models.UniqueIndex("(slice_id)", "A version is in the index once.")

    def init(self):
        """Add what no field of Odoo has: a list of numbers, and its index."""
        self.env.cr.execute(
            """
            ALTER TABLE print3d_search_version
                ADD COLUMN IF NOT EXISTS codes int4[] NOT NULL DEFAULT '{}';
            CREATE INDEX IF NOT EXISTS print3d_search_version_codes_idx
                ON print3d_search_version USING gin (codes)
            """
        )

    @api.model
    def _refresh(self, slice_ids):
        """Index the settings of versions again.

        :param slice_ids: ids; those of versions that are gone do no harm
        """
        if not slice_ids:
            return
        slice_ids = sorted(slice_ids)
        common_columns = ("printer_model", "nozzle_diameter", "layer_height")
        common_columns += ("first_layer_height", "nozzle_temp", "bed_temp")
        pairs = defaultdict(set)
        for slice_id, settings, common, *columns in self.env.execute_query(
            SQL(
                "SELECT id, settings, common, %s FROM print3d_slice WHERE id = ANY(%s)",
                SQL(", ").join(SQL.identifier(name) for name in common_columns),
                slice_ids,
            )
        ):
            stated = pairs[slice_id]
            if isinstance(settings, dict):
                stated |= {(*pair, False) for pair in read_entries(settings)}
            common = common if isinstance(common, dict) else {}
            # What a person corrected is found by both values.
            corrected = {
                name: value
                for name, value in zip(common_columns, columns, strict=True)
                if value
            }
            for entries in (common, corrected):
                stated |= {(*pair, True) for pair in read_entries(entries)}
        for slice_id, name, value in self.env.execute_query(
            SQL(
                "SELECT slice_id, name, value FROM print3d_slice_parameter "
                "WHERE slice_id = ANY(%s)",
                slice_ids,
            )
        ):
            stated = read_entries({name.strip(): value})
            pairs[slice_id] |= {(*pair, True) for pair in stated}
        codes = self.env["print3d.search.setting"]._get_codes(
            pair for stated in pairs.values() for pair in stated
        )
        rows = [
            (slice_id, sorted(codes[pair] for pair in stated))
            for slice_id, stated in pairs.items()
        ]
        if not rows:
            return
        self.env.execute_query(
            SQL(
                """
                INSERT INTO print3d_search_version (slice_id, codes)
                VALUES %s
                ON CONFLICT (slice_id) DO UPDATE SET codes = EXCLUDED.codes
                 WHERE print3d_search_version.codes != EXCLUDED.codes
                RETURNING id
                """,
                SQL(", ").join(SQL("(%s, %s::int4[])", *row) for row in rows),
            )
        )
