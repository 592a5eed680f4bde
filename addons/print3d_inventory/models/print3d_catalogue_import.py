import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.sql import escape_psql

from odoo.addons.print3d_library.tools import catalogue as tables
from odoo.addons.queue_job.exception import RetryableJobError

from ..tools import filament_table, spoolmandb

# So many are taken over while somebody waits; more are a background job's.
TAKE_NOW = 600
# A job takes this many, and what it did is committed before the next one.
TAKE_AT_ONCE = 1000
# What a report shows of each kind.
SHOWN = 100
SAMPLES = 12


class Print3dCatalogueImport(models.Model):
    """A file of filaments taken into the catalogue: looked at first, then in parts.

    SpoolmanDB's list or sources (JSON, or a ZIP of the repository) and tables (CSV,
    Excel). Reading the same file again changes nothing, and each part stands by
    itself: an import that was stopped goes on where it was.
    """

    _name = "print3d.catalogue.import"
    _description = "Import into the Catalogue"
    _order = "id desc"

    name = fields.Char(string="File Name")
    data = fields.Binary(string="File", required=True, attachment=True)
    kind = fields.Selection(
        [("json", "SpoolmanDB"), ("table", "Table")], readonly=True, string="Format"
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("checked", "Looked at"),
            ("running", "Running"),
            ("done", "Done"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    update_existing = fields.Boolean(
        string="Take over what has changed",
        default=True,
        help="Otherwise filaments that the catalogue has stay as they are.",
    )
    make_filaments = fields.Boolean(
        string="Make them filaments of the shop",
        help="Each becomes a product at once. Otherwise they wait in the catalogue "
        "until somebody needs one.",
    )
    column_ids = fields.One2many(
        "print3d.catalogue.import.column", "import_id", string="Columns"
    )
    dialect = fields.Char(string="Read as", readonly=True)
    total = fields.Integer(string="Filaments", readonly=True, copy=False)
    position = fields.Integer(string="Handled", readonly=True, copy=False)
    new_count = fields.Integer(string="New", readonly=True, copy=False)
    changed_count = fields.Integer(string="Changed", readonly=True, copy=False)
    same_count = fields.Integer(string="The Same", readonly=True, copy=False)
    problem_count = fields.Integer(string="Unusable", readonly=True, copy=False)
    made_count = fields.Integer(string="Filaments Made", readonly=True, copy=False)
    offer_count = fields.Integer(
        string="Of Ours That Differ",
        readonly=True,
        copy=False,
        help="Filaments of the shop of which the file says something else.",
    )
    report = fields.Json(string="Findings", readonly=True, copy=False)
    report_html = fields.Html(
        string="Report", compute="_compute_report_html", sanitize=False
    )
    progress = fields.Float(compute="_compute_progress")
    started_on = fields.Datetime(readonly=True, copy=False)
    ended_on = fields.Datetime(readonly=True, copy=False)

    # === COMPUTE === #

    @api.depends("name", "state")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.name or self.env._("New import")

    @api.depends("position", "total", "state")
    def _compute_progress(self):
        for one in self:
            one.progress = (
                100.0 * one.position / one.total
                if one.total
                else 100.0 * (one.state == "done")
            )

    @api.depends("report")
    def _compute_report_html(self):
        for one in self:
            one.report_html = self.env["ir.qweb"]._render(
                "print3d_inventory.catalogue_import_report",
                {"report": one.report or {}, "problem_count": one.problem_count},
                minimal_qcontext=True,
                raise_if_not_found=True,
            )

    # === CRUD === #

    def write(self, vals):
        """Forget what was found in a file that another one replaces."""
        if "data" in vals:
            if any(one.state == "running" for one in self):
                raise UserError(
                    self.env._("This file is being taken over. Begin another import.")
                )
            vals = {**vals, **self._prepare_fresh_vals()}
        return super().write(vals)

    @api.model
    def _prepare_fresh_vals(self):
        counts = ("total", "position", "new_count", "changed_count", "same_count")
        return {
            "state": "draft",
            "kind": False,
            "column_ids": [Command.clear()],
            "report": False,
            **dict.fromkeys(counts, 0),
            **dict.fromkeys(("problem_count", "made_count", "offer_count"), 0),
        }

    # === ACTIONS === #

    def action_check(self):
        """Read the file and tell what would happen, without doing it."""
        for one in self.filtered(lambda one: one.state in ("draft", "checked")):
            rows, problems = one._read_rows()
            found = self.env["print3d.catalogue.filament"]._take(
                rows, one.name, dry_run=True
            )
            one.write(
                {
                    "state": "checked",
                    "total": len(rows),
                    "position": 0,
                    "made_count": 0,
                    "problem_count": len(problems),
                    "offer_count": one._count_offers(found["changes"]),
                    **{
                        name: found[name]
                        for name in ("new_count", "changed_count", "same_count")
                    },
                    "report": one._make_report(rows, problems, found["changes"]),
                }
            )
        return True

    def action_import(self):
        """Take the filaments over: at once when they are few, else in jobs."""
        for one in self:
            if one.state == "draft":
                one.action_check()
            if one.state != "checked":
                continue
            if not one.total:
                raise UserError(
                    self.env._(
                        "There is no filament in this file that could be used. What is "
                        "wrong with each stands below."
                    )
                )
            if one.make_filaments:
                self.env["product.product"].check_access("create")
            one.write(
                {
                    "state": "running",
                    "started_on": fields.Datetime.now(),
                    "ended_on": False,
                    "position": 0,
                    "new_count": 0,
                    "changed_count": 0,
                    "same_count": 0,
                    "offer_count": 0,
                }
            )
            if one.total <= TAKE_NOW:
                while one.state == "running":
                    one._take_part()
            else:
                one._enqueue()
        return True

    def action_view_filaments(self):
        """Open the catalogue."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_catalogue_filament_action"
        )

    def action_view_offers(self):
        """Open the filaments of the shop of which the catalogue says something else."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_filament_action"
        )
        action["context"] = {
            "default_is_filament": True,
            "search_default_catalogue_offer": 1,
        }
        return action

    # === READING === #

    def _read_rows(self):
        """Return the filaments of the file and what is wrong with others.

        :return: values each, and (where, field, value) each
        :raises UserError: it is no such file
        """
        self.ensure_one()
        data = base64.b64decode(self.with_context(bin_size=False).data or b"")
        is_json = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
        name = (self.name or "").lower()
        try:
            if is_json or name.endswith((".json", ".zip")):
                self.kind = "json"
                return spoolmandb.read(data)
            self.kind = "table"
            return self._read_table(data)
        except spoolmandb.CatalogueError as error:
            raise UserError(self._explain_fault(error)) from error
        except tables.CatalogueError as error:
            raise UserError(self._explain_table_fault(error)) from error

    def _read_table(self, data):
        table = tables.read_table(self.name or "", data)
        self.dialect = table.dialect
        if self.column_ids.mapped("name") != [
            title or self.env._("(no title)") for title in table.header
        ]:
            self._make_columns(table)
        columns = [column.field or "" for column in self.column_ids]
        Material = self.env["print3d.material"]
        seeds = {seed["name"]: seed for seed in Material._read_seed()["materials"]}

        def get_density(material, name):
            found = Material._find_wanted(material, name)
            return found.density or seeds.get(material, {}).get("density") or 1.24

        rows, problems = {}, []
        barcodes = set()
        for number, cells in table.rows:
            where = self.env._("Row %(number)s", number=number)
            vals, wrong = filament_table.read_row(
                cells, columns, table.header, get_density
            )
            if not wrong and vals.get("barcode") in barcodes:
                wrong = [("barcode_twice", vals["barcode"])]
            if not wrong and vals["key"] in rows:
                wrong = [("twice", vals["name"])]
            if wrong:
                problems += [(where, field, value) for field, value in wrong]
                continue
            barcodes |= {vals["barcode"]} if vals.get("barcode") else set()
            rows[vals["key"]] = vals
        return list(rows.values()), problems

    def _make_columns(self, table):
        """Offer a column for each of the table, with what it seems to hold."""
        guessed = filament_table.guess_columns(table.header)
        values = []
        for position, title in enumerate(table.header):
            seen = dict.fromkeys(cells[position] for _number, cells in table.rows[:50])
            values.append(
                {
                    "import_id": self.id,
                    "sequence": position,
                    "name": title or self.env._("(no title)"),
                    "sample": " · ".join([text for text in seen if text][:3])[:120],
                    "field": guessed[position] or False,
                }
            )
        self.column_ids.unlink()
        self.env["print3d.catalogue.import.column"].create(values)

    def _explain_fault(self, error):
        """Return in a sentence what is wrong with a file, and what to do."""
        sentences = {
            "json": self.env._(
                "This file is no JSON (%(error)s). Download it again, or ask whoever "
                "made it.",
                error=error.values.get("error", ""),
            ),
            "zip": self.env._("This ZIP is damaged. Download it again."),
            "too_large": self.env._(
                "What is in this ZIP is larger than 200 MB. Give the list "
                "(filaments.json) alone."
            ),
            "rows": self.env._(
                "There are more than %(limit)s filaments in this file. Give it in "
                "parts, such as one file for each maker.",
                limit=error.values.get("limit", 0),
            ),
            "materials": self.env._(
                "This is SpoolmanDB's list of materials. Give its list of filaments "
                "(filaments.json), or the file of a maker."
            ),
            "unknown": self.env._(
                "This JSON holds no list of filaments. Give SpoolmanDB's "
                "filaments.json, the file of one maker, or a table (CSV, Excel)."
            ),
            "empty": self.env._("There is no filament in this file."),
        }
        return sentences[error.code]

    def _explain_table_fault(self, error):
        sentences = {
            "columns": self.env._(
                "The table has more than %(limit)s columns. Delete those that are not "
                "about filaments.",
                limit=tables.MAX_COLUMNS,
            ),
            "rows": self.env._(
                "The table has more than %(limit)s rows. Give it in parts.",
                limit=tables.MAX_ROWS,
            ),
            "header_only": self.env._("The table has a heading and no rows."),
            "empty": self.env._("The table is empty."),
        }
        return sentences.get(
            error.code,
            self.env._(
                "This is neither SpoolmanDB's JSON nor a table that can be read. Save "
                "it as CSV (UTF-8) and try again."
            ),
        )

    # === REPORT === #

    def _make_report(self, rows, problems, changes):
        """Return what is worth showing of an import, for the template."""
        fields_of = self.env["print3d.catalogue.filament"].fields_get([], ["string"])
        names = {row["key"]: row["name"] for row in rows}
        return {
            "samples": [
                {
                    "name": " ".join(
                        part for part in (row.get("brand"), row["name"]) if part
                    ),
                    "material": row["material"],
                    "colours": (row.get("colour_hexes") or "").split(",")[:6],
                }
                for row in rows[:SAMPLES]
            ],
            "changes": [
                {
                    "name": names.get(key, key),
                    "field": fields_of[field]["string"],
                    "old": str(old or "–"),
                    "new": str(new or "–"),
                }
                for key, field, old, new in changes[:SHOWN]
            ],
            "problems": [
                {"where": where, "text": self._explain_problem(field, value)}
                for where, field, value in problems[:SHOWN]
            ],
        }

    def _explain_problem(self, field, value):
        """Return in words why a filament cannot be used."""
        sentences = {
            "twice": self.env._("is in the file already: %(value)s", value=value),
            "barcode_twice": self.env._(
                "the EAN %(value)s is in the file already", value=value
            ),
            "filament": self.env._("is no filament: %(value)s", value=value),
        }
        if field in sentences:
            return sentences[field]
        labels = dict(
            self.env["print3d.catalogue.import.column"]
            ._fields["field"]
            ._description_selection(self.env)
        )
        # The words of a table are ours, those of a JSON file are the format's.
        field = labels.get(field, field) if self.kind == "table" else field
        if not value:
            return self.env._("%(field)s is missing", field=field)
        return self.env._("%(field)s cannot be “%(value)s”", field=field, value=value)

    def _count_offers(self, changes):
        keys = {key for key, _field, _old, _new in changes}
        return self.env["product.product"].search_count(
            [
                ("catalogue_id.key", "in", list(keys)),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )

    # === TAKING OVER === #

    def _enqueue(self):
        self.with_delay(
            description=self.env._(
                "Take over the filaments of %(name)s", name=self.name
            ),
            identity_key=f"print3d.catalogue.import.{self.id}.{self.position}",
        )._run(self.position)

    def _run(self, position):
        """Take a part over and have another job go on.

        Body of a background job.

        :param int position: where this job was to begin; a job that comes twice does
            nothing
        :raises RetryableJobError: another job works on it
        """
        if not self.exists() or self.state != "running" or self.position != position:
            return
        if not self.try_lock_for_update():
            raise RetryableJobError("Another job works on this import.", seconds=5)
        self._take_part()
        if self.state == "running":
            self._enqueue()

    def _take_part(self):
        """Take the next filaments over."""
        self.ensure_one()
        rows, _problems = self._read_rows()
        part = rows[self.position : self.position + TAKE_AT_ONCE]
        failed = []
        try:
            with self.env.cr.savepoint():
                done = self._take_rows(part)
        except (UserError, ValidationError):
            # One of them: then each by itself, and what fails is told.
            done = self._take_one_by_one(part, failed)
        position = self.position + len(part)
        vals = {
            name: self[name] + done[name]
            for name in (
                "new_count",
                "changed_count",
                "same_count",
                "made_count",
                "offer_count",
            )
        }
        if failed:
            vals["problem_count"] = self.problem_count + len(failed)
            report = dict(self.report or {})
            report["problems"] = (report.get("problems") or []) + failed
            vals["report"] = {**report, "problems": report["problems"][:SHOWN]}
        vals["position"] = position
        if position >= len(rows):
            vals.update(state="done", ended_on=fields.Datetime.now())
        self.write(vals)

    def _take_one_by_one(self, rows, failed):
        total = {}
        for row in rows:
            try:
                with self.env.cr.savepoint():
                    done = self._take_rows([row])
            except (UserError, ValidationError) as error:
                failed.append({"where": row["name"], "text": str(error)})
                continue
            for name, number in done.items():
                total[name] = total.get(name, 0) + number
        names = (
            "new_count",
            "changed_count",
            "same_count",
            "made_count",
            "offer_count",
        )
        return {name: total.get(name, 0) for name in names}

    def _take_rows(self, rows):
        """Put filaments into the catalogue, and into the shop when that is wanted.

        :return: the numbers of what was done
        :rtype: dict
        """
        Catalogue = self.env["print3d.catalogue.filament"]
        found = Catalogue._take(rows, self.name, update=self.update_existing)
        made = 0
        ours = found["changed"].product_ids
        if self.make_filaments:
            entries = Catalogue.with_context(active_test=False).search(
                [("key", "in", [row["key"] for row in rows])]
            )
            before = self.env["product.product"].search_count(
                [("catalogue_id", "in", entries.ids)]
            )
            extras = {row["key"]: self._prepare_extras(row) for row in rows}
            entries._make_filaments(self.company_id, extras)
            made = (
                self.env["product.product"].search_count(
                    [("catalogue_id", "in", entries.ids)]
                )
                - before
            )
        offers = ours._update_catalogue_offers() if self.update_existing else ours
        return {
            "new_count": found["new_count"],
            "changed_count": found["changed_count"],
            "same_count": found["same_count"],
            "made_count": made,
            "offer_count": len(offers),
        }

    def _prepare_extras(self, row):
        """Return the values of a product that only a shop's own table states."""
        vals = {}
        if row.get("sku"):
            vals["default_code"] = row["sku"]
        if row.get("barcode"):
            vals["barcode"] = row["barcode"]
        grams = row["net_weight_g"]
        price = row.get("price")
        if row.get("price_per_kg") is not None:
            price = row["price_per_kg"] * grams / 1000
        if price is not None:
            vals["standard_price"] = price / grams
        if row.get("vendor"):
            vals["seller_ids"] = [
                Command.create(
                    {
                        "partner_id": self._get_vendor(row["vendor"]).id,
                        "price": price or 0.0,
                        "product_code": row.get("sku"),
                        "purchase_url": row.get("url"),
                    }
                )
            ]
        elif row.get("url"):
            vals["description_purchase"] = row["url"]
        return vals

    def _get_vendor(self, name):
        partners = self.env["res.partner"]
        return partners.search(
            [
                ("name", "=ilike", escape_psql(name)),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        ) or partners.create({"name": name, "is_company": True, "supplier_rank": 1})
