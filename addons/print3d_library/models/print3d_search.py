from dataclasses import dataclass, field, replace

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..slicer.vocabulary import TERMS
from ..tools import facet_counts, hues
from ..tools import query as language
from .print3d_search_entry import BITS, INT_MAX, KINDS, LETTERS, MASK, pack

MAX_LIMIT = 200
# So many values of a facet are listed; those chosen always are.
MAX_VALUES = 60
MAX_CHOSEN = 100
# Who looks for a time or weight of so much means about so much.
ABOUT = 0.05

# Facets in the order of the screen. Each has a bit in ``failed``: what a variant does
# not fulfil; a facet counts those that fail at most by its own choice.
FACETS = (
    "material",
    "printer",
    "nozzle",
    "theme",
    "designer",
    "category",
    "licence",
    "slicer",
    "colour",
    "size",
    "time",
    "grams",
    "success",
    "favourite",
)
BIT = {name: 1 << place for place, name in enumerate(FACETS)}
CHOICES = FACETS[:8]
RECORDS = {
    "theme": "product.tag",
    "designer": "res.partner",
    "category": "product.category",
    "licence": "print3d.licence",
}
# Of a code the facet that counts it; the facet's bit follows from the kind alone.
FACET_OF = {number: name for name, number in KINDS.items()} | {KINDS["hue"]: "colour"}
SORTS = ("relevance", "newest", "name", "quick", "light", "success", "favourite")

# Models of which not all variants fulfil everything; the others are counted faster.
PARTLY = SQL(
    """
    partly AS (
        SELECT product_tmpl_id FROM base
         WHERE siblings > 1
         GROUP BY product_tmpl_id
        HAVING count(*) FILTER (WHERE failed = 0) < max(siblings)
    ),
    """
)

# What a word of the search counts for by where it is found.
WHOLE_NAME, NAME_START = 1_000_000, 300_000
NAME_WORD, NAME_PREFIX, GROUP, TEXT, FILE = 10_000, 7_000, 2_000, 300, 50


@dataclass
class Search:
    """What is looked for, in SQL.

    :param conditions: what every variant has to fulfil, of the alias ``e``
    :param rank: SQL of a whole number, more is better
    :param chosen: of each facet that was chosen its condition
    """

    conditions: list = field(default_factory=list)
    rank: SQL = SQL("0")
    chosen: dict = field(default_factory=dict)


class Print3dSearch(models.AbstractModel):
    """Finds models of the library by words, settings and facets.

    What is found is counted in models; a model is found when one of its variants
    fulfils everything. Only what the user may read is found, counted or guessed.
    """

    _name = "print3d.search"
    _description = "Search of the Library"

    @api.model
    def _run(self, text, facets, sort, offset, limit, with_facets):
        self.env["product.template"].check_access("read")
        self.env["print3d.slice"].check_access("read")
        self.env["print3d.search.entry"]._refresh_noted()
        terms = language.parse(text, TERMS)
        chosen = self._read_chosen(facets or {})
        page = (
            sort if sort in SORTS else "relevance",
            max(0, int(offset or 0)),
            min(max(0, int(limit or 0)), MAX_LIMIT),
            with_facets,
        )
        found = self._find(terms, chosen, *page)
        corrected = []
        if not found["total"]:
            guessed, corrected = self._correct(terms)
            if corrected:
                found = self._find(guessed, chosen, *page)
        if not found["total"]:
            terms = self._mark_unknown(terms)
        return {
            "total": found["total"],
            "records": self._get_records(found["page"] or []),
            "facets": self._get_facets(found, chosen) if with_facets else [],
            "terms": [self._prepare_term(term) for term in terms],
            "corrected": corrected,
        }

    # === WHAT IS LOOKED FOR === #

    @api.model
    def _get_search(self, terms, chosen):
        search = Search()
        positive = []
        for term in terms:
            if term.error:
                continue
            if term.kind == language.WORD and not term.negated:
                positive.append(term)
            condition = self._get_term_condition(term)
            if condition:
                search.conditions.append(
                    SQL("NOT COALESCE(%s, FALSE)", condition)
                    if term.negated
                    else condition
                )
        search.rank = self._get_rank(positive)
        search.chosen = {
            name: self._get_facet_condition(name, value)
            for name, value in chosen.items()
        }
        return search

    @api.model
    def _get_term_condition(self, term):
        if term.kind == language.WORD:
            return _matches(_word_query(term))
        if term.kind == language.FIELD:
            return self._get_field_condition(term)
        if term.kind == language.FIGURE:
            return self._get_figure_condition(term)
        return self.env["print3d.search.setting"]._get_condition(
            SQL("e.slice_id"),
            _setting_names(term),
            term.operator,
            term.value,
            term.number,
            term.upper,
        )

    @api.model
    def _get_field_condition(self, term):
        if term.name == "is" and term.value == "deviating":
            return SQL(
                "EXISTS (SELECT FROM print3d_slice AS s "
                "WHERE s.id = e.slice_id AND s.deviation_count > 0)"
            )
        if term.name == "is":
            return self._get_facet_condition("favourite", True)
        if term.name == "colour":
            number = hues.to_number(term.value) if term.value[:1] == "#" else None
            if number is not None:
                return self._get_facet_condition("colour", term.value)
        condition = _matches(_word_query(term, LETTERS[term.name]))
        if term.name == "colour":
            name = hues.named(" ".join(term.words))
            if name:
                # “Red” is what people see, however the filament is called.
                place = list(hues.NAMES).index(name)
                return SQL("(%s OR %s)", condition, _has([pack("hue", place)]))
        return condition

    @api.model
    def _get_figure_condition(self, term):
        if term.name == "size":
            return self._get_size_condition(term)
        column, number, upper = (
            {
                "time": SQL("e.time_s"),
                "grams": SQL("e.grams"),
                "success": SQL("e.success * 100"),
            }[term.name],
            term.number,
            term.upper,
        )
        return self._compare(column, term.operator, number, upper)

    @api.model
    def _compare(self, column, operator, number, upper):
        if operator in ("=", "!="):
            margin = abs(number) * ABOUT
            about = SQL(
                "%s BETWEEN %s AND %s", column, number - margin, number + margin
            )
            return about if operator == "=" else SQL("NOT (%s)", about)
        if operator == "in":
            return SQL("%s BETWEEN %s AND %s", column, number, upper)
        sign = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}
        return SQL("%s %s %s", column, sign[operator], number)

    @api.model
    def _get_size_condition(self, term):
        if term.size is None:
            return self._compare(
                SQL("e.side_long"), term.operator, term.number, term.upper
            )
        fits = _fits(term.size)
        if term.operator in ("<", "<=", "="):
            return fits
        return SQL("NOT (%s)", fits)

    @api.model
    def _get_rank(self, terms):
        """How well the words fit: whole names, then names, groups, texts, files."""
        if not terms:
            return SQL("0")
        whole = " ".join(word for term in terms for word in term.words)
        parts = [
            SQL(
                "CASE WHEN position(%s in e.names) > 0 THEN %s"
                " WHEN position(%s in e.names) > 0 THEN %s ELSE 0 END",
                f"\n{whole}\n",
                WHOLE_NAME,
                f"\n{whole}",
                NAME_START,
            )
        ]
        for term in terms:
            parts.append(
                SQL(
                    "CASE WHEN %s THEN %s WHEN %s THEN %s WHEN %s THEN %s"
                    " WHEN %s THEN %s ELSE %s END",
                    _matches(_word_query(term, weight="A", whole=True)),
                    NAME_WORD,
                    _matches(_word_query(term, weight="A")),
                    NAME_PREFIX,
                    _matches(_word_query(term, weight="B")),
                    GROUP,
                    _matches(_word_query(term, weight="C")),
                    TEXT,
                    FILE,
                )
            )
        return SQL(" + ").join(parts)

    # === FACETS: WHAT IS CHOSEN === #

    @api.model
    def _read_chosen(self, facets):
        """The choices that make sense, in one form; others are left out.

        :rtype: dict
        """
        readers = {
            **dict.fromkeys(CHOICES, _read_choices),
            "colour": _read_colour,
            "size": _read_size,
            "time": _read_range,
            "grams": _read_range,
            "success": _read_share,
            "favourite": lambda value: value or None,
        }
        chosen = {}
        for name in FACETS:
            value = facets.get(name)
            if value is not None and value is not False:
                value = readers[name](value)
                if value is not None:
                    chosen[name] = value
        return chosen

    @api.model
    def _get_facet_condition(self, name, value):
        if name in CHOICES:
            return _has(self._get_choice_codes(name, value))
        if name == "colour" and value in hues.NAMES:
            return _has([pack("hue", list(hues.NAMES).index(value))])
        if name == "colour":
            return SQL("e.colours && %s::int4[]", self._get_near_colours(value))
        if name == "size":
            return _fits(value)
        if name == "success":
            return SQL("e.success >= %s", value)
        if name == "favourite":
            return SQL(
                "e.product_tmpl_id IN (SELECT product_tmpl_id "
                "FROM print3d_favourite_rel WHERE user_id = %s)",
                self.env.uid,
            )
        low, high = value
        column = SQL("e.time_s") if name == "time" else SQL("e.grams")
        conditions = []
        if low is not None:
            conditions.append(SQL("%s >= %s", column, low))
        if high is not None:
            conditions.append(SQL("%s <= %s", column, high))
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_choice_codes(self, name, values):
        if name in RECORDS:
            return [pack(name, int(value)) for value in values if _is_number(value)]
        if name == "nozzle":
            return [
                pack(name, round(float(value) * 1000))
                for value in values
                if _is_number(value)
            ]
        known = self.env["print3d.search.setting"]._get_named()
        keys = [(name, str(value).strip().lower()) for value in values]
        return [pack(name, known[key]) for key in keys if key in known]

    @api.model
    def _get_near_colours(self, colour):
        """The colours of the library that are near one, 24 bits each."""
        wanted = hues.to_number(colour)
        known = self.env["print3d.search.setting"]._get_named()
        numbers = (hues.to_number(text) for kind, text in known if kind == "colour")
        return [
            number for number in numbers if hues.distance(wanted, number) <= hues.NEAR
        ]

    # === FINDING === #

    @api.model
    def _get_visible(self):
        """SQL of the ids of the variants the user may find."""
        products = self.env["product.product"]._search(
            Domain("is_print3d_model", "=", True)
            & Domain("product_tmpl_id.active", "=", True)
        )
        return products.subselect()

    @api.model
    def _find(self, terms, chosen, sort, offset, limit, with_facets):
        """One page of models, how many there are, and what the facets count.

        The variants that fulfil the terms are looked for once; everything else is
        counted over them, in the same statement.

        :rtype: dict
        """
        search = self._get_search(terms, chosen)
        conditions = [SQL("e.product_id IN %s", self._get_visible())]
        conditions += search.conditions
        failed = SQL("0")
        if with_facets and search.chosen:
            failed = SQL(" | ").join(
                SQL("CASE WHEN %s THEN 0 ELSE %s END", condition, BIT[name])
                for name, condition in search.chosen.items()
            )
        else:
            conditions += search.chosen.values()
        key, order = self._get_order(sort)
        query = SQL(
            """
            WITH base AS MATERIALIZED (
                SELECT e.product_id, e.product_tmpl_id, e.time_s, e.grams, e.success,
                       e.popularity, e.newest,
                       -- Folded already; the rules of a language take their time.
                       e.sort_name COLLATE "C" AS sort_name,
                       %(rank)s AS rank, (%(failed)s) AS failed %(counted)s
                  FROM print3d_search_entry AS e
                 WHERE %(conditions)s
            ),
            models AS (
                SELECT product_tmpl_id,
                       min(((%(key)s)::int8 << 32) | product_id) AS best,
                       count(*) AS matching, max(popularity) AS popularity,
                       max(newest) AS newest, min(sort_name) AS sort_name,
                       product_tmpl_id IN (
                            SELECT product_tmpl_id FROM print3d_favourite_rel
                             WHERE user_id = %(uid)s) AS is_favourite
                  FROM base
                 WHERE failed = 0
                 GROUP BY product_tmpl_id
            ),
            %(partly)s
            page AS (
                SELECT product_tmpl_id AS id, best & 4294967295 AS product_id, matching,
                       is_favourite
                  FROM models
                 ORDER BY %(order)s, product_tmpl_id
                 LIMIT %(limit)s OFFSET %(offset)s
            )
            SELECT (SELECT count(*) FROM models) AS total,
                   (SELECT json_agg(page) FROM page) AS page
                   %(facets)s
            """,
            rank=search.rank,
            failed=failed,
            counted=SQL(", e.codes, e.fresh, e.siblings, e.side_long")
            if with_facets
            else SQL(),
            conditions=SQL(" AND ").join(conditions),
            key=key,
            order=order,
            uid=self.env.uid,
            limit=limit,
            offset=offset,
            partly=PARTLY if with_facets else SQL(),
            facets=self._get_facets_sql() if with_facets else SQL(),
        )
        # Compiling such a statement takes longer than running it, and counting is done
        # in memory.
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        (found,) = self.env.execute_query_dict(query)
        self.env.cr.execute("SET LOCAL jit TO DEFAULT; SET LOCAL work_mem TO DEFAULT")
        return found

    @api.model
    def _get_order(self, sort):
        """The number by which the best variant of a model is chosen, and the order."""
        key = {
            "relevance": SQL("%s - rank", INT_MAX),
            "newest": SQL("%s - extract(epoch FROM newest) / 60", INT_MAX),
            "name": SQL("0"),
            "quick": SQL("COALESCE(NULLIF(time_s, 0), %s)", INT_MAX),
            "light": SQL("COALESCE(least(grams * 100, %s), %s)", INT_MAX - 1, INT_MAX),
            "success": SQL("1000000 - COALESCE(success, -1) * 1000000"),
            "favourite": SQL("0"),
        }[sort]
        ties = SQL("is_favourite DESC, popularity DESC, newest DESC, sort_name")
        if sort == "name":
            return key, SQL("sort_name")
        if sort == "favourite":
            return key, ties
        return key, SQL("best >> 32, %s", ties)

    @api.model
    def _get_facets_sql(self):
        """SQL of the codes to count, and of the ends of ranges.

        A code that an earlier variant of a model has is not fresh: where all variants
        of a model are found, counting fresh codes is counting models. Of models that
        are found in part every code is compared.

        What fails by one choice is counted by the facet of this choice alone. Counting
        is left to :meth:`_count_codes`: PostgreSQL takes three times as long for it.
        """
        others = {name: SQL("failed & %s = 0", ~bit) for name, bit in BIT.items()}
        return SQL(
            """,
            (SELECT string_agg(array_send(fresh), ''::bytea)
               FROM base
              WHERE failed = 0
                AND (siblings = 1
                     OR product_tmpl_id NOT IN (
                            SELECT product_tmpl_id FROM partly))) AS whole,
            (SELECT int4send(count(*)::int4)
                    || string_agg(int4send(product_tmpl_id), ''::bytea)
                    || string_agg(int4send(failed), ''::bytea)
                    || string_agg(int4send(cardinality(codes)), ''::bytea)
                    || string_agg(array_send(codes), ''::bytea)
               FROM base
              WHERE failed & (failed - 1) = 0
                AND (failed != 0
                     OR siblings > 1
                        AND product_tmpl_id IN (
                                SELECT product_tmpl_id FROM partly))) AS parts,
            (SELECT json_build_object(
                'time', json_build_array(min(time_s) FILTER (WHERE %(time)s),
                                         max(time_s) FILTER (WHERE %(time)s)),
                'grams', json_build_array(min(grams) FILTER (WHERE %(grams)s),
                                          max(grams) FILTER (WHERE %(grams)s)),
                'size', json_build_array(min(side_long) FILTER (WHERE %(size)s),
                                         max(side_long) FILTER (WHERE %(size)s)),
                'success', json_build_array(min(success) FILTER (WHERE %(success)s),
                                            max(success) FILTER (WHERE %(success)s)))
               FROM base) AS ranges,
            (SELECT count(*)
               FROM print3d_favourite_rel AS mine
              WHERE mine.user_id = %(uid)s
                AND EXISTS (SELECT FROM base
                             WHERE base.product_tmpl_id = mine.product_tmpl_id
                               AND %(favourite)s)) AS favourites
            """,
            uid=self.env.uid,
            **{
                name: others[name]
                for name in ("time", "grams", "size", "success", "favourite")
            },
        )

    @api.model
    def _count_codes(self, found):
        """Return of each code the number of models that have it.

        :rtype: dict[int, int]
        """
        counts = facet_counts.count_all(found["whole"], 1 << BITS)
        parts = facet_counts.count_distinct(found["parts"], 1 << BITS, BITS)
        for code, count in parts.items():
            counts[code] = counts.get(code, 0) + count
        return counts

    # === CORRECTIONS === #

    @api.model
    def _correct(self, terms):
        """Words of the library in place of words that are nowhere in it.

        :return: the terms with these words, and what was put in place of what
        :rtype: tuple
        """
        guessed, corrected = [], []
        for term in terms:
            if (
                term.kind == language.WORD
                and not term.negated
                and not term.text.startswith('"')
                and not self._is_known(term)
            ):
                words = [self._guess(word) for word in term.words]
                if all(words) and tuple(words) != term.words:
                    better = replace(term, words=tuple(words))
                    if self._is_known(better):
                        corrected.append({"from": term.value, "to": " ".join(words)})
                        term = better
            guessed.append(term)
        return guessed, corrected

    @api.model
    def _is_known(self, term):
        """Whether a word is found in anything the user may read."""
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM print3d_search_entry AS e "
                    "WHERE %s AND e.product_id IN %s LIMIT 1",
                    _matches(_word_query(term)),
                    self._get_visible(),
                )
            )
        )

    @api.model
    def _guess(self, word):
        """The word of the library that was probably meant; ``None`` without one."""
        if self._is_known(language.Term(text=word, words=(word,))):
            return word
        # Words of other companies are in the list, too.
        for other in self.env["print3d.search.word"]._find_like(word)[:5]:
            if self._is_known(language.Term(text=other, words=(other,))):
                return other
        return None

    # === WHAT IS SHOWN === #

    @api.model
    def _get_records(self, page):
        """What a card shows of each model of a page, in as many queries as of one."""
        templates = self.env["product.template"].browse(row["id"] for row in page)
        # Only what a card shows is read, of records with a hundred fields.
        templates.fetch(["name"])
        templates_sudo = templates.sudo()
        templates_sudo.fetch(["designer_id", "product_tag_ids"])
        templates_sudo.designer_id.fetch(["name"])
        templates_sudo.product_tag_ids.fetch(["name"])
        product_ids = [row["product_id"] for row in page]
        entries = {
            row["product_id"]: row
            for row in self.env.execute_query_dict(
                SQL(
                    "SELECT product_id, slice_id, time_s, grams, size_x, size_y, "
                    "size_z, success, chips FROM print3d_search_entry "
                    "WHERE product_id = ANY(%s)",
                    product_ids,
                )
            )
        }
        counts = dict(
            self.env["product.product"]._read_group(
                [("product_tmpl_id", "in", templates.ids)],
                ["product_tmpl_id"],
                ["__count"],
            )
        )
        pictures = self._get_pictures(templates.ids, product_ids)
        records = []
        for template, row in zip(templates, page, strict=True):
            entry = entries[row["product_id"]]
            sides = [entry["size_x"], entry["size_y"], entry["size_z"]]
            records.append(
                {
                    "id": template.id,
                    "name": template.name,
                    "product_id": row["product_id"],
                    "variant_count": counts.get(template, 0),
                    "matching_variant_count": row["matching"],
                    "chips": entry["chips"] or [],
                    "time_s": entry["time_s"] or 0,
                    "grams": entry["grams"] or 0.0,
                    "size_mm": sides if None not in sides else None,
                    "picture": pictures.get(row["product_id"])
                    or pictures.get(-template.id)
                    or False,
                    "is_favourite": row["is_favourite"],
                    "designer": template.sudo().designer_id.name or "",
                    "themes": template.sudo().product_tag_ids.mapped("name"),
                    "success": entry["success"],
                    "version": entry["slice_id"] or False,
                }
            )
        return records

    @api.model
    def _get_pictures(self, template_ids, product_ids):
        """Addresses of pictures by id of the variant, or minus that of the model."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_model, res_id, checksum
                  FROM ir_attachment
                 WHERE (res_model = 'product.template' AND res_id = ANY(%s)
                        AND res_field = 'image_256')
                    OR (res_model = 'product.product' AND res_id = ANY(%s)
                        AND res_field = 'image_variant_256')
                """,
                template_ids,
                product_ids,
            )
        )
        found = {}
        for model, record_id, checksum in rows:
            key = record_id if model == "product.product" else -record_id
            unique = (checksum or "")[:8]
            found[key] = f"/web/image/{model}/{record_id}/image_256?unique={unique}"
        return found

    @api.model
    def _get_facets(self, found, chosen):
        values = {name: [] for name in FACETS}
        codes = self._count_codes(found)
        for name in CHOICES:
            # What is chosen is shown, also where it counts nothing.
            for code in self._get_choice_codes(name, chosen.get(name, ())):
                codes.setdefault(code, 0)
        labels = self._get_labels(codes)
        hue_names = list(hues.NAMES)
        names = self._get_hue_labels()
        for code, count in codes.items():
            kind, number = FACET_OF[code >> BITS], code & MASK
            if kind == "colour":
                key = hue_names[number]
                values[kind].append(
                    {
                        "value": key,
                        "label": names[key],
                        "count": count,
                        "colours": [hues.NAMES[key]],
                    }
                )
            elif code in labels:
                value, label = labels[code]
                values[kind].append({"value": value, "label": label, "count": count})
        for name, entries in values.items():
            entries.sort(key=lambda line: (-line["count"], str(line["label"]).lower()))
            taken = (
                {str(value).lower() for value in chosen.get(name, ())}
                if (name in CHOICES)
                else set()
            )
            values[name] = entries[:MAX_VALUES] + [
                entry
                for entry in entries[MAX_VALUES:]
                if str(entry["value"]).lower() in taken
            ]
        values["nozzle"].sort(key=lambda line: line["value"])
        values["favourite"] = [
            {
                "value": True,
                "label": self.env._("My favourites"),
                "count": found["favourites"],
            }
        ]
        kinds = {"colour": "colour", "size": "size", "favourite": "flag"}
        kinds |= dict.fromkeys(("time", "grams", "success"), "range")
        titles = self._get_facet_labels()
        ranges = found["ranges"] or {}
        return [
            {
                "name": name,
                "label": titles[name],
                "type": kinds.get(name, "choice"),
                "values": values[name],
                "min": ranges.get(name, (None, None))[0],
                "max": ranges.get(name, (None, None))[1],
            }
            for name in FACETS
        ]

    @api.model
    def _get_labels(self, codes):
        """Value and label of each code: names of records, materials, printers."""
        labels = {}
        by_kind = {}
        for code in codes:
            by_kind.setdefault(FACET_OF[code >> BITS], []).append(code)
        for name, model in RECORDS.items():
            ids = [code & MASK for code in by_kind.get(name, ())]
            # Their names are shown on the page of a model, too.
            field_name = "complete_name" if name == "category" else "name"
            records_sudo = (
                self.env[model]
                .sudo()
                .with_context(active_test=False)
                .search_fetch([("id", "in", ids)], [field_name], order="id")
            )
            for record_sudo in records_sudo:
                value = record_sudo.id
                labels[pack(name, value)] = (value, record_sudo[field_name])
        for code in by_kind.get("nozzle", ()):
            width = (code & MASK) / 1000
            labels[code] = (width, self.env._("%(width)s mm", width=f"{width:g}"))
        listed = [
            code & MASK
            for name in ("material", "printer", "slicer")
            for code in by_kind.get(name, ())
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT key, id, value FROM print3d_search_setting WHERE id = ANY(%s)",
                listed,
            )
        )
        for key, number, value in rows:
            labels[pack(key[1:], number)] = (value, value)
        return labels

    @api.model
    def _get_facet_labels(self):
        return {
            "material": self.env._("Material"),
            "printer": self.env._("Printer"),
            "nozzle": self.env._("Nozzle"),
            "theme": self.env._("Theme"),
            "designer": self.env._("Designer"),
            "category": self.env._("Category"),
            "licence": self.env._("Licence"),
            "slicer": self.env._("Slicer"),
            "colour": self.env._("Colour"),
            "size": self.env._("Fits into"),
            "time": self.env._("Print time"),
            "grams": self.env._("Filament"),
            "success": self.env._("Prints that succeed"),
            "favourite": self.env._("Favourites"),
        }

    @api.model
    def _get_hue_labels(self):
        return {
            "black": self.env._("Black"),
            "grey": self.env._("Grey"),
            "silver": self.env._("Silver"),
            "white": self.env._("White"),
            "red": self.env._("Red"),
            "orange": self.env._("Orange"),
            "yellow": self.env._("Yellow"),
            "gold": self.env._("Gold"),
            "green": self.env._("Green"),
            "lime": self.env._("Lime"),
            "teal": self.env._("Teal"),
            "cyan": self.env._("Cyan"),
            "blue": self.env._("Blue"),
            "navy": self.env._("Navy"),
            "purple": self.env._("Purple"),
            "magenta": self.env._("Magenta"),
            "pink": self.env._("Pink"),
            "brown": self.env._("Brown"),
            "beige": self.env._("Beige"),
        }

    @api.model
    def _mark_unknown(self, terms):
        """The terms, with an error where nothing states the setting that is asked for.

        What only others' files state is stated by nothing.
        """
        stated = {
            term.name: self._is_stated(term)
            for term in terms
            if term.kind == language.SETTING
            and not term.error
            and term.name not in TERMS
        }
        return [
            term if stated.get(term.name, True) else replace(term, error="no_setting")
            for term in terms
        ]

    @api.model
    def _is_stated(self, term):
        """Whether a version the user may read states the setting of a term."""
        Setting = self.env["print3d.search.setting"]
        names = [name.strip().lower() for name in _setting_names(term)]
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM print3d_search_entry AS e "
                    "WHERE e.slice_id = ANY(%s) AND e.product_id IN %s LIMIT 1",
                    sorted(Setting._find_versions(SQL("key = ANY(%s)", names))),
                    self._get_visible(),
                )
            )
        )

    @api.model
    def _prepare_term(self, term):
        """What the screen shows of a part of the query.

        :rtype: dict
        """
        errors = {
            "no_value": self.env._("What is it compared with? Write e.g. nozzle=0.6."),
            "no_name": self.env._("Which setting? Write e.g. layer_height<0.2."),
            "no_setting": self.env._(
                "No file states a setting “%(name)s”. Write it as the slicer does.",
                name=term.name,
            ),
            "no_number": self.env._(
                "“%(value)s” is no number, so nothing is smaller or larger.",
                value=term.value,
            ),
            "no_time": self.env._(
                "“%(value)s” is no time. Write e.g. 2h30m or 90min.", value=term.value
            ),
            "no_weight": self.env._(
                "“%(value)s” is no weight. Write e.g. 12g or 1.5kg.", value=term.value
            ),
            "no_size": self.env._(
                "“%(value)s” is no size. Write e.g. 200x200x180 or 20cm.",
                value=term.value,
            ),
            "no_share": self.env._(
                "“%(value)s” is no share. Write e.g. 90%%.", value=term.value
            ),
            "no_state": self.env._(
                "A model is no “%(value)s”. Write is:favourite or is:deviating.",
                value=term.value,
            ),
        }
        return {
            "text": term.text,
            "kind": "field" if term.kind == language.FIGURE else term.kind,
            "label": self._get_term_label(term),
            "error": errors.get(term.error, False),
        }

    @api.model
    def _get_term_label(self, term):
        if term.kind == language.WORD:
            label = f"“{term.value}”" if term.phrase else term.value
        elif not term.name:
            label = term.text
        else:
            titles = self._get_facet_labels() | {"size": self.env._("Size")}
            title = titles.get(term.name)
            if not title or term.kind == language.SETTING:
                title = term.name.replace("_", " ").capitalize()
            sign = {"in": "=", "<=": "≤", ">=": "≥", "!=": "≠"}
            operator = sign.get(term.operator, term.operator)
            if term.kind == language.FIELD:
                label = f"{title}: {term.value}"
            else:
                unit = getattr(TERMS.get(term.name), "unit", "")
                bare = term.value.replace(",", ".")
                value = f"{bare} {unit}" if unit and bare[-1:].isdigit() else term.value
                label = f"{title} {operator} {value}"
        return self.env._("not %(term)s", term=label) if term.negated else label


def _setting_names(term):
    """A setting by every name it may have.

    Own parameters are called as people like: glue_stick is “Glue stick”.
    """
    return {term.name, term.name.replace(" ", "_"), term.name.replace("_", " ")}


def _word_query(term, letter="", weight="", whole=False):
    """The text of a tsquery for the words of a term.

    :param str letter: of the field the words have to be in
    :param str weight: of the places the words have to be in: A, B, C or D
    :param bool whole: the last word is not the beginning of one
    """
    prefix = f"{letter}/" if letter else ""
    quoted = term.text.endswith('"')
    ending = "" if whole or quoted else "*"
    words = list(term.words)
    marks = [weight] * (len(words) - 1) + [ending + weight]
    parts = [
        f"'{prefix}{word}'" + (f":{mark}" if mark else "")
        for word, mark in zip(words, marks, strict=True)
    ]
    found = " <-> ".join(parts)
    if len(words) > 1 and not quoted and not letter and not weight:
        # PhoneStand is a phone stand, and a phonestand.
        joined = "".join(words)
        found = f"({found}) | '{joined}':*"
    return found


def _matches(text):
    return SQL("e.words @@ %s::tsquery", text)


def _has(codes):
    """SQL of: the variant has one of these codes."""
    codes = [code for code in codes if code is not None]
    return SQL("e.codes && %s::int4[]", codes) if codes else SQL("FALSE")


def _fits(sides):
    """SQL of: the variant fits into a box, whichever way it is turned.

    Of two boxes with their sides in order, one fits into the other when each of its
    sides does.
    """
    longest, middle, shortest = sides
    return SQL(
        "e.side_long <= %s AND e.side_middle <= %s AND e.side_short <= %s",
        longest,
        middle,
        shortest,
    )


def _is_number(value):
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return 0 <= number <= MASK


def _read_choices(value):
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    return values[:MAX_CHOSEN] or None


def _read_colour(value):
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    name = hues.named(str(value or "").strip().lower())
    if name:
        return name
    return value if hues.to_number(value) is not None else None


def _read_size(value):
    if isinstance(value, str):
        value = language.size(value)
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        return None
    if not all(_is_number(side) and float(side) > 0 for side in value):
        return None
    return tuple(sorted(map(float, value), reverse=True))


def _read_range(value):
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    ends = [float(end) if _is_number(end) else None for end in value]
    return tuple(ends) if ends != [None, None] else None


def _read_share(value):
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if not _is_number(value):
        return None
    share = float(value)
    return share / 100 if share > 1 else share
