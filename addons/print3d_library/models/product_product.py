from odoo import api, fields, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    active_slice_id = fields.Many2one(
        "print3d.slice",
        string="Active Version",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="set null",
        tracking=True,
        help="The version this variant is printed with.",
    )
    slice_ids = fields.One2many(
        "print3d.slice",
        "product_id",
        string="Versions",
        groups="print3d_library.group_print3d_user",
    )
    slice_count = fields.Integer(
        string="Number of Versions",
        compute="_compute_slice_count",
        groups="print3d_library.group_print3d_user",
    )
    print3d_file_ids = fields.One2many(
        "print3d.file",
        "product_id",
        string="Files",
        groups="print3d_library.group_print3d_user",
    )
    print3d_mesh_ids = fields.One2many(
        "print3d.mesh",
        "product_id",
        string="Meshes",
        groups="print3d_library.group_print3d_user",
    )
    print_time_s = fields.Integer(
        related="active_slice_id.time_s", store=True, string="Print Time"
    )
    print_weight_g = fields.Float(
        related="active_slice_id.weight_g", store=True, string="Print Filament (g)"
    )
    print3d_chips = fields.Json(
        related="active_slice_id.chips", store=True, string="Print Colours"
    )

    print3d_success = fields.Float(
        string="Success Rate",
        compute="_compute_print3d_success",
        groups="print3d_library.group_print3d_user",
        help="Share of the prints that ended well.",
    )
    print3d_success_count = fields.Integer(
        string="Prints Ended",
        compute="_compute_print3d_success",
        groups="print3d_library.group_print3d_user",
    )
    print3d_state_text = fields.Char(
        string="In Words",
        compute="_compute_print3d_state_text",
        groups="print3d_library.group_print3d_user",
    )

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find variants of models by what they are called, too, where nothing else is.

        “Lamp large”, or “large” alone, are words of the model and of its values.
        """
        found = super().name_search(name, domain, operator, limit)
        words = (name or "").split()
        if found or not words or operator != "ilike":
            return found
        wanted = Domain(domain or Domain.TRUE) & Domain("is_print3d_model", "=", True)
        for word in words:
            wanted &= Domain("name", "ilike", word) | Domain(
                "product_template_attribute_value_ids.name", "ilike", word
            )
        products = self.search_fetch(wanted, ["display_name"], limit=limit)
        return [(product.id, product.display_name) for product in products.sudo()]

    def _compute_print3d_success(self):
        known = self._origin._get_print3d_success()
        for product in self:
            rate, count = known.get(product._origin.id, (0.0, 0))
            product.print3d_success = rate
            product.print3d_success_count = count

    @api.depends("active_slice_id.number", "slice_ids.state", "slice_ids.read_state")
    @api.depends_context("lang")
    def _compute_print3d_state_text(self):
        for product in self:
            product.print3d_state_text = product._get_print3d_state_text()

    def _compute_slice_count(self):
        counts = dict(
            self.env["print3d.slice"]._read_group(
                [("product_id", "in", self.ids)], ["product_id"], ["__count"]
            )
        )
        for product in self:
            product.slice_count = counts.get(product._origin, 0)

    def _get_print3d_success(self):
        """Hook: how often prints of the variants went well.

        :return: share of good ones (0 to 1) and number of prints, by id; variants
            that were never printed are left out
        :rtype: dict[int, tuple[float, int]]
        """
        return {}

    def _get_print3d_state_text(self):
        """What can be done with the variant now, in words.

        :rtype: str
        """
        return self._get_print3d_state()[1]

    def _get_print3d_state(self):
        """What can be done with the variant now.

        :return: ``reading``, ``ready``, ``decide``, ``failed``, ``retired`` or
            ``empty``, and words for it
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        versions = self.slice_ids
        active = self.active_slice_id
        drafts = versions.filtered(lambda version: version.state == "draft")
        if any(version.read_state == "pending" for version in drafts):
            return "reading", self.env._("A file is being read")
        if active and drafts:
            return "decide", self.env._(
                "%(version)s is printed, %(count)s to decide on",
                version=active.name,
                count=len(drafts),
            )
        if active:
            return "ready", self.env._(
                "Ready to print: %(version)s", version=active.name
            )
        if any(version.read_state == "failed" for version in drafts):
            return "failed", self.env._("A file could not be read")
        if drafts:
            return "decide", self.env._(
                "Not active yet: %(count)s to decide on", count=len(drafts)
            )
        if versions:
            return "retired", self.env._("Out of use")
        return "empty", self.env._("No sliced file yet")

    def _filter_to_unlink(self):
        """Override of `product`: a variant with versions or files is archived."""
        products = super()._filter_to_unlink()
        used = {
            product.id
            for model in ("print3d.slice", "print3d.file")
            for (product,) in self.env[model]._read_group(
                [("product_id", "in", products.ids)], ["product_id"]
            )
        }
        return products.browse(set(products.ids) - used)

    def action_open_print3d_variant(self):
        """Open the library's page of the variant."""
        self.ensure_one()
        view = self.env.ref("print3d_library.product_product_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
        }
