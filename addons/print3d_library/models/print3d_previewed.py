from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dPreviewed(models.AbstractModel):
    """A dialog that says what it will do before it does it, and can be undone."""

    _name = "print3d.previewed"
    _description = "Change Said Before It Is Made"

    preview = fields.Json(string="What Will Happen", compute="_compute_preview")
    is_possible = fields.Boolean(compute="_compute_preview")

    @api.depends(lambda self: self._get_preview_fields())
    @api.depends_context("lang", "company", "uid")
    def _compute_preview(self):
        for wizard in self:
            preview = {"lines": [], "problems": [], "rows": [], "more": 0}
            preview.update(wizard._prepare_preview())
            wizard.preview = preview
            wizard.is_possible = bool(preview["lines"]) and not preview["problems"]

    @api.model
    def _get_preview_fields(self):
        """Hook: names of the fields the preview depends on.

        :rtype: list[str]
        """
        return []

    def _prepare_preview(self):
        """Hook: what will happen, in words.

        :return: ``lines``, dicts of ``icon`` and ``text``; ``problems``, sentences
            that say why it is not possible; ``rows``, dicts of ``old`` and ``new``, and
            ``more``, how many of those are not shown
        :rtype: dict
        """
        self.ensure_one()
        return {}

    def _change(self):
        """Hook: make the change.

        :return: the change, and what to open then
        :rtype: tuple[print3d.library.change, dict | None]
        """
        raise NotImplementedError

    def action_apply(self):
        """Make the change, and offer to undo it."""
        self.ensure_one()
        preview = self.preview
        if preview["problems"]:
            raise UserError("\n".join(preview["problems"]))
        if not preview["lines"]:
            raise UserError(
                self.env._("Nothing is chosen yet. Choose what is to be changed.")
            )
        change, following = self._change()
        return change._get_done_action(following)

    @api.model
    def _say(self, icon, text):
        """A line of the preview.

        :param str icon: name of a symbol of Font Awesome, without ``fa-``
        :param str text: a sentence
        :rtype: dict
        """
        return {"icon": icon, "text": text}

    @api.model
    def _get_page_action(self, record):
        """Open the library's page of a model or variant in place of the present one.

        :param record: product.template or product.product
        :rtype: dict
        """
        kind = record._name.replace(".", "_")
        view = self.env.ref(f"print3d_library.{kind}_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": record.display_name,
            "res_model": record._name,
            "res_id": record.id,
            "views": [(view.id, "form")],
        }
