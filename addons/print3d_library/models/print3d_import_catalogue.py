import logging
from collections import defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..tools import catalogue
from ..tools.filenames import squash, stem_of
from ..tools.storable import storable

_logger = logging.getLogger(__name__)

SAMPLES = 3
TEMPLATE_URL = "/print3d/import/template"


class Print3dImport(models.Model):
    """A catalogue among the files: its rows are planned, and carried out first."""

    _inherit = "print3d.import"

    row_ids = fields.One2many("print3d.import.row", "import_id", string="Rows")
    columns = fields.Json(
        string="Columns of the Catalogue",
        readonly=True,
        help="Title, field and first values of each column.",
    )
    table_line_id = fields.Many2one(
        "print3d.import.line",
        string="Catalogue",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    table_note = fields.Char(readonly=True, help="How the catalogue was read.")

    # === READING === #

    def _read_catalogue(self):
        """Read the first table among the files into rows, once."""
        self.ensure_one()
        tables = self.line_ids.filtered(
            lambda line: line.kind == "table" and line.state == "looked"
        ).sorted(lambda line: (len(line.path or ""), line.id))
        for line in tables:
            if self.table_line_id:
                return
            try:
                with line.upload_id._open() as stream:
                    table = catalogue.read_table(line.name, stream.read())
            except catalogue.CatalogueError as error:
                line.facts = {"problem": self._get_table_problem(error)}
                continue
            except UserError as error:
                line.facts = {"problem": error.args[0]}
                continue
            self._take_table(line, table)

    @api.model
    def _get_table_problem(self, error):
        """Why a table cannot be read, in words.

        :param error: ``CatalogueError`` of ``tools.catalogue``
        :rtype: str
        """
        sentences = {
            "broken": self.env._(
                "The table cannot be read: %(error)s. Export it as CSV in UTF-8 again."
            ),
            "too_large": self.env._(
                "The sheet is too large. Save it as CSV, in several parts."
            ),
            "workbook": self.env._(
                "The sheet cannot be read. Save it as CSV and upload that."
            ),
            "empty": self.env._("The table is empty."),
            "header_only": self.env._("The table has a header and no rows."),
            "columns": self.env._(
                "The table has %(count)s columns; up to %(limit)s can be read."
            ),
            "rows": self.env._(
                "The table has more than %(limit)s rows. Divide it into several files."
            ),
        }
        return sentences[error.code] % error.words

    def _take_table(self, line, table):
        found = catalogue.guess_columns(table.header)
        self.write(
            {
                "table_line_id": line.id,
                "table_note": table.dialect,
                "columns": storable(
                    [
                        {
                            "title": title,
                            "field": field,
                            "samples": [
                                cells[position][:60]
                                for _number, cells in table.rows[:SAMPLES]
                                if cells[position]
                            ],
                        }
                        for position, (title, field) in enumerate(
                            zip(table.header, found, strict=True)
                        )
                    ]
                ),
            }
        )
        self.env["print3d.import.row"].create(
            [
                {"import_id": self.id, "number": number, "cells": storable(cells)}
                for number, cells in table.rows
            ]
        )

    # === PLANNING === #

    def _propose(self):
        """Plan the rows of a catalogue first: files go to the models they name."""
        self._read_catalogue()
        fresh = self.row_ids.filtered(lambda row: not row.verdict)
        if fresh:
            self._plan_rows(fresh)
            self._claim_files(fresh)
        result = super()._propose()
        if self.table_line_id.skip_code == "table":
            self.table_line_id.write(
                {
                    "skip_code": "catalogue",
                    "reason": self.env._("Its rows are in the plan."),
                }
            )
        return result

    def _plan_rows(self, rows):
        """Find out of each row what it is of, and what is wrong with it."""
        header = [column["title"] for column in self.columns]
        columns = [column["field"] for column in self.columns]
        read = {row: catalogue.read_row(row.cells, columns, header) for row in rows}
        for row, found in read.items():
            row.data = storable(found.values)
        products = self._get_products_by("default_code", "reference", read)
        barcodes = self._get_products_by("barcode", "barcode", read)
        known = self._get_known_models()
        seen = {"reference": {}, "barcode": {}, "place": {}}
        places = {}
        for row, found in read.items():
            product = products.get(found.values.get("reference"))
            problem = self._get_row_problem(row, found, product, barcodes, seen)
            if problem:
                row.write({"verdict": "problem", "reason": problem})
            else:
                places[row] = product
        self._create_row_places(places, known)
        notes = self._settle_disputes(places)
        self._judge_rows(places)
        for row, note in notes.items():
            row.reason = f"{row.reason}. {note}" if row.reason else note

    def _get_products_by(self, field, name, read):
        """Products of the library by a code that rows state."""
        codes = {
            found.values[name] for found in read.values() if found.values.get(name)
        }
        return {
            product[field]: product
            for product in self.env["product.product"].search(
                [
                    (field, "in", list(codes)),
                    ("company_id", "in", [self.company_id.id, False]),
                ],
                order="id desc",
            )
        }

    def _get_row_problem(self, row, found, product, barcodes, seen):
        """What is wrong with a row, in words; empty for nothing.

        :param product: the variant of its reference
        :param dict barcodes: products by their barcode
        :param dict seen: rows by what they state, to find what is there twice
        :rtype: str
        """
        values = found.values
        if found.problems:
            return " ".join(
                self._get_value_problem(name, **words) for name, words in found.problems
            )
        if not values.get("name") and not product:
            return self.env._(
                "It has no name, and no product has its reference. Fill in the name."
            )
        for name in ("reference", "barcode"):
            value = values.get(name)
            first = seen[name].setdefault(value, row) if value else row
            if first != row:
                return self.env._(
                    "“%(value)s” stands in row %(number)s too. Give each its own.",
                    value=value,
                    number=first.number,
                )
        owner = barcodes.get(values.get("barcode"))
        if owner and owner != product and not self._is_named_as(owner, values):
            return self.env._(
                "“%(value)s” is that of %(product)s already. Give each product "
                "its own.",
                value=values["barcode"],
                product=owner.display_name,
            )
        place = (
            product.id
            if product
            else (squash(values["name"]), squash(values.get("variant") or ""))
        )
        first = seen["place"].setdefault(place, row)
        if first != row:
            return self.env._(
                "Row %(number)s is of the same model and variant. Give one of them "
                "another variant, or take it out.",
                number=first.number,
            )
        return ""

    @api.model
    def _is_named_as(self, product, values):
        return squash(product.product_tmpl_id.name) == squash(values.get("name") or "")

    @api.model
    def _get_value_problem(self, name, value):
        words = {
            "price": self.env._("“%(value)s” is no price.", value=value),
            "time": self.env._(
                "“%(value)s” is no time: write 1:20, 1 h 20 min or 80 min.", value=value
            ),
            "grams": self.env._("“%(value)s” is no weight.", value=value),
            "barcode": self.env._(
                "“%(value)s” is a barcode that Excel has rounded. Format the column as "
                "text and enter it again.",
                value=value,
            ),
            "url": self.env._("“%(value)s” is no web address.", value=value),
        }
        return words.get(name, value)

    def _create_row_places(self, places, known):
        """Models and variants of the plan for rows."""
        vals_by_key, key_of = {}, {}
        for row, product in places.items():
            data = row.data
            if product:
                template_id = product.product_tmpl_id.id
                name = data.get("name") or product.product_tmpl_id.name
            else:
                name, template_id = known.get(
                    squash(data["name"]), (data["name"], False)
                )
            key = template_id or squash(name)
            key_of[row] = key
            vals = vals_by_key.setdefault(
                key,
                {
                    "import_id": self.id,
                    "name": name,
                    "sequence": len(vals_by_key),
                    "product_tmpl_id": template_id,
                    "reason": self.env._(
                        "Row %(number)s of the catalogue.", number=row.number
                    ),
                },
            )
            for field, source in (
                ("designer_name", "designer"),
                ("licence_name", "licence"),
            ):
                if data.get(source) and not vals.get(field):
                    vals[field] = data[source]
        for vals in vals_by_key.values():
            Model = self.env["print3d.import.model"]
            if vals.get("licence_name"):
                vals["licence_id"] = Model._find_licence(vals["licence_name"]).id
        created = self.env["print3d.import.model"].create(list(vals_by_key.values()))
        by_key = dict(zip(vals_by_key, created, strict=True))
        # Records are appended to lists that are in the cache, which takes long.
        self.env.invalidate_all()
        variants = self.env["print3d.import.variant"].create(
            [
                {
                    "model_id": by_key[key_of[row]].id,
                    "name": row.data.get("variant"),
                    "product_id": product.id if product else False,
                    "sequence": row.number,
                }
                for row, product in places.items()
            ]
        )
        variants.filtered(lambda variant: not variant.product_id)._find_products()
        for row, variant in zip(places, variants, strict=True):
            row.variant_id = variant

    def _settle_disputes(self, rows):
        """Of what rows say of one model differently, let the first row be right.

        Otherwise each row would undo what the one before it did, at every import.

        :return: what a row is told about it, by row
        :rtype: dict
        """
        labels, first, notes = self._get_field_labels(), {}, defaultdict(list)
        for row in rows:
            data = dict(row.data)
            for name in ("designer", "licence", "category", "url"):
                if not data.get(name):
                    continue
                right = first.setdefault((row.model_id, name), row)
                stated = right.data[name]
                if squash(stated) != squash(data[name]):
                    del data[name]
                    notes[row].append(
                        self.env._(
                            "%(field)s: “%(value)s” is taken, from row %(number)s.",
                            field=labels[name],
                            value=stated,
                            number=right.number,
                        )
                    )
            if row in notes:
                row.data = storable(data)
        return {row: " ".join(found) for row, found in notes.items()}

    def _judge_rows(self, rows):
        """Say of each row whether it is new, changes something, or nothing."""
        labels = self._get_field_labels()
        for row in rows:
            product = row.variant_id.product_id
            if not product:
                row.write({"verdict": "new", "reason": False})
                continue
            template_vals, product_vals = row._get_changes(product)
            changed = [*template_vals, *product_vals]
            if row._has_other_price(product):
                changed.append("price")
            named = [
                labels.get(self._field_of.get(name, name), name) for name in changed
            ]
            row.write(
                {
                    "verdict": "update" if changed else "same",
                    "reason": ", ".join(dict.fromkeys(named)) or False,
                }
            )

    _field_of = {"default_code": "reference", "source_url": "url"}

    @api.model
    def _get_field_labels(self):
        """What the fields of a catalogue are called.

        :rtype: dict
        """
        return {
            "name": self.env._("Name of the model"),
            "variant": self.env._("Variant"),
            "description": self.env._("Description"),
            "designer": self.env._("Designer"),
            "licence": self.env._("Licence"),
            "category": self.env._("Category"),
            "tags": self.env._("Tags"),
            "price": self.env._("Sale price"),
            "reference": self.env._("Internal reference"),
            "barcode": self.env._("Barcode"),
            "url": self.env._("Web address of the source"),
            "time": self.env._("Print time"),
            "grams": self.env._("Filament (g)"),
            "material": self.env._("Material and colour"),
            "files": self.env._("File names"),
            "pictures": self.env._("Picture names"),
        }

    def _claim_files(self, rows):
        """Files and pictures that rows name go to their variants."""
        by_name = defaultdict(list)
        lines = self.line_ids.filtered(
            lambda line: line.state == "looked" and line.kind not in ("table", "other")
        )
        for line in lines:
            full = f"{line.path}/{line.name}" if line.path else line.name
            for key in {squash(full), squash(line.name), squash(stem_of(line.name))}:
                by_name[key].append(line)
        in_library = self._get_known_files(lines)
        for row in rows.filtered("data"):
            names = [*(row.data.get("files") or []), *(row.data.get("pictures") or [])]
            missing, broken = [], []
            for position, name in enumerate(names, 1):
                found = self._find_named(by_name, name, row)
                if not found:
                    missing.append(name)
                for line in found:
                    self._claim(line, row, position, in_library)
                    if line.skip_code == "unreadable":
                        broken.append(name)
            if row.verdict != "problem":
                row._note_files(missing, broken)

    def _find_named(self, by_name, name, row):
        """Files of a name; pictures only for a column of pictures."""
        path = name.replace("\\", "/")
        found = (
            by_name.get(squash(path))
            or by_name.get(squash(path.rpartition("/")[2]))
            or []
        )
        is_picture = name in (row.data.get("pictures") or [])
        return [
            line
            for line in found
            if line.state == "looked" and (line.kind == "picture") == is_picture
        ]

    def _claim(self, line, row, position, in_library):
        vals = {
            "state": "planned",
            "role": line.kind,
            "sequence": position,
            "variant_id": row.variant_id.id,
            "reason": self.env._("Row %(number)s names it.", number=row.number),
        }
        existing = in_library.get(line.sha256)
        if row.verdict == "problem":
            vals.update(
                role="skip",
                skip_code="row",
                reason=self.env._(
                    "Row %(number)s names it, and has a problem: %(reason)s",
                    number=row.number,
                    reason=row.reason,
                ),
            )
        elif existing and line.kind != "picture":
            vals.update(
                role="skip",
                skip_code="in_library",
                existing_file_id=existing.id,
                reason=self.env._(
                    "In the library already: %(variant)s.",
                    variant=existing.product_id.display_name,
                ),
            )
        elif line.facts and line.facts.get("problem"):
            vals.update(
                role="skip", skip_code="unreadable", reason=line.facts["problem"]
            )
        line.write(vals)

    # === CHANGING === #

    def plan_map_columns(self, names):
        """Take the columns of the catalogue for other fields, and plan anew.

        Changes made by hand until then are lost, as the models may be others.

        :param names: a field or ``""`` for each column
        :return: the whole plan
        """
        self._check_plan()
        allowed = {"", *catalogue.FIELDS}
        if len(names) != len(self.columns or []) or set(names) - allowed:
            raise UserError(self.env._("These are not the columns of the catalogue."))
        used = [name for name in names if name]
        if len(used) != len(set(used)):
            raise UserError(
                self.env._(
                    "A field can be taken from one column. Choose another for one."
                )
            )
        self.columns = [
            dict(column, field=name)
            for column, name in zip(self.columns, names, strict=True)
        ]
        self.edit_ids.unlink()
        self.row_ids.write(
            {
                "verdict": False,
                "reason": False,
                "state": "planned",
                "variant_id": False,
            }
        )
        self.line_ids.write(
            {"state": "looked", "variant_id": False, "existing_file_id": False}
        )
        self.variant_ids.unlink()
        self.model_ids.unlink()
        self.env.invalidate_all()
        self._propose()
        return self.get_plan()

    # === CARRYING OUT === #

    def _get_rows_todo(self, limit):
        """Rows to be carried out next.

        :rtype: print3d.import.row
        """
        return self.env["print3d.import.row"].search(
            [
                ("import_id", "=", self.id),
                ("state", "=", "planned"),
                ("verdict", "in", ("new", "update")),
            ],
            order="number, id",
            limit=limit,
        )

    def _make_rows(self, rows):
        """Make the new models of rows together, which is far quicker than singly.

        When something is wrong with one, nothing is made here: then each is made by
        itself, and the wrong one is told.

        :return: the rows that are to be carried out one by one
        :rtype: print3d.import.row
        """
        models_ = rows._get_models_to_make()
        if len(models_) < 2:
            return rows
        try:
            with self.env.cr.savepoint():
                made = models_._make_templates()
        except (psycopg2.OperationalError, RetryableJobError):
            raise
        except Exception as error:
            _logger.info("Import %s makes models one by one: %s", self.id, error)
            self.env.invalidate_all()
            return rows
        done = rows.filtered(
            lambda row: row.model_id in made and not row._is_to_change()
        )
        done.write({"state": "done", "message": self.env._("Made.")})
        return rows - done

    # === SHOWING === #

    @api.model
    def action_get_template(self):
        """Download a catalogue to begin with."""
        return {"type": "ir.actions.act_url", "url": TEMPLATE_URL, "target": "download"}

    def _describe_catalogue(self):
        """The catalogue as the screen of the plan takes it; empty without one.

        :rtype: dict
        """
        self.ensure_one()
        if not self.columns:
            return {}
        return {
            "rows": [
                {
                    "id": row.id,
                    "number": row.number,
                    "verdict": row.verdict,
                    "reason": row.reason or "",
                    "state": row.state,
                    "message": row.message or "",
                    "variant_id": row.variant_id.id,
                    "name": (row.data or {}).get("name") or "",
                    "code": (row.data or {}).get("reference") or "",
                }
                for row in self.row_ids
            ],
            "catalogue": {
                "name": self.table_line_id.name or "",
                "note": self.table_note or "",
                "columns": self.columns,
                "fields": list(self._get_field_labels().items()),
            },
        }

    def _get_problem_table(self):
        """Rows with a problem, as they came, with the reason in a last column.

        :return: the bytes of a CSV file
        """
        self.ensure_one()
        self.check_access("read")
        rows = self.row_ids.filtered(
            lambda row: row.verdict == "problem" or row.state == "failed"
        )
        return catalogue.write_table(
            [*(column["title"] for column in self.columns or []), self.env._("Reason")],
            [
                [*row.cells, row.message if row.state == "failed" else row.reason or ""]
                for row in rows
            ],
        )
