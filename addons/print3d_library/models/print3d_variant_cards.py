from odoo import api, fields, models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    """The variants of a model as cards."""

    _inherit = "product.template"

    print3d_cards = fields.Json(
        string="Variant Cards",
        compute="_compute_print3d_cards",
        groups="print3d_library.group_print3d_user",
        help="What the page of the model shows of its variants.",
    )

    @api.depends("product_variant_ids.active_slice_id", "product_variant_ids.slice_ids")
    @api.depends_context("company", "lang", "uid")
    def _compute_print3d_cards(self):
        for template in self:
            origin = template._origin
            variants = origin.product_variant_ids
            template.print3d_cards = {
                "can_write": origin.has_access("write"),
                "template_id": origin.id,
                "cards": variants._get_print3d_cards(),
            }

    def add_print3d_variant(self, name):
        """Add a variant by its name; the others stay as they are.

        :param str name: what it is called among the variants
        :return: id of the variant
        :rtype: int
        :raises UserError: the name is empty or taken
        """
        self.ensure_one()
        self.check_access("write")
        if self._print3d_find_variant(name):
            raise UserError(
                self.env._(
                    "“%(model)s” has a variant “%(name)s” already. Choose another "
                    "name.",
                    model=self.display_name,
                    name=self._print3d_clean_variant_name(name),
                )
            )
        return self._print3d_add_variant(name).id


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_print3d_cards(self):
        """Hook: what the cards show, in the order of the variants.

        :return: dicts of ``id``, ``name`` (among those of the model), ``title``,
            ``picture`` (URL or ``False``), ``viewer`` (``[model, id]`` of what is seen
            in 3D, or ``False``), ``time_s``, ``grams``, ``chips``,
            ``success`` (0 to 1, or ``None``), ``success_count``, ``version``
            (``{"id", "name"}`` or ``False``), ``version_count``, ``state`` (colour
            and icon) and ``state_text``; ``cost`` for those who may see it
        :rtype: list[dict]
        """
        return [
            product._prepare_print3d_card()
            for product in self.with_context(bin_size=True)
        ]

    def _prepare_print3d_card(self):
        self.ensure_one()
        version = self.active_slice_id
        unique = int(self.write_date.timestamp() * 1000)
        state, state_text = self._get_print3d_state()
        return {
            "id": self.id,
            "name": self._print3d_get_variant_name(),
            "title": self.display_name,
            "picture": bool(self.image_256)
            and f"/web/image/product.product/{self.id}/image_256?unique={unique}",
            "viewer": self._get_print3d_viewer(),
            "time_s": self.print_time_s,
            "grams": self.print_weight_g,
            "chips": self.print3d_chips or [],
            "success": self.print3d_success if self.print3d_success_count else None,
            "success_count": self.print3d_success_count,
            "version": {"id": version.id, "name": version.name} if version else False,
            "version_count": self.slice_count,
            "state": state,
            "state_text": state_text,
        }

    def _get_print3d_viewer(self):
        """What shows the variant in 3D: its mesh, else the way of the nozzle.

        :return: ``[model, id]``, or ``False``
        :rtype: list | bool
        """
        mesh = self.print3d_mesh_ids.filtered("has_viewer")[:1]
        shown = mesh or self.active_slice_id.filtered("has_viewer")
        return [shown._name, shown.id] if shown else False

    # === BUTTONS OF A CARD === #

    def action_print3d_move(self):
        """Ask which model the variant is to be moved to."""
        self.ensure_one()
        return self._get_print3d_wizard_action(
            "print3d.variant.mover", self.env._("Move to Another Model")
        )

    def action_print3d_merge(self):
        """Ask which other variants are the same thing as this one."""
        self.ensure_one()
        return self._get_print3d_wizard_action(
            "print3d.variant.merger", self.env._("Merge Variants")
        )

    def action_print3d_split(self):
        """Ask what the variant is called as a model of its own."""
        self.ensure_one()
        return self._get_print3d_wizard_action(
            "print3d.variant.splitter", self.env._("Make It a Model of Its Own")
        )

    def _get_print3d_wizard_action(self, model, name):
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_product_id": self.id},
        }
