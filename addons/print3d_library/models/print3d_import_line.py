import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import human_size

from .. import mesh
from ..slicer import SlicedFileError, read
from ..tools import embedded, grouping
from ..tools.storable import storable

# What a file may be refused for that is as it should be: it is just not what can be
# booked, or more than can be looked at.
NO_DAMAGE = {
    "no_filament",
    "zero_filament",
    "not_sliced",
    "too_large",
    "timeout",
    "memory",
    "no_step_reader",
}
KINDS = [
    ("sliced", "Sliced File"),
    ("project", "Slicer Project"),
    ("mesh", "Mesh"),
    ("picture", "Picture"),
    ("text", "Text"),
    ("document", "Document"),
]


class Print3dImportLine(models.Model):
    """A file of a plan: where it goes, why, and what became of it."""

    _name = "print3d.import.line"
    _description = "File of an Import"
    _order = "import_id, variant_id, sequence, id"

    import_id = fields.Many2one(
        "print3d.import", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, index=True, precompute=True
    )
    upload_id = fields.Many2one(
        "print3d.upload",
        string="Uploaded File",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    name = fields.Char(string="File Name", required=True, readonly=True)
    path = fields.Char(string="Folder", readonly=True)
    size = fields.Integer(string="Size (bytes)", readonly=True)
    size_text = fields.Char(string="Size", compute="_compute_size_text")
    sha256 = fields.Char(string="SHA-256", readonly=True, index="btree_not_null")
    kind = fields.Selection(
        [*KINDS, ("table", "Table"), ("other", "Other")],
        default="other",
        required=True,
        readonly=True,
        help="What it is, by its content.",
    )
    facts = fields.Json(string="What It Says", readonly=True)
    variant_id = fields.Many2one(
        "print3d.import.variant", index="btree_not_null", ondelete="set null"
    )
    model_id = fields.Many2one(
        related="variant_id.model_id", string="Model", store=True, index=True
    )
    role = fields.Selection(
        [*KINDS, ("skip", "Left Out")], default="skip", required=True
    )
    skip_code = fields.Char(readonly=True)
    sequence = fields.Integer(
        string="Order", help="Place among the versions of the variant."
    )
    turn = fields.Integer(
        readonly=True, help="When its turn comes, among the files of the import."
    )
    reason = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("new", "Not Looked Into"),
            ("looked", "Looked Into"),
            ("planned", "Planned"),
            ("done", "Imported"),
            ("failed", "Refused"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    message = fields.Char(readonly=True)
    existing_file_id = fields.Many2one(
        "print3d.file",
        string="In the Library",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # What became of it
    file_id = fields.Many2one(
        "print3d.file", readonly=True, index="btree_not_null", ondelete="set null"
    )
    slice_id = fields.Many2one(
        "print3d.slice",
        string="Version",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    mesh_id = fields.Many2one(
        "print3d.mesh", readonly=True, index="btree_not_null", ondelete="set null"
    )
    picture_id = fields.Many2one(
        "print3d.picture", readonly=True, index="btree_not_null", ondelete="set null"
    )
    document_id = fields.Many2one(
        "product.document", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.depends("size")
    def _compute_size_text(self):
        for line in self:
            line.size_text = human_size(line.size)

    # === LOOKING === #

    def _look(self):
        """Find out what the file is and what it says about its model."""
        self.ensure_one()
        kind, facts = "other", {}
        try:
            with self.upload_id._open() as stream:
                head = stream.read(embedded.HEAD)
                kind = embedded.kind_of(self.name, head)
                if not kind and not grouping.is_junk(self.path or "", self.name):
                    kind = self._get_content_kind(stream)
                facts = embedded.facts_of(stream, kind)
                problem = self._get_problem(kind, stream)
                if problem:
                    facts["problem"] = problem
        except UserError as error:
            kind, facts = "other", {"problem": error.args[0]}
        self.write(
            {"kind": kind or "other", "facts": storable(facts), "state": "looked"}
        )

    def _get_content_kind(self, stream):
        """Kind of a mesh or a file of a slicer.

        :raises UserError: it is neither
        """
        found = self.env["print3d.file"]._recognise(self.name, stream)
        if not found.family:
            return "mesh"
        return "project" if found.mesh_format else "sliced"

    def _get_problem(self, kind, stream):
        """Why a file cannot be read, in words; empty for one that can be.

        What is read here is read again once the file is imported. It is the only way
        to tell a damaged file before there is a model of it.

        :param str kind: what it seems to be
        :rtype: str
        """
        stream.seek(0)
        try:
            if kind in ("sliced", "project"):
                read(stream, name=self.name, projects=True)
            elif kind == "mesh":
                limits = self.env["print3d.mesh"]._get_process_limits()
                mesh.check(stream, self.name, **limits)
            elif kind == "picture":
                self.env["print3d.picture"]._check_image(self.name, stream.read())
        except (mesh.MeshError, SlicedFileError) as error:
            return "" if error.code in NO_DAMAGE else error.message
        except UserError as error:
            return error.args[0]
        return ""

    # === CARRYING OUT === #

    def _carry_out(self):
        """Take the file in as what the plan says, and note what became of it."""
        self.ensure_one()
        if self.state == "done":
            return
        if not self.variant_id:
            raise UserError(
                self.env._("The file has no model. Give it one, or leave it out.")
            )
        if self.role in grouping.CONTENT:
            vals = self._take_content()
        elif self.role == "picture":
            vals = self._take_picture()
        elif self.role == "document":
            vals = self._take_document()
        else:
            vals = self._take_text()
        self.write({"state": "done", "message": False, **vals})

    def _take_content(self):
        uploaded = self.upload_id._take(product=self.variant_id._get_product())
        return {
            "file_id": uploaded.file.id,
            "slice_id": uploaded.version.id,
            "mesh_id": uploaded.mesh.id,
            "message": self.upload_id.message,
        }

    def _take_picture(self):
        """Add a picture to the gallery, once."""
        template, product = self._get_target()
        content = self._read_scanned()
        picture = self.env["print3d.picture"]._add(
            template, self.name, content, product=product
        )
        self._mark_taken(self.env._("Added to the gallery."))
        return {"picture_id": picture.id}

    def _take_document(self):
        """Attach a document to the model, once."""
        template, _product = self._get_target()
        content = self._read_scanned()
        Document = self.env["product.document"]
        document = Document.search(
            [
                ("res_model", "=", "product.template"),
                ("res_id", "=", template.id),
                ("name", "=", self.name),
                ("file_size", "=", len(content)),
            ],
            limit=1,
        ) or Document.create(
            {
                "name": self.name,
                "raw": content,
                "res_model": "product.template",
                "res_id": template.id,
            }
        )
        self._mark_taken(self.env._("Added to the documents of the model."))
        return {"document_id": document.id}

    def _take_text(self):
        """A text was read when the plan was made; its model has what it says."""
        self.model_id._get_template()
        self._mark_taken(self.env._("Its words are on the model."))
        return {}

    def _get_target(self):
        """Model, and variant where the plan names one, of a picture or document."""
        if self.variant_id.name:
            product = self.variant_id._get_product()
            return product.product_tmpl_id, product
        return self.model_id._get_template(), None

    def _read_scanned(self):
        """The bytes of a file that is no mesh and no sliced file.

        :raises RefusedContentError: the virus scanner is against it
        """
        with self.upload_id._open() as stream:
            self.env["print3d.scanner"]._check_upload(self.name, stream, self.sha256)
            stream.seek(0)
            return stream.read()

    def _mark_taken(self, message):
        self.upload_id.sudo().write({"state": "done", "message": message})
        self.upload_id._free()

    # === WORDS === #

    @api.model
    def _get_reason(self, reasons):
        """Reasons of the grouping in words.

        :param reasons: (code, values) each
        :rtype: str
        """
        return " ".join(self._get_sentence(code, **values) for code, values in reasons)

    @api.model
    def _get_sentence(self, code, **values):
        """One reason in words.

        :param str code: as ``tools.grouping`` gives it
        :rtype: str
        """
        sentences = {
            "folder": self.env._("All of the folder “%(folder)s”."),
            "title": self.env._("Files called “%(title)s”."),
            "collection": self.env._("“%(folder)s” holds many different things."),
            "stated": self.env._("The title stands in the file: “%(title)s”."),
            "same_name": self.env._(
                "Named with its folder, as another has the same name."
            ),
            "known": self.env._("“%(model)s” is in the library."),
            "name": self.env._("By its name."),
            "variant": self.env._("“%(variant)s” is a variant by the file name."),
            "folder_variant": self.env._("The folder “%(folder)s” is a variant."),
            "version": self.env._("Number %(order)s in order, by “%(text)s”."),
            "profile": self.env._("Sliced another way: %(text)s."),
            "prints": self.env._("It prints “%(name)s”."),
            "beside": self.env._("It lies with the files of the model."),
            "picture_variant": self.env._("A picture named as “%(variant)s”."),
            "junk": self.env._("Left behind by an operating system."),
            "table": self.env._(
                "A table. One is read as a catalogue: upload others alone."
            ),
            "duplicate": self.env._("The same content as “%(name)s”."),
            "in_library": self.env._("In the library already: %(variant)s."),
            "nobody": self.env._("Its name fits no model of its folder."),
            "person": self.env._("Changed by hand."),
            "unknown": self.env._("The library keeps no files of this kind."),
        }
        if values.get("problem"):
            return values["problem"]
        return sentences[code] % values

    def _get_values(self, names):
        """Values of fields as they can be written again.

        :param names: names of fields
        :rtype: dict
        """
        self.ensure_one()
        return self._convert_to_write({name: self[name] for name in names})
