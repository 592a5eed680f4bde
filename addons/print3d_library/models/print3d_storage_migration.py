from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, human_size

from ..tools import s3

# A job moves this much and makes way for others; what it did is committed then.
FILES_AT_ONCE = 10
BYTES_AT_ONCE = 64 * 1024 * 1024
# Nobody answers: the job stops and another one goes on later.
PATIENCE_SECONDS = 300


class Print3dStorageMigration(models.Model):
    """Files moved from one place to another, in jobs, while the shop works.

    Each file is read and compared with its SHA-256, written, read again and compared,
    and only then let go at its old place, all in one transaction: whenever a job is
    killed the file is where it was or where it goes, whole. What was written and not
    committed is an orphan of the storage, found and removed later.
    """

    _name = "print3d.storage.migration"
    _description = "Storage Migration"
    _order = "id desc"

    name = fields.Char(compute="_compute_name", compute_sudo=True, store=True)
    source_id = fields.Many2one(
        "print3d.storage",
        string="From",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: this server, Odoo's own file store.",
    )
    target_id = fields.Many2one(
        "print3d.storage",
        string="To",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: this server, Odoo's own file store.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Only files of this company. Empty: files of every company that the "
        "storage may keep.",
    )
    keep_source = fields.Boolean(
        string="Keep a Second Copy",
        help="The file stays at its old place too: each copy heals the other.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    line_ids = fields.One2many(
        "print3d.storage.migration.line", "migration_id", string="Moved Files"
    )
    total = fields.Integer(string="Files", readonly=True, copy=False)
    total_bytes = fields.Float(digits=(16, 0), readonly=True, copy=False)
    done_count = fields.Integer(string="Moved", compute="_compute_progress")
    failed_count = fields.Integer(string="Failed", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    bytes_text = fields.Char(string="Bytes", compute="_compute_progress")
    message = fields.Char(string="Waiting for", readonly=True, copy=False)
    started_on = fields.Datetime(readonly=True, copy=False)
    ended_on = fields.Datetime(readonly=True, copy=False)

    @api.depends("source_id", "target_id")
    def _compute_name(self):
        here = self.env._("This server")
        for migration in self:
            if migration.source_id == migration.target_id:
                migration.name = self.env._("From where to where?")
                continue
            source = migration.source_id.name or here
            migration.name = f"{source} → {migration.target_id.name or here}"

    @api.depends("line_ids.state", "total")
    def _compute_progress(self):
        found = {}
        for migration, state, count, size in self.env[
            "print3d.storage.migration.line"
        ]._read_group(
            [("migration_id", "in", self.ids)],
            ["migration_id", "state"],
            ["__count", "size:sum"],
        ):
            found[migration, state] = (count, size)
        for migration in self:
            migration.done_count, size = found.get((migration, "done"), (0, 0))
            migration.failed_count, _size = found.get((migration, "failed"), (0, 0))
            handled = migration.done_count + migration.failed_count
            migration.progress = (
                100 * handled / migration.total
                if migration.total
                else 100.0 * (migration.state == "done")
            )
            migration.bytes_text = self.env._(
                "%(done)s of %(total)s",
                done=human_size(size) or "0",
                total=human_size(migration.total_bytes) or "0",
            )

    @api.constrains("source_id", "target_id")
    def _check_source_is_not_target(self):
        for migration in self:
            if migration.source_id == migration.target_id:
                raise ValidationError(
                    self.env._(
                        "The files are there already. Choose another place to go to."
                    )
                )

    # === ACTION METHODS === #

    def action_start(self):
        """List the files and begin."""
        for migration in self:
            if migration.state != "draft":
                continue
            migration._check_places()
            migration._list_files()
            migration.write({"state": "running", "started_on": fields.Datetime.now()})
            migration._enqueue()
        return True

    def action_pause(self):
        """Stop when the job that moves some files now is through with them."""
        self.filtered(lambda one: one.state == "running").state = "paused"
        return True

    def action_resume(self):
        """Go on where it stopped."""
        for migration in self.filtered(lambda one: one.state == "paused"):
            migration.write({"state": "running", "message": False})
            migration._enqueue()
        return True

    def action_cancel(self):
        """Leave the other files where they are. What was moved stays moved."""
        self.filtered(lambda one: one.state in ("running", "paused")).write(
            {"state": "cancelled", "ended_on": fields.Datetime.now(), "message": False}
        )
        return True

    def action_retry(self):
        """Try the files again that failed."""
        for migration in self.filtered(lambda one: one.state != "draft"):
            migration.line_ids.filtered(lambda line: line.state == "failed").write(
                {"state": "waiting", "message": False}
            )
            migration.write({"state": "running", "ended_on": False, "message": False})
            migration._enqueue()
        return True

    def action_view_lines(self):
        """The files of the migration."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_library.print3d_storage_migration_line_action"
        )
        action["domain"] = [("migration_id", "=", self.id)]
        return action

    def _check_places(self):
        """Refuse to move files to another company, or to a storage that fails.

        :raises UserError: what to do first
        """
        self.ensure_one()
        storages = self.source_id | self.target_id
        if len(storages.company_id | self.company_id) > 1:
            raise UserError(
                self.env._(
                    "These places are of different companies. Files stay within their "
                    "company."
                )
            )
        for storage in storages:
            try:
                bucket = storage._get_bucket()
                if not storage._is_ours(bucket):
                    raise UserError(
                        self.env._(
                            "Another database keeps its files in the folder of "
                            "“%(name)s”. Enter another folder there first.",
                            name=storage.name,
                        )
                    )
            except s3.StorageError as error:
                raise UserError(error.message) from error

    def _get_company(self):
        """The company whose files are moved; empty for those of every one."""
        companies = self.env["res.company"].sudo().search([], limit=2)
        if len(companies) == 1:
            # Files of every company are this one's as well.
            return companies[:0]
        return self.company_id or (self.source_id | self.target_id).company_id[:1]

    def _list_files(self):
        """Note the files to move, in one statement whatever their number."""
        self.ensure_one()
        self.env.flush_all()
        source = self.source_id.id
        conditions = [
            SQL("copy.storage_id = %s", source)
            if source
            else SQL("copy.storage_id IS NULL")
        ]
        company = self._get_company()
        if company:
            conditions.append(SQL("copy.company_id = %s", company.id))
        else:
            conditions.append(
                SQL(
                    "(copy.company_id IS NULL OR copy.company_id IN %s)",
                    tuple(self.env.user.company_ids.ids),
                )
            )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO print3d_storage_migration_line
                    (migration_id, file_id, name, size, state, company_id,
                     create_uid, create_date, write_uid, write_date)
                SELECT %(migration)s, file.id, file.name, file.size, 'waiting',
                       file.company_id, %(user)s, now() AT TIME ZONE 'UTC',
                       %(user)s, now() AT TIME ZONE 'UTC'
                  FROM print3d_file_copy copy
                  JOIN print3d_file file ON file.id = copy.file_id
                 WHERE %(where)s
                 ORDER BY file.id
                """,
                migration=self.id,
                user=self.env.uid,
                where=SQL(" AND ").join(conditions),
            )
        )
        Line = self.env["print3d.storage.migration.line"]
        Line.invalidate_model()
        self.invalidate_recordset()
        [(count, size)] = Line._read_group(
            [("migration_id", "=", self.id)], [], ["__count", "size:sum"]
        )
        self.write({"total": count, "total_bytes": size or 0})

    # === MOVING === #

    def _enqueue(self, eta=None):
        """Have a job go on with it; a second one for it is not made."""
        for migration in self:
            migration.with_delay(
                eta=eta,
                identity_key=f"print3d_storage_migration,{migration.id}",
                description=self.env._("Move files: %(name)s", name=migration.name),
            )._run()

    def _run(self):
        """Move some files, and have another job go on."""
        migration_sudo = self.sudo().exists()
        if migration_sudo.state == "running":
            migration_sudo._run_some()

    def _run_some(self):
        moved = self._move_some()
        waiting = self.line_ids.search_count(
            [("migration_id", "=", self.id), ("state", "=", "waiting")], limit=1
        )
        if waiting:
            self._enqueue_next(None if moved else PATIENCE_SECONDS)
        else:
            self.write(
                {"state": "done", "ended_on": fields.Datetime.now(), "message": False}
            )

    def _enqueue_next(self, eta=None):
        """The next job; this one is still there, so it needs another identity."""
        self.with_delay(
            eta=eta,
            description=self.env._("Move files: %(name)s", name=self.name),
        )._run()

    def _move_some(self):
        """Move as many files as fit in a job.

        :return: whether there is sense in going on at once
        :rtype: bool
        """
        lines = self.env["print3d.storage.migration.line"].search(
            [("migration_id", "=", self.id), ("state", "=", "waiting")],
            limit=FILES_AT_ONCE,
            order="id",
        )
        if self.message:
            # Only then: a row that a job has written cannot be paused meanwhile.
            self.message = False
        size = 0
        for line in lines.try_lock_for_update():
            if size and size + line.size > BYTES_AT_ONCE:
                break
            try:
                # A file that cannot be moved takes back its own changes only.
                with self.env.cr.savepoint():
                    line._move()
            except s3.StorageError as error:
                if error.is_passing:
                    self.message = error.message
                    return False
                line.write({"state": "failed", "message": error.message})
            except (UserError, OSError) as error:
                line.write({"state": "failed", "message": str(error)})
            # One that somebody works with counts as nothing, and comes again.
            size += line.size if line.state != "waiting" else 0
        return bool(size)

    @api.model
    def _cron_resume(self):
        """Make a job for what runs and has none, after the server was killed."""
        running = self.search([("state", "=", "running")])
        jobs = (
            self.env["queue.job"]
            .sudo()
            .search(
                [
                    ("model_name", "=", self._name),
                    ("method_name", "=", "_run"),
                    (
                        "state",
                        "in",
                        ("pending", "enqueued", "started", "wait_dependencies"),
                    ),
                ]
            )
        )
        busy = {record.id for job in jobs for record in job.records}
        running.filtered(lambda one: one.id not in busy)._enqueue()
