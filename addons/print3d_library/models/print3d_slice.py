from odoo import api, fields, models


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
        related="file_id.name", string="File Name", store=True, index="trigram")
    company_id = fields.Many2one(
        related="product_id.company_id", store=True, index=True, precompute=True
    )
    note = fields.Char(string="Change Note", tracking=True)

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
    )
    read_error = fields.Text(string="Problem", readonly=True, copy=False)

    # What the file says
    slicer = fields.Char(readonly=True)
    slicer_version = fields.Char(readonly=True)
    printer_model = fields.Char(readonly=True, index="trigram")
    nozzle_diameter = fields.Float(
        string="Nozzle (mm)", digits=(6, 3), readonly=True
    )
    layer_height = fields.Float(
        string="Layer Height (mm)", digits=(6, 3), readonly=True
    )
    first_layer_height = fields.Float(
        string="First Layer Height (mm)", digits=(6, 3), readonly=True
    )
    nozzle_temp = fields.Integer(string="Nozzle Temperature (°C)", readonly=True)
    bed_temp = fields.Integer(string="Bed Temperature (°C)", readonly=True)
    settings = fields.Json(readonly=True, copy=False)
    warnings = fields.Text(readonly=True, copy=False)
    plate_ids = fields.One2many("print3d.plate", "slice_id", string="Plates")

    # Figures
    time_s = fields.Integer(
        string="Print Time",
        compute="_compute_figures",
        store=True,
        help="Seconds to print all plates once, as the slicer estimates.",
    )
    weight_g = fields.Float(
        string="Filament (g)",
        compute="_compute_figures",
        store=True,
        digits=(16, 2),
        help="Filament of all plates, as far as it is known.",
    )
    chips = fields.Json(string="Colours", compute="_compute_figures", store=True)
    thumbnail = fields.Image(
        compute="_compute_thumbnail", store=True, max_width=1024, max_height=1024
    )

    _product_number_uniq = models.Constraint(
        "UNIQUE(product_id, number)", "Two versions of a variant share a number."
    )
    _product_active_uniq = models.UniqueIndex(
        "(product_id) WHERE state = 'active'",
        "A variant has one active version at a time.",
    )

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
    )
    def _compute_figures(self):
        for version in self:
            plates = version.plate_ids
            version.time_s = sum(plates.mapped("time_s"))
            version.weight_g = sum(plates.filament_ids.mapped("grams"))
            version.chips = plates.filament_ids._get_chips()

    @api.depends("plate_ids.thumbnail")
    def _compute_thumbnail(self):
        for version in self:
            version.thumbnail = version.plate_ids[:1].thumbnail

    # === ACTIONS === #

    def action_activate(self):
        """Make this version the one its variant is printed with."""
        self._action_activate()
        return True

    def action_retire(self):
        """Take versions out of use; an active one leaves its variant without one."""
        self._action_retire()
        return True

    def action_retry(self):
        """Read files again that could not be read."""
        self._enqueue_read()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _create_from_upload(self, name, content, product=None, template=None):
        """Make a version of an uploaded file, and of what is missing above it.

        :param str name: file name as the sender states it
        :param content: bytes or a seekable binary file object
        :param product: variant that gets the version
        :param template: model whose only variant gets it
        :return: the new version, or the one that has this content already
        :raises UserError: the content is no sliced file, is too large or is empty
        """
        raise NotImplementedError

    def _enqueue_read(self):
        """Have the files read by a background job."""

    def _read_file(self):
        """Read the file and store what it says: all of it or nothing.

        Body of the background job. Reading twice gives the same records.
        """

    def _after_read(self):
        """Hook: the file was read and its plates are there.

        The inventory matches filaments here.
        """

    def _action_activate(self):
        """Hook: make one version of each variant the active one.

        Production writes the bill of materials here, after ``super()``.
        """
        for version in self:
            version.product_id.active_slice_id = version

    def _action_retire(self):
        """Hook: take versions out of use."""
        self.state = "retired"
