from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..slicer import SlicedFileError

# States of a file that is on its way.
GOING = ("sending", "unpacking")


class Print3dUploadBatch(models.Model):
    """Files a person sends together.

    A batch that is held keeps its files as they came until they are grouped into
    models; the files of the others become models, versions and meshes at once.
    """

    _name = "print3d.upload.batch"
    _description = "Upload"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
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
    hold = fields.Boolean(
        string="Group First",
        readonly=True,
        help="The files wait to be grouped into models and variants.",
    )
    upload_ids = fields.One2many("print3d.upload", "batch_id", string="Files")
    state = fields.Selection(
        [
            ("sending", "Being Sent"),
            ("waiting", "To Be Grouped"),
            ("done", "Done"),
            ("empty", "Empty"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    file_count = fields.Integer(string="Number of Files", compute="_compute_state")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_state")
    done_count = fields.Integer(string="Taken In", compute="_compute_state")
    failed_count = fields.Integer(string="Refused", compute="_compute_state")

    @api.depends("upload_ids.state", "upload_ids.is_archive")
    def _compute_state(self):
        counts = {batch_id: Counter() for batch_id in self.ids}
        going = set()
        for batch, state, is_archive, count in self.env["print3d.upload"]._read_group(
            [("batch_id", "in", self.ids)],
            ["batch_id", "state", "is_archive"],
            ["__count"],
        ):
            if state in GOING:
                going.add(batch.id)
            if not is_archive:
                counts[batch.id][state] += count
        for batch in self:
            count = counts.get(batch.id, Counter())
            batch.file_count = count.total()
            batch.waiting_count = count["stored"]
            batch.done_count = count["done"]
            batch.failed_count = count["failed"]
            if batch.id in going:
                batch.state = "sending"
            elif batch.waiting_count:
                batch.state = "waiting"
            else:
                batch.state = "done" if batch.file_count else "empty"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        going = Domain("upload_ids.state", "in", GOING)
        waiting = Domain("upload_ids.state", "=", "stored")
        some = Domain("upload_ids", "!=", False)
        meaning = {
            "sending": going,
            "waiting": ~going & waiting,
            "done": ~going & ~waiting & some,
            "empty": ~some,
        }
        return Domain.OR(meaning[state] for state in value if state in meaning)

    # === ACTION METHODS === #

    def action_group(self):
        """Propose how the waiting files are grouped into models and variants.

        :return: the action that shows the plan
        :raises UserError: nothing waits
        """
        self.ensure_one()
        self.check_access("read")
        if not self._get_waiting():
            raise UserError(
                self.env._(
                    "No file of this upload waits to be grouped. Send the files first; "
                    "those that were refused are not grouped."
                )
            )
        return self.env["print3d.import"]._create_from_batch(self)

    def action_cancel(self):
        """Give up what was not taken in yet; what became a model stays."""
        self.check_access("read")
        self.upload_ids.filtered(
            lambda upload: upload.state in (*GOING, "stored")
        )._cancel()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def get_open(self, limit=200):
        """What the user began and did not finish, newest first, for a screen.

        :param int limit: most interrupted files that are named
        :return: dicts of batches with the number of files waiting to be grouped and
            the interrupted files
        :rtype: list of dict
        """
        Upload = self.env["print3d.upload"]
        self.env["print3d.file"].check_access("create")
        mine = [
            ("user_id", "=", self.env.uid),
            ("company_id", "=", self.env.company.id),
        ]
        counts = Upload._read_group(
            [*mine, ("state", "in", [*GOING, "stored"])],
            ["batch_id", "state"],
            ["__count"],
        )
        batches = {}
        for batch, state, count in counts:
            batches.setdefault(batch, Counter())[state] = count
        going = Upload.search(
            [*mine, ("state", "=", "sending"), ("parent_id", "=", False)],
            order="id",
            limit=limit,
        )
        files = {}
        for upload in going:
            files.setdefault(upload.batch_id, Upload)
            files[upload.batch_id] |= upload
        return [
            {
                "id": batch.id,
                "name": batch.name,
                "hold": batch.hold,
                "waiting": batches[batch]["stored"],
                "sending": batches[batch]["sending"],
                "unpacking": batches[batch]["unpacking"],
                "files": files.get(batch, Upload)._get_result(),
            }
            for batch in sorted(batches, key=lambda batch: -batch.id)
        ]

    def _get_waiting(self):
        """Files that are complete and became nothing yet, in the order of paths.

        :rtype: print3d.upload
        """
        return self.upload_ids.filtered(lambda upload: upload.state == "stored").sorted(
            lambda upload: (upload.path or "", upload.name, upload.id)
        )

    @api.model
    def create_batch(self, name="", hold=False):
        """Begin an upload, for a screen.

        :param str name: what the person calls it; empty for the time of day
        :param bool hold: whether the files wait to be grouped
        :return: id
        """
        self.env["print3d.file"].check_access("create")
        if not name:
            now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
            name = self.env._("Upload of %(time)s", time=now.strftime("%Y-%m-%d %H:%M"))
        return self.sudo().create({"name": name[:120], "hold": bool(hold)}).id

    def _add_file(self, name, content, path=""):
        """A complete file of the batch, for what does not come through a browser.

        :param str name: file name as the sender states it
        :param content: bytes or a readable binary file object
        :param str path: folder it is in
        :rtype: print3d.upload
        """
        self.ensure_one()
        return self.env["print3d.upload"]._add_to_batch(self, name, content, path)

    def _copy_file(self, file, name, path="", product=None, template=None):
        """Use a file of the library again: for another variant, or to be grouped.

        :param file: ``print3d.file`` the user may read
        :param str name: file name it gets
        :param str path: folder
        :param product: variant that gets it
        :param template: model whose only variant gets it
        :rtype: print3d.upload
        """
        self.ensure_one()
        self.env["print3d.file"].check_access("create")
        Upload = self.env["print3d.upload"]
        Upload._check_quota(self.user_id, file.size, name)
        vals = Upload._prepare_vals(self, name, file.size, path)
        vals["product_id"] = product.id if product else False
        vals["product_tmpl_id"] = template.id if template else False
        upload = Upload.sudo().create(vals).sudo(False)
        try:
            with file._open() as stream:
                upload._store(stream)
        except SlicedFileError as error:
            upload._fail(error.message)
        else:
            upload._settle()
        return upload
