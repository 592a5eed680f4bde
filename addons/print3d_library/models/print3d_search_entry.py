import html
import logging
import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools import hues
from ..tools.query import fold, words_of

_logger = logging.getLogger(__name__)

NOTED = "print3d.search"
BATCH = 500
FILL_BATCH = 2000
# So many variants are read again while somebody waits; more are left to a job.
MAX_AT_ONCE = 1000
MAX_TEXT = 4000
# PostgreSQL counts positions up to this one.
MAX_POSITION = 16383
MAX_TOKENS = 2000
INT_MAX = 2**31 - 1

# Kinds of what is counted beside the results, and how they are packed: a code is the
# kind and 24 bits that say which. Materials, printers and slicers are numbers of
# print3d.search.setting, records are their ids, nozzles are micrometres, hues are
# places in the palette. Colours themselves are not counted.
KINDS = {
    "material": 1,
    "printer": 2,
    "nozzle": 3,
    "theme": 4,
    "designer": 5,
    "category": 6,
    "licence": 7,
    "slicer": 8,
    "hue": 9,
}
BITS = 24
MASK = (1 << BITS) - 1
# Fields of which a word is looked for alone, as ``designer:anna``, by the letter that
# stands before the word in the index.
LETTERS = {
    "name": "n",
    "variant": "v",
    "designer": "d",
    "theme": "t",
    "category": "c",
    "material": "m",
    "printer": "p",
    "slicer": "s",
    "licence": "l",
    "vendor": "b",
    "colour": "h",
    "note": "x",
    "file": "f",
    "part": "o",
    "profile": "r",
}
# What a word counts for where it is found: in names, in what groups models, in texts
# about them, in names of files and parts.
WEIGHTS = {letter: "C" for letter in LETTERS.values()} | {
    "n": "A",
    "v": "A",
    "d": "B",
    "t": "B",
    "c": "B",
    "f": "D",
    "o": "D",
}
# Letters of the fields in which two words may be written as one.
JOINED = "nvps"
HTML_TAG = re.compile(r"<[^>]{0,2000}>")


def pack(kind, number):
    """The code of a value that is counted; ``None`` when it does not fit."""
    return KINDS[kind] << BITS | number if 0 <= number <= MASK else None


class Print3dSearchEntry(models.Model):
    """All that is known of a variant, in one row, in the form in which it is found.

    Nobody reads this table but the search, which shows a row to whoever may read its
    variant. A variant is found by its active version, or by its newest one that could
    be read when none is active.
    """

    _name = "print3d.search.entry"
    _description = "Variant, for the Search"
    _log_access = False

    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    product_tmpl_id = fields.Many2one(
        "product.template", required=True, index=True, ondelete="cascade"
    )
    slice_id = fields.Many2one("print3d.slice", index=True, ondelete="set null")
    names = fields.Char(help="Names in all languages, folded, each between line ends.")
    sort_name = fields.Char()
    time_s = fields.Integer(string="Print Time")
    grams = fields.Float()
    size_x = fields.Float(string="Width X (mm)")
    size_y = fields.Float(string="Depth Y (mm)")
    size_z = fields.Float(string="Height Z (mm)")
    side_long = fields.Float(string="Longest Side (mm)")
    side_middle = fields.Float(string="Middle Side (mm)")
    side_short = fields.Float(string="Shortest Side (mm)")
    success = fields.Float(string="Success Rate")
    success_count = fields.Integer(string="Prints Counted")
    popularity = fields.Integer()
    siblings = fields.Integer(string="Variants of the Model")
    newest = fields.Datetime(string="Newest Version")
    chips = fields.Json(string="Colours")

    _product_uniq = models.UniqueIndex(
        "(product_id)", "A variant is in the index once."
    )

    def init(self):
        """Add what no field of Odoo has: words, codes and their indexes."""
        self.env.cr.execute(
            """
            ALTER TABLE print3d_search_entry
                ADD COLUMN IF NOT EXISTS words tsvector NOT NULL DEFAULT '',
                ADD COLUMN IF NOT EXISTS codes int4[] NOT NULL DEFAULT '{}',
                ADD COLUMN IF NOT EXISTS fresh int4[] NOT NULL DEFAULT '{}',
                ADD COLUMN IF NOT EXISTS colours int4[] NOT NULL DEFAULT '{}';
            CREATE INDEX IF NOT EXISTS print3d_search_entry_words_idx
                ON print3d_search_entry USING gin (words);
            CREATE INDEX IF NOT EXISTS print3d_search_entry_codes_idx
                ON print3d_search_entry USING gin (codes)
            """
        )

    # === FRESHNESS === #

    @api.model
    def _note(self, model, ids, gone=False):
        """Have variants read again before the transaction ends.

        :param str model: a source of the index (``print3d.search.source``)
        :param ids: its records
        :param bool gone: find their variants at once, later they are found no more
        """
        noted = self._get_noted()
        if gone:
            noted["products"].update(self._find_products(model, ids))
        else:
            noted["models"].setdefault(model, set()).update(ids)

    @api.model
    def _note_settings(self, slice_ids):
        """Have the settings of versions read again before the transaction ends."""
        self._get_noted()["settings"].update(
            slice_id for slice_id in slice_ids if isinstance(slice_id, int)
        )

    @api.model
    def _get_noted(self):
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.data[NOTED] = {
                "models": {},
                "products": set(),
                "settings": set(),
            }
            precommit.add(self._refresh_noted)
        return precommit.data[NOTED]

    @api.model
    def _refresh_noted(self):
        """Read again what was noted in this transaction."""
        # What is still to be written is noted when it is.
        self.env.flush_all()
        noted = self.env.cr.precommit.data.pop(NOTED, None)
        if not noted:
            return
        product_ids = noted["products"]
        for model, ids in noted["models"].items():
            product_ids.update(self._find_products(model, ids))
        self.env["print3d.search.version"]._refresh(noted["settings"])
        at_once, later = _cut(sorted(product_ids), MAX_AT_ONCE)
        self._refresh(at_once)
        if later:
            self._refresh_later(later)

    @api.model
    def _find_products(self, model, ids):
        """Ids of the variants that records of a source are about."""
        rows = self.env.execute_query(
            self.env[model]._get_search_products_sql(list(ids))
        )
        return {product_id for (product_id,) in rows if product_id}

    @api.model
    def _refresh_later(self, product_ids):
        """Have a job read variants again: the name of a tag may be in thousands."""
        self.with_delay(
            description=self.env._(
                "Index %(count)s variants for the search again", count=len(product_ids)
            ),
            priority=12,
        )._refresh_job(product_ids)

    @api.model
    def _refresh_job(self, product_ids):
        """Body of the background job; doing it again changes nothing.

        :param list product_ids: variants; those that are gone do no harm
        """
        at_once, later = _cut(product_ids, MAX_AT_ONCE)
        self._refresh(at_once)
        if later:
            self._refresh_later(later)

    # === FILLING AND MENDING === #

    @api.model
    def _cron_mend(self):
        """Compare the whole index with the library, and mend what differs.

        What changes a table behind the models' backs is found here.
        """
        self._fill()

    @api.model
    def _fill(self, after=0, seen=0):
        """Index every variant of the library, a batch at a time.

        Body of the background job, which goes on with the next batch in a job of its
        own; nothing that was indexed is lost when one is interrupted. Doing it again
        changes nothing.

        :param int after: variants up to this id are done
        :param int seen: how many that are, for whoever watches
        :return: what is told about the job
        :rtype: str
        """
        ids = self._fill_batch(after)
        if not ids:
            return self.env._("%(count)s variants are in the index.", count=seen)
        seen += len(ids)
        self._fill_later(ids[-1], seen)
        return self.env._("%(count)s variants are in the index so far.", count=seen)

    @api.model
    def _fill_all(self):
        """Index every variant of the library now, as an upgrade does.

        :return: how many there are
        :rtype: int
        """
        after, seen = 0, 0
        while ids := self._fill_batch(after):
            after, seen = ids[-1], seen + len(ids)
            _logger.info("%s variants are in the index of the search so far", seen)
        return seen

    @api.model
    def _fill_batch(self, after):
        """Index the next variants; after the last ones, remove what is left over.

        :param int after: variants up to this id are done
        :return: ids of the variants, in their order
        :rtype: list[int]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id
                  FROM product_product AS p
                  JOIN product_template AS t ON t.id = p.product_tmpl_id
                 WHERE t.is_print3d_model AND p.id > %s
                 ORDER BY p.id
                 LIMIT %s
                """,
                after,
                FILL_BATCH,
            )
        )
        ids = [product_id for (product_id,) in rows]
        if not ids:
            self._remove_stray()
        for part in split_every(BATCH, ids, list):
            slice_ids = self.env.execute_query(
                SQL("SELECT id FROM print3d_slice WHERE product_id = ANY(%s)", part)
            )
            self.env["print3d.search.version"]._refresh({row[0] for row in slice_ids})
            self._refresh(part)
        return ids

    @api.model
    def _fill_later(self, after=0, seen=0):
        """Have a job index the variants behind an id."""
        self.with_delay(
            description=self.env._(
                "Index the library for the search: %(count)s variants done", count=seen
            ),
            identity_key=f"print3d.search.fill.{after}",
            priority=15,
        )._fill(after, seen)

    @api.model
    def _remove_stray(self):
        """Remove rows of what is no model any more, and words that nothing has."""
        self.env.execute_query(
            SQL(
                """
                DELETE FROM print3d_search_entry AS e
                 USING product_template AS t
                 WHERE t.id = e.product_tmpl_id AND t.is_print3d_model IS NOT TRUE
                RETURNING e.id
                """
            )
        )
        # Two transactions may have added the same word.
        self.env.execute_query(
            SQL(
                """
                DELETE FROM print3d_search_word AS double
                 USING print3d_search_word AS first
                 WHERE first.word = double.word AND first.id < double.id
                RETURNING double.id
                """
            )
        )

    # === READING === #

    @api.model
    def _refresh(self, product_ids):
        """Write the rows of variants anew; what is no model of the library has none."""
        for ids in split_every(BATCH, sorted(product_ids), list):
            ids = self._add_siblings(ids)
            rows = self._read_products(ids)
            gone = sorted(set(ids) - set(rows))
            if gone:
                self.env.execute_query(
                    SQL(
                        "DELETE FROM print3d_search_entry WHERE product_id = ANY(%s) "
                        "RETURNING id",
                        gone,
                    )
                )
            self._write_rows(rows)

    @api.model
    def _add_siblings(self, product_ids):
        """Ids of variants and of all the variants of their models."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM product_product
                 WHERE product_tmpl_id IN (SELECT product_tmpl_id FROM product_product
                                            WHERE id = ANY(%s))
                """,
                product_ids,
            )
        )
        return sorted({*product_ids, *(product_id for (product_id,) in rows)})

    @api.model
    def _set_fresh(self, rows, active):
        """Say which codes of a variant no earlier variant of its model has.

        Counting these alone is counting models, as long as all variants of a model are
        counted; that spares the comparison of every code with every other.

        :param dict rows: what is written, of all variants of each model
        :param set active: the ones that may be found
        """
        known, counts = defaultdict(set), defaultdict(int)
        for product_id in sorted(rows):
            row, seen = rows[product_id], known[rows[product_id]["product_tmpl_id"]]
            row["fresh"] = []
            if product_id in active:
                row["fresh"] = sorted(set(row["codes"]) - seen)
                seen.update(row["codes"])
                counts[row["product_tmpl_id"]] += 1
        for row in rows.values():
            row["siblings"] = counts[row["product_tmpl_id"]]

    @api.model
    def _read_products(self, product_ids):
        """Everything that is written in the rows of variants.

        :return: ``{variant id: {column: value}}``
        :rtype: dict
        """
        basics = self._read_basics(product_ids)
        ids = sorted(basics)
        if not ids:
            return {}
        texts = {product_id: [] for product_id in ids}
        codes = {product_id: set() for product_id in ids}
        named = {product_id: set() for product_id in ids}
        for product_id, row in basics.items():
            self._collect_basics(row, texts[product_id], codes[product_id])
        self._collect_themes(ids, texts, codes)
        versions = self._read_versions(ids)
        for product_id, row in versions.items():
            self._collect_version(
                row, texts[product_id], codes[product_id], named[product_id]
            )
        self._collect_lines(ids, versions, texts, named)
        sizes = self._collect_meshes(ids, texts)
        for product_id, extra in self._get_extra_texts(ids, versions).items():
            texts[product_id] += extra
        self._name_codes(named, codes)
        success = self.env["product.product"].sudo().browse(ids)
        success = success._get_print3d_success()
        names = self._read_variant_names(ids, texts)
        rows = {
            product_id: self._prepare_row(
                basics[product_id],
                versions.get(product_id),
                sizes.get(product_id),
                success.get(product_id),
                names.get(product_id, ""),
                texts[product_id],
                codes[product_id],
            )
            for product_id in ids
        }
        self._set_fresh(rows, {key for key, row in basics.items() if row["active"]})
        return rows

    @api.model
    def _get_extra_texts(self, product_ids, versions):
        """Hook: more texts by which variants are found.

        :param list product_ids: variants
        :param dict versions: of each variant its row of ``print3d.slice`` with ``id``
        :return: ``{variant id: [(letter of LETTERS, text), …]}``
        :rtype: dict
        """
        return {}

    @api.model
    def _read_basics(self, product_ids):
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT p.id, p.product_tmpl_id, p.default_code, p.barcode,
                       p.active AND t.active AS active,
                       t.name, t.description, t.description_sale, t.create_date,
                       t.designer_id, d.name AS designer,
                       t.licence_id, l.name AS licence,
                       t.categ_id, c.complete_name AS category, c.parent_path,
                       (SELECT count(*) FROM print3d_favourite_rel AS f
                         WHERE f.product_tmpl_id = t.id) AS favourites
                  FROM product_product AS p
                  JOIN product_template AS t ON t.id = p.product_tmpl_id
                  LEFT JOIN res_partner AS d ON d.id = t.designer_id
                  LEFT JOIN print3d_licence AS l ON l.id = t.licence_id
                  LEFT JOIN product_category AS c ON c.id = t.categ_id
                 WHERE p.id = ANY(%s) AND t.is_print3d_model
                """,
                product_ids,
            )
        )
        return {row["id"]: row for row in rows}

    @api.model
    def _collect_basics(self, row, texts, codes):
        texts += [
            *(("n", text) for text in translations(row["name"])),
            ("d", row["designer"]),
            ("c", (row["category"] or "").replace("/", " ")),
            *(("l", text) for text in translations(row["licence"])),
            ("x", row["default_code"]),
            ("x", row["barcode"]),
        ]
        for name in ("description", "description_sale"):
            for text in translations(row[name]):
                texts.append(("x", _plain(text)))
        if row["designer_id"]:
            codes.add(pack("designer", row["designer_id"]))
        if row["licence_id"]:
            codes.add(pack("licence", row["licence_id"]))
        # A category counts what the ones below it count.
        for category_id in filter(None, (row["parent_path"] or "").split("/")):
            codes.add(pack("category", int(category_id)))

    @api.model
    def _read_variant_names(self, product_ids, texts):
        """Names of the options of variants; they become words of their rows, too."""
        names = defaultdict(list)
        for product_id, name in self.env.execute_query(
            SQL(
                """
                SELECT c.product_product_id, value.name
                  FROM product_variant_combination AS c
                  JOIN product_template_attribute_value AS v
                    ON v.id = c.product_template_attribute_value_id
                  JOIN product_attribute_value AS value
                    ON value.id = v.product_attribute_value_id
                 WHERE c.product_product_id = ANY(%s)
                 ORDER BY c.product_product_id, v.id
                """,
                product_ids,
            )
        ):
            names[product_id] += translations(name)[:1]
            texts[product_id] += [("v", text) for text in translations(name)]
        return {product_id: " ".join(parts) for product_id, parts in names.items()}

    @api.model
    def _collect_themes(self, product_ids, texts, codes):
        for product_id, tag_id, name in self.env.execute_query(
            SQL(
                """
                SELECT p.id, tag.id, tag.name
                  FROM product_product AS p
                  JOIN product_tag_product_template_rel AS r
                    ON r.product_template_id = p.product_tmpl_id
                  JOIN product_tag AS tag ON tag.id = r.product_tag_id
                 WHERE p.id = ANY(%(ids)s)
                 UNION ALL
                SELECT r.product_product_id, tag.id, tag.name
                  FROM product_tag_product_product_rel AS r
                  JOIN product_tag AS tag ON tag.id = r.product_tag_id
                 WHERE r.product_product_id = ANY(%(ids)s)
                """,
                ids=product_ids,
            )
        ):
            codes[product_id].add(pack("theme", tag_id))
            texts[product_id] += [("t", text) for text in translations(name)]

    @api.model
    def _read_versions(self, product_ids):
        """Of each variant the version that stands for it; notes and files of all."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT DISTINCT ON (s.product_id)
                       s.product_id, s.id, s.slicer, s.slicer_version,
                       s.printer_model, s.nozzle_diameter, s.time_s, s.weight_g,
                       s.chips, profile.name AS profile, every.newest,
                       every.notes, every.files
                  FROM print3d_slice AS s
                  JOIN (
                        SELECT product_id, max(create_date) AS newest,
                               string_agg(note, ' ') AS notes,
                               string_agg(DISTINCT file_name, ' ') AS files
                          FROM print3d_slice
                         WHERE product_id = ANY(%(ids)s)
                         GROUP BY product_id
                       ) AS every
                    ON every.product_id = s.product_id
                  LEFT JOIN print3d_profile AS profile ON profile.id = s.profile_id
                 WHERE s.product_id = ANY(%(ids)s)
                 ORDER BY s.product_id, s.state = 'active' DESC,
                          s.read_state = 'done' DESC, s.number DESC
                """,
                ids=product_ids,
            )
        )
        return {row["product_id"]: row for row in rows}

    @api.model
    def _collect_version(self, row, texts, codes, named):
        texts += [
            ("s", row["slicer"]),
            ("p", row["printer_model"]),
            ("r", row["profile"]),
            ("x", row["notes"]),
            ("f", row["files"]),
        ]
        if row["printer_model"]:
            named.add(("printer", row["printer_model"].strip()))
        if row["slicer"]:
            named.add(("slicer", row["slicer"].strip()))
        if row["nozzle_diameter"]:
            codes.add(pack("nozzle", round(row["nozzle_diameter"] * 1000)))
        for number in _colours(row["chips"]):
            family = hues.family(number)
            texts.append(("h", family))
            codes.add(pack("hue", list(hues.NAMES).index(family)))
            named.add(("colour", hues.to_hex(number)))
        for chip in _chips(row["chips"]):
            texts += [("h", chip.get("name")), ("m", chip.get("material"))]
            if chip.get("material"):
                named.add(("material", chip["material"].strip()))

    @api.model
    def _collect_lines(self, product_ids, versions, texts, named):
        """Words of plates, objects, filaments and own parameters of the versions."""
        product_of = {row["id"]: product_id for product_id, row in versions.items()}
        slice_ids = list(product_of)
        for slice_id, letter, text in self.env.execute_query(
            SQL(
                """
                SELECT slice_id, 'o', name FROM print3d_plate
                 WHERE slice_id = ANY(%(ids)s) AND name IS NOT NULL
                 UNION
                SELECT plate.slice_id, 'o', line.name
                  FROM print3d_plate_object AS line
                  JOIN print3d_plate AS plate ON plate.id = line.plate_id
                 WHERE plate.slice_id = ANY(%(ids)s)
                 UNION
                SELECT plate.slice_id, kind.letter, kind.text
                  FROM print3d_plate_filament AS line
                  JOIN print3d_plate AS plate ON plate.id = line.plate_id,
                       LATERAL (VALUES ('m', line.filament_type),
                                       ('m', line.filament_name),
                                       ('b', line.vendor)) AS kind(letter, text)
                 WHERE plate.slice_id = ANY(%(ids)s) AND kind.text IS NOT NULL
                 UNION
                SELECT slice_id, 'x', concat_ws(' ', name, value)
                  FROM print3d_slice_parameter
                 WHERE slice_id = ANY(%(ids)s)
                """,
                ids=slice_ids,
            )
        ):
            texts[product_of[slice_id]].append((letter, text))

    @api.model
    def _collect_meshes(self, product_ids, texts):
        """Words of files and parts; of each variant the box that holds every mesh.

        :return: ``{variant id: (x, y, z, longest, middle, shortest)}`` in mm
        :rtype: dict
        """
        for product_id, letter, text in self.env.execute_query(
            SQL(
                """
                SELECT product_id, 'f', name FROM print3d_file
                 WHERE product_id = ANY(%(ids)s)
                 UNION
                SELECT mesh.product_id, 'o', part.name
                  FROM print3d_mesh_part AS part
                  JOIN print3d_mesh AS mesh ON mesh.id = part.mesh_id
                 WHERE mesh.product_id = ANY(%(ids)s)
                """,
                ids=product_ids,
            )
        ):
            texts[product_id].append((letter, text))
        sizes = {}
        for product_id, *sides in self.env.execute_query(
            SQL(
                """
                SELECT product_id, size_x, size_y, size_z
                  FROM print3d_mesh
                 WHERE product_id = ANY(%s) AND state = 'done' AND size_x > 0
                 ORDER BY product_id, id
                """,
                product_ids,
            )
        ):
            sides = [float(side or 0) for side in sides]
            ordered = sorted(sides, reverse=True)
            known = sizes.get(product_id)
            if known:
                # Several pieces fit where the largest of them fits.
                if max(sides) < known[3]:
                    sides = list(known[:3])
                ordered = [max(pair) for pair in zip(ordered, known[3:], strict=True)]
            sizes[product_id] = (*sides, *ordered)
        return sizes

    @api.model
    def _name_codes(self, named, codes):
        """Add the codes of materials, printers and slicers to those of the variants.

        However a name is spelt, capital letters or not, it has one number.
        """
        Setting = self.env["print3d.search.setting"]
        known = Setting._get_named()
        spelt = {}
        for entries in named.values():
            for kind, text in entries:
                if text and (kind, text.lower()) not in known:
                    spelt.setdefault((kind, text.lower()), (f"@{kind}", text, False))
        added = Setting._get_codes(spelt.values())
        known |= {key: added[pair] for key, pair in spelt.items()}
        for product_id, entries in named.items():
            for kind, text in entries:
                # Colours have codes of their own; here they are only listed.
                if text and kind != "colour":
                    code = pack(kind, known[(kind, text.lower())])
                    codes[product_id].add(code)

    @api.model
    def _prepare_row(self, basics, version, size, success, variant, texts, codes):
        names = [" ".join(words_of(text)) for text in translations(basics["name"])]
        if variant:
            variant_key = " ".join(words_of(variant))
            names += [f"{name} {variant_key}" for name in names]
        rate, count = success or (None, 0)
        newest = [basics["create_date"], version and version["newest"]]
        x, y, z, longest, middle, shortest = size or (None,) * 6
        name = next(iter(translations(basics["name"])), "")
        return {
            "product_id": basics["id"],
            "product_tmpl_id": basics["product_tmpl_id"],
            "slice_id": version["id"] if version else None,
            "names": "\n" + "\n".join(names) + "\n",
            "sort_name": fold(name),
            "time_s": version["time_s"] or None if version else None,
            "grams": float(version["weight_g"] or 0) or None if version else None,
            "size_x": x,
            "size_y": y,
            "size_z": z,
            "side_long": longest,
            "side_middle": middle,
            "side_short": shortest,
            "success": rate,
            "success_count": count,
            "popularity": 5 * basics["favourites"] + min(count, 1000),
            "newest": max(filter(None, newest), default=None),
            "chips": version["chips"] if version else None,
            "words": _vector(texts),
            "codes": sorted(code for code in codes if code is not None),
            "colours": sorted(_colours(version["chips"])) if version else [],
        }

    @api.model
    def _write_rows(self, rows):
        """Write rows of the index, those that are as they were left alone."""
        if not rows:
            return
        casts = {"words": "tsvector", "codes": "int4[]", "colours": "int4[]"} | {
            "fresh": "int4[]",
            "chips": "jsonb",
            "newest": "timestamp",
            "time_s": "int4",
            "success_count": "int4",
            "popularity": "int4",
            "slice_id": "int4",
        }
        numbers = ("grams", "size_x", "size_y", "size_z", "side_long", "side_middle")
        casts |= dict.fromkeys((*numbers, "side_short", "success"), "float8")
        columns = list(next(iter(rows.values())))
        words = {
            word for row in rows.values() for word in row["words"] if "/" not in word
        }
        self.env["print3d.search.word"]._add(words)
        values = []
        for row in rows.values():
            row = dict(
                row,
                words=" ".join(row["words"].values()),
                chips=None
                if row["chips"] is None
                else fields.Json().convert_to_column(row["chips"], self),
            )
            values.append(
                SQL(
                    "(%s)",
                    SQL(", ").join(
                        SQL("%s::" + casts[name], row[name])
                        if name in casts
                        else SQL("%s", row[name])
                        for name in columns
                    ),
                )
            )
        identifiers = [SQL.identifier(name) for name in columns]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO print3d_search_entry AS known (%(columns)s)
                VALUES %(values)s
                ON CONFLICT (product_id) DO UPDATE SET %(sets)s
                 WHERE (%(known)s) IS DISTINCT FROM (%(new)s)
                RETURNING id
                """,
                columns=SQL(", ").join(identifiers),
                values=SQL(", ").join(values),
                sets=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", name, name) for name in identifiers
                ),
                known=SQL(", ").join(SQL.identifier("known", name) for name in columns),
                new=SQL(", ").join(
                    SQL.identifier("excluded", name) for name in columns
                ),
            )
        )


def _cut(ids, count):
    """The first so many ids, and the others."""
    return ids[:count], ids[count:]


def translations(value):
    """The texts of a field in all languages, each once."""
    if isinstance(value, dict):
        return list(dict.fromkeys(text for text in value.values() if text))
    return [value] if value else []


def _chips(chips):
    """The chips of a version; some have none."""
    return [chip for chip in chips or [] if isinstance(chip, dict)]


def _colours(chips):
    """The colours of chips, 24 bits each.

    :rtype: set[int]
    """
    numbers = (
        hues.to_number(colour)
        for chip in _chips(chips)
        for colour in chip.get("colours") or []
    )
    return {number for number in numbers if number is not None}


def _plain(text):
    """The words of a text in HTML."""
    return html.unescape(HTML_TAG.sub(" ", str(text)[: 4 * MAX_TEXT]))[:MAX_TEXT]


def _vector(texts):
    """Words with their places and weights, as PostgreSQL writes a tsvector.

    Each word is there twice: alone, and behind the letter of its field. Two words of a
    name are one word, too: who types “phonestand” means a phone stand, and
    “orcaslicer” is OrcaSlicer.

    :param texts: list of ``(letter, text)``
    :return: ``{word: its part of the tsvector}``
    :rtype: dict
    """
    places = defaultdict(list)
    position = 0
    for letter, text in dict.fromkeys(texts):
        if not text:
            continue
        weight = WEIGHTS[letter]
        words = words_of(str(text)[:MAX_TEXT])
        for before, word in zip([None, *words], words, strict=False):
            position = min(position + 1, MAX_POSITION)
            place = f"{position}{weight}"
            places[word].append(place)
            places[f"{letter}/{word}"].append(place)
            if before and letter in JOINED:
                places[before + word].append(f"{position}D")
                places[f"{letter}/{before}{word}"].append(f"{position}D")
        # A phrase does not go on in the next text.
        position = min(position + 2, MAX_POSITION)
        if len(places) > MAX_TOKENS:
            break
    return {
        word: f"'{word}':{','.join(entries[:200])}" for word, entries in places.items()
    }
