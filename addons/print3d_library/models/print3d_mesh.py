import base64
import io
import logging
import re

import psycopg2
from PIL import Image

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from odoo.addons.queue_job.exception import RetryableJobError

from .. import mesh
from ..mesh.errors import MeshError
from ..mesh.model import UNITS
from ..slicer import SlicedFileError
from ..tools.storable import storable

_logger = logging.getLogger(__name__)

PREVIEW = (1024, 768)
MEMORY_MB = 1536
CPU_SECONDS = 60
# Other processes may have the machine meanwhile.
WALL_FACTOR = 4
# A record a part; a scan of a forest may have thousands, which nobody reads.
MAX_PARTS = 200
STATED_LENGTH = 200
UNIT_LABELS = [
    ("micron", "Micrometres"),
    ("millimeter", "Millimetres"),
    ("centimeter", "Centimetres"),
    ("inch", "Inches"),
    ("foot", "Feet"),
    ("meter", "Metres"),
]
# Share of the surface (%) and thickness (mm) from which on a person should look.
OVERHANG_NOTABLE = 5.0
THIN_WALL = 0.8
CHECK_COLOURS = {"good": "green", "look": "amber", "bad": "red"}


class Print3dMesh(models.Model):
    """The geometry of one file: its figures, its picture and what is wrong with it.

    ``report`` is what was measured, in the unit the file states. The figures follow
    from it and from the unit a person says it is in.
    """

    _name = "print3d.mesh"
    _description = "Mesh"
    _order = "id desc"
    _check_company_auto = True

    file_id = fields.Many2one(
        "print3d.file",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    name = fields.Char(
        related="file_id.name", string="File Name", store=True, index="trigram"
    )
    product_id = fields.Many2one(
        related="file_id.product_id", string="Variant", store=True, index=True
    )
    product_tmpl_id = fields.Many2one(
        related="file_id.product_id.product_tmpl_id",
        string="Model",
        store=True,
        index=True,
    )
    company_id = fields.Many2one(
        related="file_id.company_id", store=True, index=True, precompute=True
    )
    file_size_text = fields.Char(related="file_id.size_text", string="File Size")
    scan_state = fields.Selection(related="file_id.scan_state")

    # Measuring
    state = fields.Selection(
        [("pending", "Measuring"), ("done", "Measured"), ("failed", "Not Usable")],
        default="pending",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    error = fields.Text(string="Problem", readonly=True, copy=False)
    error_code = fields.Char(readonly=True, copy=False)
    report = fields.Json(readonly=True, copy=False)
    format = fields.Selection(
        [
            ("stl", "STL"),
            ("obj", "OBJ"),
            ("amf", "AMF"),
            ("3mf", "3MF"),
            ("step", "STEP"),
        ],
        readonly=True,
        index=True,
    )
    preview = fields.Image(readonly=True, copy=False, max_width=1024, max_height=1024)
    preview_256 = fields.Image(
        string="Small Preview",
        related="preview",
        store=True,
        max_width=256,
        max_height=256,
    )

    # Units
    unit = fields.Selection(
        UNIT_LABELS, string="Unit in the File", compute="_compute_figures", store=True
    )
    unit_guess = fields.Selection(
        UNIT_LABELS, string="Probable Unit", compute="_compute_figures", store=True
    )
    unit_reason = fields.Char(compute="_compute_figures", store=True)
    treat_as = fields.Selection(
        UNIT_LABELS,
        copy=False,
        help="Unit the numbers in the file are taken to be in. Empty: as the file "
        "says, and millimetres where it says nothing.",
    )
    treat_user_id = fields.Many2one(
        "res.users", string="Unit Decided by", readonly=True, copy=False
    )
    treat_date = fields.Datetime(string="Unit Decided on", readonly=True, copy=False)
    unit_is_doubtful = fields.Boolean(compute="_compute_unit_is_doubtful")

    # Figures
    triangles = fields.Integer(compute="_compute_figures", store=True)
    vertices = fields.Integer(compute="_compute_figures", store=True)
    bodies = fields.Integer(compute="_compute_figures", store=True)
    part_count = fields.Integer(string="Parts", compute="_compute_figures", store=True)
    volume_cm3 = fields.Float(
        string="Volume (cm³)", compute="_compute_figures", store=True, digits=(16, 3)
    )
    area_cm2 = fields.Float(
        string="Surface (cm²)", compute="_compute_figures", store=True, digits=(16, 2)
    )
    size_x = fields.Float(
        string="Width X (mm)", compute="_compute_figures", store=True, digits=(16, 2)
    )
    size_y = fields.Float(
        string="Depth Y (mm)", compute="_compute_figures", store=True, digits=(16, 2)
    )
    size_z = fields.Float(
        string="Height Z (mm)", compute="_compute_figures", store=True, digits=(16, 2)
    )
    longest = fields.Float(
        string="Longest Side (mm)",
        compute="_compute_figures",
        store=True,
        digits=(16, 2),
    )
    size_text = fields.Char(string="Size (mm)", compute="_compute_size_text")
    position_text = fields.Char(
        string="Box in the File (mm)",
        compute="_compute_size_text",
        help="Lowest and highest corner, where the file puts the parts.",
    )
    shape = fields.Selection(
        [
            ("solid", "Watertight"),
            ("repairable", "Repairable"),
            ("open", "Open"),
        ],
        compute="_compute_figures",
        store=True,
        index=True,
        help="Watertight: each edge has a triangle on both sides, so that there is an "
        "inside. Repairable: it is so after a repair.",
    )
    is_watertight = fields.Boolean(compute="_compute_figures", store=True)
    is_consistent = fields.Boolean(
        string="All Triangles Face Outwards", compute="_compute_figures", store=True
    )
    open_edges = fields.Integer(compute="_compute_figures", store=True)
    nonmanifold_edges = fields.Integer(
        string="Edges of Three or More Triangles",
        compute="_compute_figures",
        store=True,
    )
    degenerate_faces = fields.Integer(
        string="Triangles without Area", compute="_compute_figures", store=True
    )
    duplicate_faces = fields.Integer(
        string="Triangles Stored Twice", compute="_compute_figures", store=True
    )
    overhang_cm2 = fields.Float(
        string="Overhang (cm²)",
        compute="_compute_figures",
        store=True,
        digits=(16, 2),
        help="Surface that leans out by more than 45° and is not on the plate.",
    )
    overhang_share = fields.Float(
        string="Overhang (% of the surface)",
        compute="_compute_figures",
        store=True,
        digits=(16, 1),
    )
    thin_cm2 = fields.Float(
        string="Thin Walls (cm²)",
        compute="_compute_figures",
        store=True,
        digits=(16, 2),
        help="Surface of walls thinner than 0.8 mm, sampled.",
    )
    min_thickness_mm = fields.Float(
        string="Thinnest Wall (mm)",
        compute="_compute_figures",
        store=True,
        digits=(16, 2),
        help="The thinnest of the sampled places; 0 where none was measured.",
    )
    repair_is_watertight = fields.Boolean(
        string="Watertight after Repair", compute="_compute_figures", store=True
    )
    repair_volume_cm3 = fields.Float(
        string="Volume after Repair (cm³)",
        compute="_compute_figures",
        store=True,
        digits=(16, 3),
    )
    all_triangles = fields.Integer(
        string="Triangles with Modifiers", compute="_compute_figures", store=True
    )
    all_volume_cm3 = fields.Float(
        string="Volume with Modifiers (cm³)",
        compute="_compute_figures",
        store=True,
        digits=(16, 3),
    )
    warnings = fields.Text(compute="_compute_figures", store=True)
    warning_count = fields.Integer(
        string="Number of Warnings", compute="_compute_figures", store=True
    )
    part_ids = fields.One2many("print3d.mesh.part", "mesh_id", string="Parts of Mesh")
    checks = fields.Json(compute="_compute_checks")
    repairs = fields.Json(string="Repair", compute="_compute_repairs")

    # What a 3MF says about itself
    stated_title = fields.Char(string="Title in the File", readonly=True)
    stated_designer = fields.Char(string="Designer in the File", readonly=True)
    stated_licence = fields.Char(string="Licence in the File", readonly=True)
    offer_title = fields.Boolean(compute="_compute_offers")
    offer_designer = fields.Boolean(compute="_compute_offers")
    offer_licence = fields.Boolean(compute="_compute_offers")

    _file_uniq = models.Constraint("UNIQUE(file_id)", "This file has its mesh already.")

    # === COMPUTE METHODS === #

    @api.depends("name", "product_id.display_name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = record.name or self.env._("Mesh")

    @api.depends("report", "treat_as")
    def _compute_figures(self):
        for record in self:
            record.update(record._prepare_figures(record.report or {}))

    @api.depends("size_x", "size_y", "size_z", "report", "treat_as")
    def _compute_size_text(self):
        for record in self:
            size = (record.size_x, record.size_y, record.size_z)
            record.size_text = (
                self._format_triple(size) if record.state == "done" else False
            )
            report, scale = record.report or {}, record._get_scale()
            corners = [
                self._format_triple([value * scale for value in report[key]])
                for key in ("bbox_min", "bbox_max")
                if report.get(key)
            ]
            record.position_text = " – ".join(corners) or False

    @api.depends("unit", "unit_guess", "treat_as")
    def _compute_unit_is_doubtful(self):
        for record in self:
            record.unit_is_doubtful = record.unit_guess and not record.treat_as

    @api.depends("report", "treat_as")
    @api.depends_context("lang")
    def _compute_checks(self):
        for record in self:
            record.checks = record._get_checks() if record.report else []

    @api.depends("report", "treat_as")
    @api.depends_context("lang")
    def _compute_repairs(self):
        for record in self:
            record.repairs = record._get_repairs() if record.report else []

    @api.depends(
        "stated_title",
        "stated_designer",
        "stated_licence",
        "product_tmpl_id.name",
        "product_tmpl_id.designer_id",
        "product_tmpl_id.licence_id",
    )
    def _compute_offers(self):
        for record in self:
            model = record.product_tmpl_id
            record.offer_title = (
                record.stated_title and record.stated_title != model.name
            )
            record.offer_designer = record.stated_designer and not model.designer_id
            record.offer_licence = record.stated_licence and not model.licence_id

    # === CRUD METHODS === #

    def write(self, vals):
        """Keep who decided on a unit, and the parts in that unit."""
        if "treat_as" in vals:
            vals = dict(
                vals,
                treat_user_id=self.env.uid if vals["treat_as"] else False,
                treat_date=fields.Datetime.now() if vals["treat_as"] else False,
            )
        result = super().write(vals)
        if "treat_as" in vals:
            for record in self:
                record._write_parts()
        return result

    def unlink(self):
        """Remove the file with its mesh, unless a version is printed from it."""
        files = self.file_id
        result = super().unlink()
        files._unlink_unused()
        return result

    # === ACTION METHODS === #

    def action_open(self):
        """Open the page of the mesh."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_download(self):
        """Download the file."""
        return self.file_id.action_download()

    def action_retry(self):
        """Measure meshes again."""
        self.check_access("write")
        self._enqueue_inspect()
        return True

    def action_treat_as_guess(self):
        """Take the numbers to be in the probable unit."""
        for record in self:
            record.treat_as = record.unit_guess
        return True

    def action_treat_as_stated(self):
        """Keep the unit the file states, or millimetres, and ask no more."""
        for record in self:
            record.treat_as = record.unit or "millimeter"
        return True

    def action_use_title(self):
        """Give the model the title that stands in the file."""
        for record in self.filtered("offer_title"):
            record.product_tmpl_id.name = record.stated_title
        return True

    def action_use_designer(self):
        """Make the designer that stands in the file the model's.

        A contact of that name is taken, else made: only here, where a person says so.
        """
        Partner = self.env["res.partner"]
        for record in self.filtered("offer_designer"):
            name = record.stated_designer
            designer = Partner.search([("name", "=ilike", name)], limit=1)
            if not designer and not Partner.has_access("create"):
                raise UserError(
                    self.env._(
                        "There is no contact named “%(name)s” yet, and you may not "
                        "make one. Ask somebody who keeps the contacts.",
                        name=name,
                    )
                )
            record.product_tmpl_id.designer_id = designer or Partner.create(
                {"name": name}
            )
        return True

    def action_use_licence(self):
        """Make the licence that stands in the file the model's.

        :raises UserError: the licence is not known and the user may not add it
        """
        Licence = self.env["print3d.licence"]
        for record in self.filtered("offer_licence"):
            licence = record._find_licence()
            if not licence and not Licence.has_access("create"):
                raise UserError(
                    self.env._(
                        "The licence “%(name)s” is not in the list of licences. Ask "
                        "the owner to add it there.",
                        name=record.stated_licence,
                    )
                )
            record.product_tmpl_id.licence_id = licence or Licence.create(
                # Until somebody has read it, nothing may be sold under it.
                {"name": record.stated_licence, "commercial_use": False}
            )
        return True

    def _find_licence(self):
        """The licence a file means by its words.

        Sites abbreviate: ``BY-NC-SA`` is ``CC BY-NC-SA 4.0``.

        :rtype: print3d.licence
        """
        self.ensure_one()

        def words(text):
            text = re.sub(
                r"creative commons|attribution|\bcc\b|\blicen[sc]e\b|"
                r"\binternational\b|\bpublic domain\b|\d\.\d",
                lambda match: " by " if match[0] == "attribution" else " ",
                text.lower().replace("(", " ").replace(")", " "),
            )
            for long, short in (
                ("non[- ]?commercial", "nc"),
                ("share[- ]?alike", "sa"),
                (r"no[- ]?deriv\w*", "nd"),
            ):
                text = re.sub(long, short, text)
            return sorted(set(re.findall(r"\w+", text)))

        wanted = words(self.stated_licence)
        if not wanted:
            return self.env["print3d.licence"]
        return (
            self.env["print3d.licence"]
            .search([("active", "=", True)])
            .filtered(lambda licence: words(licence.name) == wanted)[:1]
        )

    # === MEASURING === #

    def _enqueue_inspect(self):
        """Have the files measured by a background job, one a mesh."""
        self.write({"state": "pending", "error": False, "error_code": False})
        for record in self:
            record.with_delay(
                description=self.env._("Measure %(name)s", name=record.name),
                identity_key=f"print3d.mesh.inspect.{record.id}",
            )._inspect_file()

    def _inspect_file(self):
        """Measure the file and store what was found: all of it or nothing.

        Body of the background job. The file is opened by a process of its own, with
        limits to its memory and time, so that a mesh made to do harm ends that process
        and not this one. Measuring twice gives the same records.
        """
        self.ensure_one()
        if not self.exists():
            return
        problem, code = False, False
        try:
            with self.env.cr.savepoint():
                with self.file_id._open() as stream:
                    report = mesh.inspect(
                        stream,
                        name=self.name,
                        preview=PREVIEW,
                        **self._get_process_limits(),
                    )
                self._write_report(report)
        except (MeshError, SlicedFileError) as error:
            problem, code = error.message, error.code
        except (psycopg2.OperationalError, RetryableJobError):
            # Another transaction was in the way: the job is run again.
            raise
        except Exception:
            _logger.exception("Mesh %s: file could not be measured", self.id)
            code = "program"
            problem = self.env._(
                "The file could not be measured because of a problem in the program. "
                "Press Retry; when it stays, send the file to the administrator."
            )
        self.invalidate_recordset()
        self.write(
            {
                "state": "failed" if problem else "done",
                "error": problem,
                "error_code": code,
            }
        )
        self._notify_inspected()

    @api.model
    def _get_process_limits(self):
        """Memory in bytes and seconds that a process reading a file may take.

        :rtype: dict
        """
        seconds = self._get_limit("seconds", CPU_SECONDS)
        return {
            "memory": self._get_limit("memory_mb", MEMORY_MB) * 1024**2,
            "cpu": seconds,
            "wall": seconds * WALL_FACTOR,
        }

    @api.model
    def _get_limit(self, name, default):
        """A limit of the measuring process, from its parameter.

        :param str name: ``memory_mb`` or ``seconds``
        :rtype: int
        """
        stated = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(f"print3d_library.mesh_{name}", default)
        )
        try:
            limit = int(float(stated))
        except (ValueError, OverflowError):
            limit = default
        return max(limit, 1)

    def _notify_inspected(self):
        """Tell the browser of whoever asked for the measuring."""
        for record in self:
            self.env.user._bus_send(
                "print3d_mesh_inspected",
                {
                    "mesh_id": record.id,
                    "product_id": record.product_id.id,
                    "template_id": record.product_tmpl_id.id,
                    "name": record.display_name,
                    "state": record.state,
                    "message": record.error or "",
                },
            )

    def _write_report(self, report):
        """Store what was measured.

        :param report: :class:`~odoo.addons.print3d_library.mesh.model.MeshReport`
        """
        self.ensure_one()
        self.write(
            {
                "report": storable(report.as_dict()),
                "format": report.format,
                "preview": self._to_web_picture(report.preview_png),
                **self._prepare_stated_vals(report.metadata),
            }
        )
        self._write_parts()
        self._set_product_picture()

    @api.model
    def _prepare_stated_vals(self, metadata):
        """Values of what a file says about itself.

        :param dict metadata: as in the file; 3MF calls the licence LicenseTerms
            (core specification, 3.4.1), Bambu Studio License
        :rtype: dict
        """
        stated = {
            key.lower(): " ".join(storable(text).split())[:STATED_LENGTH]
            for key, text in metadata.items()
        }
        return {
            "stated_title": stated.get("title") or False,
            "stated_designer": stated.get("designer") or False,
            "stated_licence": stated.get("licenseterms")
            or stated.get("license")
            or False,
        }

    def _write_parts(self):
        """Make a line for each part, in the unit that counts."""
        self.ensure_one()
        scale = self._get_scale()
        self.part_ids.unlink()
        parts = (self.report or {}).get("parts", [])
        self.env["print3d.mesh.part"].create(
            [
                {
                    "mesh_id": self.id,
                    "sequence": number,
                    "name": storable(part["name"])
                    or self.env._("Part %(number)s", number=number),
                    "role": part["role"],
                    "triangles": part["triangles"],
                    "bodies": part["bodies"],
                    "volume_cm3": part["volume_mm3"] * scale**3 / 1000,
                    "area_cm2": part["area_mm2"] * scale**2 / 100,
                    "size_text": self._format_triple(
                        [side * scale for side in part["size_mm"]]
                    ),
                    "is_watertight": part["is_watertight"],
                    "colour": part["colour"],
                    "plate": part["plate"],
                }
                for number, part in enumerate(parts[:MAX_PARTS], 1)
            ]
        )

    @api.model
    def _to_web_picture(self, data):
        """A picture as base64 of a PNG; ``False`` without one.

        :param bytes data: PNG of the measuring process
        """
        if not data:
            return False
        try:
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                image.load()
                target = io.BytesIO()
                # Written anew: it comes from the process that reads hostile files.
                image.convert("RGBA").save(target, "PNG", optimize=True)
        except (OSError, SyntaxError, ValueError):
            return False
        return base64.b64encode(target.getvalue())

    def _set_product_picture(self):
        """Give a model, and a variant among several, a first picture."""
        self.ensure_one()
        product = self.product_id
        if not self.preview or product.image_variant_1920:
            return
        if not product.image_1920:
            product.image_1920 = self.preview
        elif product.product_tmpl_id.product_variant_count > 1 and not (
            product.slice_ids or product.print3d_mesh_ids - self
        ):
            product.image_variant_1920 = self.preview

    # === FIGURES === #

    def _get_scale(self):
        """Millimetres of one measured millimetre: 25.4 for inches taken for mm.

        :rtype: float
        """
        self.ensure_one()
        if not self.treat_as:
            return 1.0
        stated = (self.report or {}).get("unit") or "millimeter"
        return UNITS[self.treat_as] / UNITS.get(stated, 1.0)

    def _prepare_figures(self, report):
        """Values of the figures from a report, in the unit that counts.

        :param dict report: as ``MeshReport.as_dict()`` gives it, or empty
        :rtype: dict
        """
        self.ensure_one()
        scale = self._get_scale()
        area, volume = scale**2 / 100, scale**3 / 1000
        size = [side * scale for side in report.get("size_mm") or (0.0, 0.0, 0.0)]
        repair = report.get("repair") or {}
        everything = report.get("geometry_all") or {}
        surface = report.get("area_mm2") or 0.0
        overhang = report.get("overhang_area_mm2") or 0.0
        thinnest = (report.get("min_thickness_mm") or 0.0) * scale
        # Which walls are thin is only known of the size that was measured. None is,
        # where the thinnest is thick enough.
        thin = (report.get("thin_area_mm2") or 0.0) * area
        if thinnest >= THIN_WALL:
            thin = 0.0
        warnings = report.get("warnings") or []
        watertight = bool(report.get("is_watertight"))
        repaired = bool(repair.get("is_watertight_after"))
        if not report:
            shape = False
        elif watertight:
            shape = "solid"
        else:
            shape = "repairable" if repaired else "open"
        known = dict(UNIT_LABELS)
        return {
            "unit": report.get("unit") if report.get("unit") in known else False,
            "unit_guess": (
                report.get("unit_guess") if report.get("unit_guess") in known else False
            ),
            "unit_reason": report.get("unit_reason") or False,
            "triangles": report.get("triangles") or 0,
            "vertices": report.get("vertices") or 0,
            "bodies": report.get("bodies") or 0,
            "part_count": len(report.get("parts") or []),
            "volume_cm3": (report.get("volume_mm3") or 0.0) * volume,
            "area_cm2": surface * area,
            "size_x": size[0],
            "size_y": size[1],
            "size_z": size[2],
            "longest": max(size),
            "shape": shape,
            "is_watertight": watertight,
            "is_consistent": bool(report.get("is_consistent")),
            "open_edges": report.get("open_edges") or 0,
            "nonmanifold_edges": report.get("nonmanifold_edges") or 0,
            "degenerate_faces": report.get("degenerate_faces") or 0,
            "duplicate_faces": report.get("duplicate_faces") or 0,
            "overhang_cm2": overhang * area,
            "overhang_share": 100 * overhang / surface if surface else 0.0,
            "thin_cm2": thin,
            "min_thickness_mm": thinnest,
            "repair_is_watertight": repaired,
            "repair_volume_cm3": (repair.get("volume_mm3_after") or 0.0) * volume,
            "all_triangles": everything.get("triangles") or 0,
            "all_volume_cm3": (everything.get("volume_mm3") or 0.0) * volume,
            "warnings": "\n".join(warnings) or False,
            "warning_count": len(warnings),
        }

    @api.model
    def _format_triple(self, values):
        """Three lengths in mm as ``78 × 24.5 × 82``."""
        shown = (
            float_repr(value, 2 if abs(value) < 10 else 1).rstrip("0").rstrip(".")
            for value in values
        )
        return " × ".join(shown)

    # === WORDS === #

    def _get_checks(self):
        """Hook: what a person should know before printing, one line a check.

        :return: ``{"key", "colour", "label", "detail"}``, colours as of the state dots
        :rtype: list[dict]
        """
        self.ensure_one()
        lines = [self._get_shape_check()]
        lines.append(
            self._check_line(
                "consistent",
                "good" if self.is_consistent else "look",
                self.env._("Triangles face outwards")
                if self.is_consistent
                else self.env._("Some triangles face inwards"),
                ""
                if self.is_consistent
                else self.env._("A slicer may take the inside for the outside."),
            )
        )
        faulty = self.degenerate_faces + self.duplicate_faces
        if faulty:
            lines.append(
                self._check_line(
                    "faces",
                    "look",
                    self.env._("Needless triangles"),
                    self.env._(
                        "%(degenerate)s without area, %(duplicate)s stored twice.",
                        degenerate=self.degenerate_faces,
                        duplicate=self.duplicate_faces,
                    ),
                )
            )
        lines.append(self._get_overhang_check())
        lines.append(self._get_thickness_check())
        lines += [
            self._check_line(f"note_{number}", "look", note, "")
            for number, note in enumerate(self.report.get("notes") or [])
        ]
        return lines

    def _get_shape_check(self):
        if self.is_watertight:
            return self._check_line("watertight", "good", self.env._("Watertight"), "")
        faults = []
        if self.open_edges:
            faults.append(self.env._("%(count)s open edges", count=self.open_edges))
        if self.nonmanifold_edges:
            faults.append(
                self.env._(
                    "%(count)s edges of three or more triangles",
                    count=self.nonmanifold_edges,
                )
            )
        detail = ", ".join(faults)
        if self.repair_is_watertight:
            return self._check_line(
                "watertight",
                "look",
                self.env._("Not watertight; can be repaired"),
                detail,
            )
        return self._check_line(
            "watertight", "bad", self.env._("Not watertight"), detail
        )

    def _get_overhang_check(self):
        if not self.overhang_cm2:
            return self._check_line("overhang", "good", self.env._("No overhang"), "")
        notable = self.overhang_share >= OVERHANG_NOTABLE
        return self._check_line(
            "overhang",
            "look" if notable else "good",
            self.env._("Overhangs") if notable else self.env._("Hardly any overhang"),
            self.env._(
                "%(area)s cm², %(share)s %% of the surface, lean out by more than 45°.",
                area=float_repr(self.overhang_cm2, 2),
                share=float_repr(self.overhang_share, 1),
            ),
        )

    def _get_thickness_check(self):
        if not self.min_thickness_mm:
            return self._check_line(
                "thickness",
                "look",
                self.env._("Walls not measured"),
                self.env._("There is no inside that could be measured."),
            )
        thinnest = self.env._(
            "The thinnest sampled place is %(mm)s mm.",
            mm=float_repr(self.min_thickness_mm, 2),
        )
        if self.min_thickness_mm >= THIN_WALL:
            return self._check_line(
                "thickness", "good", self.env._("No thin walls"), thinnest
            )
        return self._check_line(
            "thickness",
            "look",
            self.env._("Thin walls"),
            self.env._(
                "%(thinnest)s Walls of less than %(limit)s mm: %(area)s cm².",
                thinnest=thinnest,
                limit=THIN_WALL,
                area=float_repr(self.thin_cm2, 2),
            ),
        )

    @api.model
    def _check_line(self, key, verdict, label, detail):
        return {
            "key": key,
            "colour": CHECK_COLOURS[verdict],
            "label": label,
            "detail": detail,
        }

    def _get_repairs(self):
        """What a repair of the mesh does, in the order done, and what comes of it.

        :rtype: list[dict]
        """
        self.ensure_one()
        steps = self.report["repair"]["steps"]
        if not steps:
            return []
        words = {
            "merge": self.env._("Corners merged that lie in one place"),
            "degenerate": self.env._("Triangles without area removed"),
            "duplicate": self.env._("Triangles stored twice removed"),
            "stray": self.env._("Stray triangles removed"),
            "stitch": self.env._("Corners moved together along open edges"),
            "flip": self.env._("Triangles turned round"),
            "fill": self.env._("Holes closed"),
        }
        lines = [
            self._check_line(
                code,
                "good",
                words.get(code, code),
                self.env._("%(count)s", count=count),
            )
            for code, count in steps
        ]
        lines.append(
            self._check_line(
                "after",
                "good" if self.repair_is_watertight else "bad",
                self.env._("Watertight afterwards")
                if self.repair_is_watertight
                else self.env._("Still not watertight"),
                self.env._(
                    "%(volume)s cm³", volume=float_repr(self.repair_volume_cm3, 3)
                ),
            )
        )
        return lines
