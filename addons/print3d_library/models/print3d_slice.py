import base64
import dataclasses
import io
import logging
import math
import re

import psycopg2
from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from ..slicer import SlicedFileError, read
from ..tools.storable import storable

try:  # Odoo loads a few formats of Pillow only; this one is there from 9.5 on
    from PIL import QoiImagePlugin  # noqa: F401
except ImportError:
    PICTURE_FORMATS = ["PNG", "JPEG"]
else:
    PICTURE_FORMATS = ["PNG", "JPEG", "QOI"]

_logger = logging.getLogger(__name__)

THUMBNAIL_PIXELS = 4096 * 4096


class Print3dSlice(models.Model):
    """Version n of how a variant is printed: one sliced file and what it says."""

    _name = "print3d.slice"
    _description = "Sliced Version"
    _inherit = ["mail.thread"]
    _order = "product_id, number desc"
    _check_company_auto = True
    _rec_names_search = ["product_id.name", "file_name"]

    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
        domain="[('is_print3d_model', '=', True)]",
    )
    product_tmpl_id = fields.Many2one(
        related="product_id.product_tmpl_id", store=True, index=True, string="Model"
    )
    number = fields.Integer(string="Version", readonly=True, copy=False)
    name = fields.Char(compute="_compute_name")
    file_id = fields.Many2one(
        "print3d.file",
        string="Sliced File",
        index=True,
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
    )
    file_name = fields.Char(
        related="file_id.name", string="File Name", store=True, index="trigram"
    )
    company_id = fields.Many2one(
        related="product_id.company_id", store=True, index=True, precompute=True
    )
    note = fields.Char(
        string="Change Note",
        tracking=True,
        help="What is different from the version before, for those who print it.",
    )

    # State
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    read_state = fields.Selection(
        [("pending", "Reading"), ("done", "Read"), ("failed", "Not Readable")],
        string="Reading",
        default="pending",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    read_error = fields.Text(string="Problem", readonly=True, copy=False)
    is_sliced = fields.Boolean(
        string="Sliced",
        default=True,
        readonly=True,
        copy=False,
        help="A project that was not sliced has settings and objects, but no times and "
        "no filament: it cannot be printed.",
    )

    # What the file says
    slicer = fields.Char(readonly=True)
    slicer_version = fields.Char(readonly=True)
    printer_model = fields.Char(readonly=True, index="trigram")
    nozzle_diameter = fields.Float(string="Nozzle (mm)", digits=(6, 2), readonly=True)
    layer_height = fields.Float(
        string="Layer Height (mm)", digits=(6, 3), readonly=True
    )
    first_layer_height = fields.Float(
        string="First Layer Height (mm)", digits=(6, 3), readonly=True
    )
    nozzle_temp = fields.Integer(string="Nozzle Temperature (°C)", readonly=True)
    bed_temp = fields.Integer(string="Bed Temperature (°C)", readonly=True)
    settings = fields.Json(
        readonly=True,
        copy=False,
        help="Every setting under the slicer's own name, with its parsed value.",
    )
    common = fields.Json(
        string="Key Figures",
        readonly=True,
        copy=False,
        help="The settings that all slicers have, under one name.",
    )
    overrides = fields.Json(
        readonly=True,
        copy=False,
        help="Settings of single objects, parts, layers and plates.",
    )
    settings_count = fields.Integer(string="Settings Found", readonly=True, copy=False)
    warnings = fields.Text(readonly=True, copy=False)
    plate_ids = fields.One2many("print3d.plate", "slice_id", string="Plates")

    # Figures
    time_s = fields.Integer(
        string="Print Time",
        compute="_compute_figures",
        store=True,
        help="Time to print all plates once, as the slicer estimates.",
    )
    weight_g = fields.Float(
        string="Filament (g)",
        compute="_compute_figures",
        store=True,
        digits=(16, 2),
        help="Filament of all plates, as far as it is known.",
    )
    chips = fields.Json(string="Colours", compute="_compute_figures", store=True)
    plate_count = fields.Integer(compute="_compute_figures", store=True)
    thumbnail = fields.Image(readonly=True, copy=False, max_width=1024, max_height=1024)
    thumbnail_256 = fields.Image(
        string="Small Thumbnail",
        related="thumbnail",
        store=True,
        max_width=256,
        max_height=256,
    )

    _product_number_uniq = models.Constraint(
        "UNIQUE(product_id, number)", "Two versions of a variant share a number."
    )
    _product_active_uniq = models.UniqueIndex(
        "(product_id) WHERE state = 'active'",
        "A variant has one active version at a time.",
    )

    # === COMPUTE METHODS === #

    @api.depends("number")
    def _compute_name(self):
        for version in self:
            version.name = self.env._("v%(number)s", number=version.number)

    @api.depends("product_id.display_name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.product_id.display_name} {version.name}"

    @api.depends(
        "plate_ids.time_s",
        "plate_ids.filament_ids.grams",
        "plate_ids.filament_ids.colour",
        "plate_ids.filament_ids.filament_type",
        "plate_ids.filament_ids.filament_name",
    )
    def _compute_figures(self):
        for version in self:
            plates = version.plate_ids
            version.time_s = sum(plates.mapped("time_s"))
            version.weight_g = sum(plates.filament_ids.mapped("grams"))
            version.chips = plates.filament_ids._get_chips()
            version.plate_count = len(plates)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number the versions of a variant, one after the other."""
        product_ids = {vals["product_id"] for vals in vals_list}
        # A write, not a lock: whoever numbers the same variant at the same time then
        # fails to serialise and is run again, with this number taken.
        self.env.execute_query_dict(
            SQL(
                "UPDATE product_product SET write_uid = write_uid WHERE id IN %s "
                "RETURNING id",
                tuple(product_ids),
            )
        )
        last = {
            product.id: number
            for product, number in self.sudo()._read_group(
                [("product_id", "in", list(product_ids))],
                ["product_id"],
                ["number:max"],
            )
        }
        for vals in vals_list:
            product_id = vals["product_id"]
            last[product_id] = vals["number"] = last.get(product_id, 0) + 1
        return super().create(vals_list)

    def unlink(self):
        """Remove the sliced file with its version, unless its mesh is kept."""
        files = self.file_id
        result = super().unlink()
        files._unlink_unused()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.filtered(lambda version: version.state != "draft")
        if used:
            raise UserError(
                self.env._(
                    "%(version)s was in use and belongs to the history of its "
                    "variant. Retire it instead of deleting it.",
                    version=used[0].display_name,
                )
            )

    # === ACTION METHODS === #

    def action_activate(self):
        """Make this version the one its variant is printed with."""
        self._check_activatable()
        # Twice is no more than once.
        versions = self.filtered(lambda version: version.state != "active")
        if any(version.flag_count for version in versions):
            return versions._get_activation_action()
        if versions:
            versions._action_activate()
        return True

    def action_retire(self):
        """Take versions out of use; an active one leaves its variant without one."""
        self._action_retire()
        return True

    def action_retry(self):
        """Read files again that could not be read."""
        self.filtered(lambda version: version.read_state == "failed")._enqueue_read()
        return True

    def action_read_again(self):
        """Read files again, to know what a newer program finds in them.

        What people set and corrected stays.
        """
        self.check_access("write")
        self.filtered(
            lambda version: version.file_id and version.read_state != "pending"
        )._enqueue_read()
        return True

    def action_open(self):
        """Open the page of the version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_download(self):
        """Download the sliced file."""
        return self.file_id.action_download()

    # === UPLOAD === #

    @api.model
    def _create_from_upload(self, name, content, product=None, template=None):
        """Make a version of an uploaded file, and of what is missing above it.

        :param str name: file name as the sender states it
        :param content: bytes or a seekable binary file object
        :param product: variant that gets the version
        :param template: model whose only variant gets it
        :return: the new version, or the one that has this content already, which has
            the context key ``print3d_upload_reused``; none when the file is a mesh
        :rtype: print3d.slice
        :raises UserError: the content can be nothing here, is too large or is empty
        """
        self.check_access("create")
        uploaded = self.env["print3d.file"]._upload(name, content, product, template)
        if uploaded.is_reused:
            return uploaded.version.with_context(print3d_upload_reused=True)
        return uploaded.version

    @api.model
    def _import_file(self, name, data, product_id, note=False, activate=False):
        """Make a version of a file and read it at once, for data files and scripts.

        :param str name: file name
        :param data: content in base64
        :param int product_id: variant that gets the version
        :param str note: change note, and why odd values of an active version are right
        :param bool activate: make it the active version
        :rtype: print3d.slice
        """
        version = self.with_context(queue_job__no_delay=True)._create_from_upload(
            name,
            base64.b64decode(data),
            product=self.env["product.product"].browse(product_id),
        )
        if note:
            version.note = note
        if activate:
            version.question_ids.action_accept(note)
            version.action_activate()
        return version

    @api.model
    def _create_upload_product(self, file_name):
        """Make a model of an uploaded file.

        :return: its only variant
        """
        template = self.env["product.template"].create(
            self._prepare_upload_template_vals(file_name)
        )
        return template.product_variant_id

    @api.model
    def _prepare_upload_template_vals(self, file_name):
        """Hook: values of the model made of an uploaded file.

        :rtype: dict
        """
        return {
            "name": self._get_upload_title(file_name),
            "type": "consu",
            "is_print3d_model": True,
            "purchase_ok": False,
        }

    @api.model
    def _get_upload_title(self, file_name):
        """A title made of a file name, without what slicers append to it.

        ``cable_clip_0.2mm_PLA_MK4_1h5m.gcode`` becomes ``Cable clip``.
        """
        stem, _suffix = self.env["print3d.file"]._split_name(file_name)
        stem = re.sub(r"_\d+\.\d+mm_.*$|_plate_?\d+$|^[A-Z0-9]+_(?=[a-z])", "", stem)
        title = re.sub(r"[_\s]+", " ", stem).strip(" -.")
        return (title[:1].upper() + title[1:]) or file_name

    # === READING === #

    def _enqueue_read(self):
        """Have the files read by a background job, one a version."""
        self.write({"read_state": "pending", "read_error": False})
        for version in self:
            version.with_delay(
                description=self.env._(
                    "Read %(name)s", name=version.file_id.name or version.display_name
                ),
                identity_key=f"print3d.slice.read.{version.id}",
            )._read_file()

    def _read_file(self):
        """Read the file and store what it says: all of it or nothing.

        Body of the background job. Reading twice gives the same records. A file that
        cannot be read leaves the version with the reason and as it was otherwise.
        """
        self.ensure_one()
        if not self.exists():
            return
        error_message = False
        try:
            with self.env.cr.savepoint():
                with self.file_id._open() as stream:
                    sliced = read(stream, name=self.file_id.name, projects=True)
                self._write_sliced(sliced)
                self._after_read()
                self._ask_questions()
                if self.state == "active":
                    self._after_figures()
        except SlicedFileError as error:
            error_message = error.message
        except UserError as error:
            error_message = error.args[0]
        except (psycopg2.OperationalError, RetryableJobError):
            # Another transaction was in the way: the job is run again.
            raise
        except Exception:
            _logger.exception("Version %s: file could not be read", self.id)
            error_message = self.env._(
                "The file could not be read because of a problem in the program. "
                "Press Retry; when it stays, send the file to the administrator."
            )
        self.invalidate_recordset()
        self.write(
            {
                "read_state": "failed" if error_message else "done",
                "read_error": error_message,
            }
        )
        self._notify_read()

    def _after_read(self):
        """Hook: the file was read and its plates are there.

        The inventory matches filaments here. What this raises undoes the reading.
        """

    def _after_figures(self):
        """Hook: figures of active versions may have changed after their activation.

        Production brings the bill of materials up to date.
        """

    def _notify_read(self):
        """Tell the browser of whoever asked for the reading."""
        for version in self:
            self.env.user._bus_send(
                "print3d_slice_read",
                {
                    "slice_id": version.id,
                    "product_id": version.product_id.id,
                    "template_id": version.product_tmpl_id.id,
                    "name": version.display_name,
                    "read_state": version.read_state,
                    "message": version.read_error or "",
                },
            )

    def _write_sliced(self, sliced):
        """Store what a sliced file says.

        :param sliced: :class:`~odoo.addons.print3d_library.slicer.SlicedFile`
        """
        self.ensure_one()
        vals = storable(self._prepare_slice_vals(sliced))
        self.write(self._keep_corrected(vals))
        kind = "sliced" if sliced.is_sliced else "project"
        if self.file_id and self.file_id.kind != kind:
            self.file_id.kind = kind
        plates = {plate.index: plate for plate in self.plate_ids}
        pictures = []
        for sliced_plate in sliced.plates:
            vals = storable(self._prepare_plate_vals(sliced, sliced_plate))
            pictures.append(vals["thumbnail"])
            plate = plates.pop(sliced_plate.index, None)
            if plate:
                # What a person set (pieces, variants of objects, corrections) stays.
                plate.write(plate._keep_corrected(vals))
            else:
                vals["slice_id"] = self.id
                vals["copies"] = self._get_copies(sliced_plate)
                plate = self.env["print3d.plate"].create(vals)
            plate._write_objects(sliced_plate)
            plate._write_filaments(sliced, sliced_plate)
        self.env["print3d.plate"].union(*plates.values()).unlink()
        self.thumbnail = next(filter(None, pictures), False) or self._get_picture(
            sliced.thumbnails
        )
        self._set_product_picture()

    def _set_product_picture(self):
        """Give a model, and a variant among several, a first picture."""
        product = self.product_id
        if not self.thumbnail or product.image_variant_1920:
            return
        if not product.image_1920:
            product.image_1920 = self.thumbnail
        elif product.product_tmpl_id.product_variant_count > 1 and not any(
            version.thumbnail for version in product.slice_ids - self
        ):
            product.image_variant_1920 = self.thumbnail

    @api.model
    def _prepare_slice_vals(self, sliced):
        """Hook: values of a version from its sliced file.

        :rtype: dict
        """
        used = sorted(
            {line.index for plate in sliced.plates for line in plate.filaments}
        )
        return {
            "slicer": sliced.slicer,
            "slicer_version": sliced.slicer_version,
            "printer_model": sliced.printer_model or sliced.printer_model_id,
            "nozzle_diameter": self._of_first_tool(sliced.nozzle_diameter, used),
            "layer_height": sliced.layer_height or 0.0,
            "first_layer_height": sliced.first_layer_height or 0.0,
            "nozzle_temp": round(self._of_first_tool(sliced.nozzle_temp, used)),
            "bed_temp": round(sliced.bed_temp or 0),
            "is_sliced": sliced.is_sliced,
            "settings": sliced.settings,
            "settings_count": len(sliced.settings),
            "common": sliced.common,
            "overrides": [dataclasses.asdict(entry) for entry in sliced.overrides],
            "warnings": "\n".join(sliced.warnings) or False,
        }

    @api.model
    def _of_first_tool(self, values, used):
        """Of a list with one value a tool, the one of the first tool that prints."""
        if not values:
            return 0.0
        position = (used[0] if used else 1) - 1
        return (values[position] if position < len(values) else values[0]) or 0.0

    @api.model
    def _prepare_plate_vals(self, sliced, plate):
        """Hook: values of a plate from its sliced file.

        :rtype: dict
        """
        return {
            "index": plate.index,
            "name": plate.name or False,
            "time_s": plate.time_s or 0,
            "layer_count": plate.layer_count or 0,
            "object_height": plate.object_height or 0.0,
            "size_x_mm": plate.size_x or 0.0,
            "size_y_mm": plate.size_y or 0.0,
            "thumbnail": self._get_picture(plate.thumbnails),
        }

    @api.model
    def _get_copies(self, plate):
        """Pieces of one thing on a plate: the largest number all objects share.

        Six clips are six pieces; a box and a lid are one.
        """
        counts = [entry.count for entry in plate.objects if entry.count > 0]
        return math.gcd(*counts) or 1

    @api.model
    def _get_picture(self, thumbnails):
        """The biggest picture that can be shown, as base64 of a PNG or JPEG.

        :return: ``False`` without one: a broken picture is no reason to refuse a file
        """
        ordered = sorted(
            (picture for picture in thumbnails if picture.data),
            key=lambda picture: picture.width * picture.height,
            reverse=True,
        )
        for picture in ordered:
            data = self._to_web_picture(picture)
            if data:
                return data
        return False

    @api.model
    def _to_web_picture(self, picture):
        if picture.width * picture.height > THUMBNAIL_PIXELS:
            return False
        try:
            with Image.open(io.BytesIO(picture.data), formats=PICTURE_FORMATS) as image:
                if image.width * image.height > THUMBNAIL_PIXELS:
                    return False
                image.load()
                target = io.BytesIO()
                # Written anew: only pixels get through, nothing that hides in a file.
                image.convert("RGBA").save(target, "PNG", optimize=True)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
            return False
        return base64.b64encode(target.getvalue())

    # === STATE === #

    def _check_sliced(self):
        """Refuse a project from which nothing can be printed.

        :raises UserError: it was not sliced
        """
        for version in self:
            if not version.is_sliced:
                raise UserError(
                    self.env._(
                        "%(version)s is a project that was not sliced, so it has no "
                        "times and no filament. Open it in %(slicer)s, slice it and "
                        "upload the sliced file.",
                        version=version.display_name,
                        slicer=version.slicer or self.env._("your slicer"),
                    )
                )

    def _get_activation_action(self):
        """What asks about odd values before versions are activated.

        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Are these values right?"),
            "res_model": "print3d.slice.activation",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_slice_ids": self.ids},
        }

    def _action_activate(self):
        """Hook: make one version of each variant the active one.

        The former one is retired. Production writes the bill of materials here, after
        ``super()``.
        """
        if len(self.product_id) != len(self):
            raise UserError(
                self.env._("Choose one version of each variant to activate.")
            )
        # Whoever activates another version at the same moment waits here, and does it
        # after this instead of being refused.
        self.env.execute_query(
            SQL(
                "SELECT id FROM product_product WHERE id IN %s ORDER BY id "
                "FOR NO KEY UPDATE",
                tuple(self.product_id.ids),
            )
        )
        former = self.search(
            [
                ("product_id", "in", self.product_id.ids),
                ("state", "=", "active"),
                ("id", "not in", self.ids),
            ]
        )
        former.state = "retired"
        # The database allows one active version a variant.
        former.flush_recordset(["state"])
        self.state = "active"
        for version in self:
            version.product_id.active_slice_id = version

    def _action_retire(self):
        """Hook: take versions out of use."""
        self.state = "retired"
        products = self.product_id.filtered(
            lambda product: product.active_slice_id in self
        )
        products.active_slice_id = False
