from odoo import api, fields, models
from odoo.tools import human_size

from ..slicer import SlicedFileError
from ..tools import s3


class Print3dStorageMigrationLine(models.Model):
    """A file that is to be moved, and what became of it."""

    _name = "print3d.storage.migration.line"
    _description = "File of a Storage Migration"
    _order = "state desc, id"

    migration_id = fields.Many2one(
        "print3d.storage.migration",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    file_id = fields.Many2one(
        "print3d.file", index="btree_not_null", readonly=True, ondelete="set null"
    )
    name = fields.Char(string="File Name", readonly=True)
    size = fields.Integer(string="Size (bytes)", readonly=True)
    size_text = fields.Char(string="Size", compute="_compute_size_text")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("done", "Moved"),
            ("failed", "Failed"),
        ],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    message = fields.Char(string="Reason", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)

    @api.depends("size")
    def _compute_size_text(self):
        for line in self:
            line.size_text = human_size(line.size)

    def _move(self):
        """Move the file; the old copy goes only when the new one was read again.

        A bad source is healed first where that is possible.

        :raises StorageError: a storage does not take or give the bytes
        """
        self.ensure_one()
        file = self.file_id.try_lock_for_update()
        if not file:
            if not self.file_id.exists():
                self.write(
                    {"state": "done", "message": self.env._("Deleted meanwhile.")}
                )
            # Somebody works with it: it stays in the queue.
            return
        migration = self.migration_id
        copies = file.copy_ids
        source = copies.filtered(lambda copy: copy.storage_id == migration.source_id)
        target = copies.filtered(lambda copy: copy.storage_id == migration.target_id)
        if not source:
            self.write({"state": "done", "message": self.env._("Moved meanwhile.")})
            return
        if not target:
            try:
                with source._open_for_moving() as stream:
                    target = file._add_copy(migration.target_id, stream)
            except SlicedFileError as error:
                self.write({"state": "failed", "message": error.message})
                return
        if target._check_bytes() and target.state != "ok":
            self.write({"state": "failed", "message": target.message})
            return
        if target.tried_on != target.checked_on:
            # The storage fell silent: whether the new copy is good is not known.
            raise s3.StorageError("connection", target.message)
        if not migration.keep_source:
            file._drop_copy(source)
        self.write({"state": "done", "message": False})
