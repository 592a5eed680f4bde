import logging
from collections import Counter, defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..slicer import SlicedFileError
from ..tools import grouping
from ..tools.filenames import squash
from ..tools.storable import storable
from .print3d_scanner import RefusedContentError

_logger = logging.getLogger(__name__)

# Files a job looks into, and takes in, before it lets others have their turn.
LOOK_AT_ONCE = 50
LOOK_BYTES = 256 * 1024**2
TAKE_AT_ONCE = 20
ROWS_AT_ONCE = 200
# So few are looked into at once, so that the plan is there when the page opens.
LOOK_NOW = 20
LOOK_NOW_BYTES = 32 * 1024**2
OPEN_STATES = ("looking", "draft")


class Print3dImport(models.Model):
    """Files on their way into the library by way of a plan.

    A plan is made of the files (``tools.grouping``), a
    person changes it, and jobs carry it out. Until then nothing is in the library.
    Jobs take a few files each and note what became of a file in the same transaction,
    so that an import that was interrupted goes on where it stopped.
    """

    _name = "print3d.import"
    _description = "Import into the Library"
    _order = "id desc"

    name = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    batch_id = fields.Many2one(
        "print3d.upload.batch",
        string="Upload",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [
            ("looking", "Looking into Files"),
            ("draft", "To Review"),
            ("running", "Importing"),
            ("done", "Done"),
            ("partly", "Done in Part"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="looking",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    step = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts the jobs that worked on it, so that no two do so at once.",
    )
    message = fields.Char(readonly=True, copy=False)
    line_ids = fields.One2many("print3d.import.line", "import_id", string="Files")
    model_ids = fields.One2many("print3d.import.model", "import_id", string="Models")
    variant_ids = fields.One2many(
        "print3d.import.variant", "import_id", string="Variants"
    )
    edit_ids = fields.One2many("print3d.import.edit", "import_id", string="Changes")
    file_count = fields.Integer(string="Number of Files", compute="_compute_counts")
    looked_count = fields.Integer(string="Looked Into", compute="_compute_counts")
    todo_count = fields.Integer(string="To Import", compute="_compute_counts")
    done_count = fields.Integer(string="Imported", compute="_compute_counts")
    failed_count = fields.Integer(string="Refused", compute="_compute_counts")
    skipped_count = fields.Integer(string="Left Out", compute="_compute_counts")
    progress = fields.Integer(string="Progress (%)", compute="_compute_counts")

    # === COMPUTE METHODS === #

    @api.depends(
        "line_ids.state", "line_ids.role", "row_ids.state", "row_ids.verdict", "state"
    )
    def _compute_counts(self):
        counts = defaultdict(Counter)
        for record, role, state, count in self.env["print3d.import.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "role", "state"],
            ["__count"],
        ):
            counts[record.id]["all"] += count
            if state != "new":
                counts[record.id]["looked"] += count
            if role == "skip":
                counts[record.id]["skipped"] += count
            else:
                counts[record.id][state] += count
        rows = self._count_rows()
        for record in self:
            count = counts[record.id] + rows[record.id]
            record.file_count = count["all"]
            record.looked_count = count["looked"]
            record.skipped_count = count["skipped"]
            record.todo_count = count["planned"]
            record.done_count = count["done"]
            record.failed_count = count["failed"]
            part, whole = count["done"] + count["failed"], count["planned"]
            if record.state == "looking":
                part, whole = count["looked"], count["all"] - count["looked"]
            record.progress = 100 * part // (part + whole) if part + whole else 100

    def _count_rows(self):
        """How many rows of a catalogue are in which state, by import.

        :rtype: dict
        """
        counts = defaultdict(Counter)
        for record, verdict, state, count in self.env["print3d.import.row"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "verdict", "state"],
            ["__count"],
        ):
            if verdict in ("new", "update"):
                counts[record.id][state] += count
        return counts

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        for record in self:
            if record.state == "running":
                raise UserError(
                    self.env._(
                        "“%(name)s” is being imported. Wait until it is through, or "
                        "stop it first.",
                        name=record.name,
                    )
                )

    # === ACTION METHODS === #

    @api.model
    def action_upload(self):
        """Show the page where files are sent to be grouped."""
        return self.env["ir.actions.actions"]._for_xml_id(
            "print3d_library.print3d_upload_page_action"
        )

    def action_open(self):
        """Show the plan."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_import(self):
        """Carry the plan out, in the background."""
        self.ensure_one()
        self.check_access("write")
        self._check_unchanged("draft")
        if not self.todo_count:
            raise UserError(
                self.env._(
                    "Everything is left out, so there is nothing to import. Give at "
                    "least one file a model."
                )
            )
        self.edit_ids.unlink()
        self._link_made_since()
        self._put_in_order()
        self.write({"state": "running", "message": False})
        self._enqueue_step()
        return True

    def action_retry(self):
        """Try again what was refused, and go on with what is left."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("running", "partly", "failed"):
            return False
        for records in (self.line_ids, self.row_ids):
            failed = records.filtered(lambda record: record.state == "failed")
            failed.write({"state": "planned", "message": False})
        self._link_made_since()
        self.write({"state": "running", "message": False})
        self._enqueue_step()
        return True

    def action_stop(self):
        """Stop after the files that are just being taken in."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "running":
            self.state = "draft"
        return True

    def action_cancel(self):
        """Give the plan up, and the files that became nothing."""
        self.check_access("write")
        for record in self:
            if record.state == "running":
                record._unlink_except_running()
            record.line_ids.upload_id._cancel()
            record.state = "cancelled"
        return True

    def action_view_models(self):
        """The models that came of the import."""
        self.ensure_one()
        templates = self.model_ids.product_tmpl_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Models of %(name)s", name=self.name),
            "res_model": "product.template",
            "views": [(False, "kanban"), (False, "list"), (False, "form")],
            "domain": [("id", "in", templates.ids)],
        }

    def _check_unchanged(self, state):
        """Refuse what does not fit the state, as somebody else has left it.

        :raises UserError: how far the import is
        """
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(name)s” is not to be changed any more: %(state)s. Load the "
                    "page again.",
                    name=self.name,
                    state=labels[self.state],
                )
            )

    # === LOOKING INTO FILES === #

    @api.model
    def _create_from_batch(self, batch):
        """A plan for the files of an upload that wait to be grouped.

        An upload has one open plan: asked again, that one is shown, with the files
        that came since.

        :param batch: ``print3d.upload.batch``
        :return: the action that shows it
        :rtype: dict
        """
        self.check_access("create")
        record = self.search(
            [("batch_id", "=", batch.id), ("state", "in", OPEN_STATES)], limit=1
        )
        if not record:
            record = self.create(
                {
                    "name": batch.name,
                    "batch_id": batch.id,
                    "company_id": batch.company_id.id,
                }
            )
        record._add_uploads(batch._get_waiting())
        return record.action_open()

    def _add_uploads(self, uploads):
        """Add files to the plan, and have them looked into."""
        self.ensure_one()
        uploads -= self.line_ids.upload_id
        uploads -= (
            self.env["print3d.import.line"]
            .search(
                [
                    ("upload_id", "in", uploads.ids),
                    ("import_id.state", "in", (*OPEN_STATES, "running")),
                ]
            )
            .upload_id
        )
        if not uploads:
            return
        self.env["print3d.import.line"].create(
            [
                {
                    "import_id": self.id,
                    "upload_id": upload.id,
                    "name": upload.name,
                    "path": upload.path,
                    "size": upload.size,
                    "sha256": upload.sha256,
                }
                for upload in uploads
            ]
        )
        self.state = "looking"
        size = sum(uploads.mapped("size"))
        if len(uploads) <= LOOK_NOW and size <= LOOK_NOW_BYTES:
            self._look()
        else:
            self._enqueue_look()

    def _enqueue_look(self):
        self._delay_step(
            self.env._("Look into the files of %(name)s", name=self.name)
        )._look()

    def _delay_step(self, description):
        return self.with_delay(
            description=description,
            identity_key=f"print3d.import.{self.id}.{self.state}.{self.step}",
        )

    def _look(self):
        """Look into some files; propose a plan once all are looked into.

        Body of a background job.
        """
        self.ensure_one()
        if not self._lock("looking"):
            return
        while True:
            rest = self.env["print3d.import.line"].search(
                [("import_id", "=", self.id), ("state", "=", "new")],
                limit=LOOK_AT_ONCE + 1,
                order="id",
            )
            size = 0
            for line in rest[:LOOK_AT_ONCE]:
                if size < LOOK_BYTES:
                    line._look()
                    size += line.size
                    rest -= line
            if not rest:
                self._propose()
                self.state = "draft"
            self._notify()
            if not rest:
                return
            if not self.env.context.get("queue_job__no_delay"):
                self._enqueue_look()
                return

    def _lock(self, state):
        """Have the import for this transaction alone.

        :return: whether it is still in that state
        :rtype: bool
        :raises RetryableJobError: another job works on it
        """
        if not self.exists():
            return False
        if not self.try_lock_for_update():
            raise RetryableJobError("Another job works on this import.", seconds=5)
        if self.state != state:
            return False
        # Whoever began before this is committed fails on it, and is run again.
        self.step += 1
        return True

    # === THE PLAN === #

    def _propose(self):
        """Group the files that have no place yet, against the library as it is."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state == "looked")
        known = self._get_known_models()
        plan = grouping.group(
            [
                grouping.Entry(
                    line.id,
                    line.path or "",
                    line.name,
                    line.kind,
                    line.sha256 or "",
                    line.facts or {},
                )
                for line in lines
            ],
            [*(name for name, _id in known.values()), *self.model_ids.mapped("name")],
        )
        in_library = self._get_known_files(lines)
        self._create_places(plan, known, in_library, lines)

    def _get_known_models(self):
        """Models of the library by the key of their name.

        :return: ``{key: (name, id)}``, of models of one name the oldest
        :rtype: dict
        """
        found = {}
        for template in self.env["product.template"].search_fetch(
            [
                ("is_print3d_model", "=", True),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            ["name"],
            order="id",
        ):
            found.setdefault(squash(template.name), (template.name, template.id))
        return found

    @api.model
    def _get_known_files(self, lines):
        """Files of the library by their SHA-256.

        :rtype: dict
        """
        files = self.env["print3d.file"].search_fetch(
            [("sha256", "in", list(filter(None, lines.mapped("sha256"))))],
            ["sha256"],
            order="id desc",
        )
        return {file.sha256: file for file in files}

    def _create_places(self, plan, known, in_library, lines):
        """Write a plan down as records."""
        Line, Model = self.env["print3d.import.line"], self.env["print3d.import.model"]
        offset = max(self.model_ids.mapped("sequence"), default=0)
        # Of a catalogue, or of files that came before.
        there = {squash(model.name): model for model in self.model_ids}
        found = [there.get(squash(proposed.name)) for proposed in plan.models]
        made = iter(
            Model.create(
                [
                    self._prepare_model_vals(proposed, known, offset + number)
                    for number, proposed in enumerate(plan.models, 1)
                    if not found[number - 1]
                ]
            )
        )
        models_ = [model or next(made) for model in found]
        names = {}
        for place in plan.places:
            if place.model is not None:
                names.setdefault((place.model, place.variant))
        by_name = {
            (number, name): models_[number]._find_variant(name)
            for number, name in names
        }
        missing = [key for key, variant in by_name.items() if not variant]
        variants = self.env["print3d.import.variant"].create(
            [
                {"model_id": models_[number].id, "name": name, "sequence": position}
                for position, (number, name) in enumerate(missing)
            ]
        )
        by_name.update(zip(missing, variants, strict=True))
        variants._find_products()
        for place in plan.places:
            line = Line.browse(place.key)
            vals = {
                "state": "planned",
                "role": place.role,
                "sequence": place.order,
                "reason": line._get_reason(place.reasons),
                "skip_code": place.reasons[0][0] if place.role == "skip" else False,
            }
            if place.model is not None:
                vals["variant_id"] = by_name[place.model, place.variant].id
            existing = in_library.get(line.sha256)
            if existing and place.role in grouping.CONTENT:
                vals.update(
                    role="skip",
                    skip_code="in_library",
                    existing_file_id=existing.id,
                    reason=line._get_reason(
                        [("in_library", {"variant": existing.product_id.display_name})]
                    ),
                )
            line.write(vals)

    def _prepare_model_vals(self, proposed, known, sequence):
        """Values of a proposed model.

        :param proposed: :class:`~odoo.addons.print3d_library.tools.grouping.Model`
        :rtype: dict
        """
        name, template_id = known.get(squash(proposed.name), (proposed.name, False))
        reasons = list(proposed.reasons)
        if template_id:
            reasons.append(("known", {"model": name}))
        Model = self.env["print3d.import.model"]
        return storable(
            {
                "import_id": self.id,
                "sequence": sequence,
                "name": name,
                "folder": proposed.folder,
                "product_tmpl_id": template_id,
                "reason": self.env["print3d.import.line"]._get_reason(reasons),
                "designer_name": proposed.designer,
                "designer_id": Model._find_designer(proposed.designer).id,
                "licence_name": proposed.licence,
                "licence_id": Model._find_licence(proposed.licence).id,
                "description": proposed.description,
                "source_url": proposed.url,
            }
        )

    # === CARRYING IT OUT === #

    def _enqueue_step(self):
        self._delay_step(self.env._("Import %(name)s", name=self.name))._run_step()

    def _run_step(self):
        """Take in some files, note what became of each, and have the next job go on.

        Body of a background job. Killed in the middle, nothing of it happened, and the
        job is run again; run twice, the second finds the files done.
        """
        self.ensure_one()
        while self._lock("running"):
            # Rows of a catalogue first: they make the models that files go to.
            rows = self._get_rows_todo(ROWS_AT_ONCE)
            todo = self._make_rows(rows) if rows else self._get_todo(TAKE_AT_ONCE)
            for record in todo:
                self._carry_out(record)
            is_over = not (self._get_rows_todo(1) or self._get_todo(1))
            if is_over:
                self._finish()
            self._notify()
            if is_over:
                return
            if not self.env.context.get("queue_job__no_delay"):
                self._enqueue_step()
                return

    def _put_in_order(self):
        """Number the files: models one after the other, versions in their order."""
        ordered = self.line_ids.filtered(lambda line: line.role != "skip").sorted(
            lambda line: (
                line.model_id.sequence,
                line.model_id.id,
                line.variant_id.sequence,
                line.variant_id.id,
                line.role in grouping.COMPANIONS,
                line.sequence,
                line.id,
            )
        )
        for turn, line in enumerate(ordered, 1):
            line.turn = turn

    def _link_made_since(self):
        """Take models that were made since the plan was for those of the plan.

        The same catalogue may be in two plans; the second adds to what the first made.
        """
        templates = self.env["product.template"].search_fetch(
            [
                ("is_print3d_model", "=", True),
                ("company_id", "in", [self.company_id.id, False]),
                ("create_date", ">=", self.create_date),
            ],
            ["name"],
            order="id desc",
        )
        found = {squash(template.name): template.id for template in templates}
        models_ = self.model_ids.filtered(
            lambda model: not model.product_tmpl_id and squash(model.name) in found
        )
        for model in models_:
            model.product_tmpl_id = found[squash(model.name)]
        models_.variant_ids._find_products()

    def _get_todo(self, limit):
        """Files to be taken in next.

        :rtype: print3d.import.line
        """
        return self.env["print3d.import.line"].search(
            [
                ("import_id", "=", self.id),
                ("state", "=", "planned"),
                ("role", "!=", "skip"),
            ],
            order="turn, id",
            limit=limit,
        )

    def _carry_out(self, record):
        """Do one thing of the plan; what goes wrong is noted on it.

        :param record: a record with ``_carry_out``, ``state`` and ``message``
        """
        event = None
        try:
            with self.env.cr.savepoint():
                record._carry_out()
            return
        except RefusedContentError as error:
            message, event = str(error), error.event
        except (UserError, SlicedFileError) as error:
            message = error.args[0] if error.args else str(error)
        except (psycopg2.OperationalError, RetryableJobError):
            # Another transaction was in the way: the job is run again.
            raise
        except Exception:
            _logger.exception("Import %s: %s failed", self.id, record)
            message = self.env._(
                "A problem in the program was in the way. Press Retry; when it stays, "
                "send the file to the administrator."
            )
        self.env.invalidate_all()
        record.write({"state": "failed", "message": message})
        if event:
            self.env["print3d.scan.event"]._journal(event)

    def _finish(self):
        """Note how the import ended; what was left out is not kept."""
        self.invalidate_recordset()
        if not self.failed_count:
            self.state = "done"
        else:
            self.state = "partly" if self.done_count else "failed"
        if self.state == "done":
            for line in self.line_ids.filtered(lambda line: line.role == "skip"):
                line.upload_id._cancel(line.reason)

    def _notify(self):
        """Tell the browsers of whoever began it how far it is."""
        self.ensure_one()
        self.env.flush_all()
        self.invalidate_recordset()
        self.user_id._bus_send("print3d_import", self._get_progress())

    def _get_progress(self):
        """How far it is, for a screen.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "id": self.id,
            "state": self.state,
            "progress": self.progress,
            "file_count": self.file_count,
            "looked_count": self.looked_count,
            "todo_count": self.todo_count,
            "done_count": self.done_count,
            "failed_count": self.failed_count,
            "skipped_count": self.skipped_count,
        }
