from odoo import models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    """Changing several models at once, from their list or the library."""

    _inherit = "product.template"

    def action_print3d_edit(self):
        """Edit models: themes, designer, licence, category, archive, names.

        :return: the dialog
        :rtype: dict
        :raises UserError: none of them is a model
        """
        return self._get_print3d_bulk_action(
            "print3d.model.editor", self.env._("Edit Models")
        )

    def action_print3d_merge(self):
        """Make the variants of models those of one; of one alone, ask for the others.

        :return: the dialog
        :rtype: dict
        :raises UserError: none of them is a model
        """
        return self._get_print3d_bulk_action(
            "print3d.model.merger", self.env._("Merge Models")
        )

    def action_print3d_archive(self):
        """Archive models: they leave the library, their history stays.

        Whoever may change models may archive them. What other apps look at on the way
        (bills of materials that still use a model) may be none of their business.

        :return: what these apps warn of, as an action, or nothing
        :rtype: dict or bool
        """
        self.check_access("write")
        return self.sudo().action_archive() or True

    def action_print3d_unarchive(self):
        """Bring archived models back, with the same rights as archiving them."""
        self.check_access("write")
        self.sudo().action_unarchive()
        return True

    def _print3d_set_active(self, active):
        """Archive or unarchive where nobody is told what other apps warn of.

        :param bool active: whether the models are to be in the library
        """
        if active:
            self.action_print3d_unarchive()
        else:
            self.action_print3d_archive()

    def _get_print3d_bulk_action(self, model, name):
        # As they were selected: numbers in names go by it.
        templates = self.filtered("is_print3d_model")
        if not templates:
            raise UserError(
                self.env._("Select models of the library: products the shop prints.")
            )
        templates.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_template_ids": templates.ids,
                "print3d_open_merged": self.env.context.get("print3d_open_merged"),
            },
        }
