from odoo import models
from odoo.exceptions import UserError


class ProductProduct(models.Model):
    """Merging variants that are the same thing."""

    _inherit = "product.product"

    def _print3d_merge_variants(self, others):
        """Make the versions, files and pictures of other variants this one's.

        The versions are numbered anew by age, and one of them stays active: this
        variant's, else the latest of the others. A file both have is kept once; a
        draft of it stays behind. The others are archived with what was booked on them.

        :param others: product.product
        :return: what :meth:`_print3d_unmerge_variants` undoes it with
        :rtype: dict
        :raises UserError: why they cannot be merged
        """
        self.ensure_one()
        others -= self
        self._print3d_check_merge(others)
        (self | others).product_tmpl_id._print3d_serialise()
        undo = self._print3d_prepare_unmerge(others)
        active = others.active_slice_id.sorted("id", reverse=True)
        others.active_slice_id._action_retire()
        versions = self._print3d_take_files(others)
        (self.slice_ids | versions).write({"product_id": self.id})
        self._print3d_renumber_versions()
        activated = active[:1] & self.slice_ids
        if activated and not self.active_slice_id:
            activated._action_activate()
        self.env["print3d.plate.object"].search(
            [("product_id", "in", others.ids)]
        ).product_id = self
        self._print3d_take_pictures(others)
        self._print3d_after_merge(others)
        return undo

    def _print3d_take_files(self, others):
        """Take over the files of other variants, each content once.

        :param others: product.product
        :return: the versions that come along; they are still the others'
        :rtype: print3d.slice
        """
        own = {file.sha256: file for file in self.print3d_file_ids}
        printed = self.slice_ids.file_id
        coming = self.env["print3d.slice"]
        for file in others.print3d_file_ids.sorted("id"):
            twin = own.setdefault(file.sha256, file)
            versions = file.slice_ids
            if twin == file:
                file.product_id = self
            else:
                if twin in printed:
                    versions = versions.filtered(lambda v: v.state != "draft")
                versions.file_id = twin
                if not twin.mesh_ids:
                    file.mesh_ids.file_id = twin
            printed |= versions.file_id
            coming |= versions
        # A version whose file is gone is history all the same.
        coming |= others.slice_ids.filtered(lambda version: not version.file_id)
        # Numbers are a variant's own.
        for version in self.slice_ids | coming:
            version.number = -version.id
        self.env.flush_all()
        return coming

    def _print3d_renumber_versions(self):
        """Number the versions by age, from 1."""
        self.invalidate_recordset(["slice_ids"])
        versions = self.slice_ids.sorted(lambda v: (v.create_date, v.id))
        for number, version in enumerate(versions, start=1):
            version.number = number
        self.env.flush_all()

    def _print3d_take_pictures(self, others):
        """Take over the pictures of other variants."""
        pictures = self.env["print3d.picture"].search(
            [("product_id", "in", others.ids)]
        )
        here = pictures.filtered(
            lambda picture: picture.product_tmpl_id == self.product_tmpl_id
        )
        here.product_id = self
        away = pictures - here
        away.product_id = False
        away._move(self.product_tmpl_id).product_id = self

    def _print3d_after_merge(self, others):
        """Hook: other variants were merged into this one; they are archived."""
        values = {
            other: (other.product_tmpl_id, other.product_template_attribute_value_ids)
            for other in others
        }
        names = ", ".join(others.mapped("display_name"))
        # What other apps archive along may be none of the user's business.
        others.sudo().action_archive()
        for template, gone in values.values():
            if template.active:
                template._print3d_drop_unused_values(gone)
        self.message_post(body=self.env._("Merged into this: %(names)s", names=names))

    # === UNDO === #

    def _print3d_prepare_unmerge(self, others):
        """What is needed to undo a merge.

        :rtype: dict
        """
        versions = (self | others).slice_ids
        files = others.print3d_file_ids
        pictures = self.env["print3d.picture"].search(
            [("product_id", "in", others.ids)]
        )
        objects = self.env["print3d.plate.object"].search(
            [("product_id", "in", others.ids)]
        )
        return {
            "product": self.id,
            "active": self.active_slice_id.id,
            "others": [
                {
                    "product": other.id,
                    "template": other.product_tmpl_id.id,
                    "active": other.active_slice_id.id,
                    "values": other._print3d_get_value_ids(),
                }
                for other in others
            ],
            "versions": {
                str(version.id): [
                    version.product_id.id,
                    version.number,
                    version.file_id.id,
                    version.state,
                ]
                for version in versions
            },
            "files": {str(file.id): file.product_id.id for file in files},
            "meshes": {
                str(mesh.id): mesh.file_id.id for mesh in others.print3d_mesh_ids
            },
            "pictures": {
                str(picture.id): [picture.product_id.id, picture.product_tmpl_id.id]
                for picture in pictures
            },
            "objects": {str(line.id): line.product_id.id for line in objects},
        }

    def _print3d_unmerge_variants(self, undo):
        """Give variants back what a merge took, as far as it is still there.

        Versions that came since stay with this variant.

        :param dict undo: of :meth:`_print3d_merge_variants`
        """
        self.ensure_one()
        self._print3d_unarchive_merged(undo["others"])
        records = {
            model: self.env[model].with_context(active_test=False)
            for model in (
                "print3d.slice",
                "print3d.file",
                "print3d.mesh",
                "print3d.picture",
                "print3d.plate.object",
            )
        }

        def get(model, key):
            return records[model].browse(int(key)).exists()

        current = self.active_slice_id
        returning = self.env["product.product"].browse(
            [other["product"] for other in undo["others"]]
        )
        if current.id != undo["active"] and str(current.id) in undo["versions"]:
            current._action_retire()
        for key, product_id in undo["files"].items():
            get("print3d.file", key).write({"product_id": product_id})
        for version in self.slice_ids:
            version.number = -version.id
        self.env.flush_all()
        for key, values in undo["versions"].items():
            product_id, number, file_id, state = values
            version = get("print3d.slice", key)
            vals = {"product_id": product_id, "number": number}
            if version.state != "active" and state != "active":
                vals["state"] = state
            if get("print3d.file", file_id or 0):
                vals["file_id"] = file_id
            version.write(vals)
        for key, file_id in undo["meshes"].items():
            get("print3d.mesh", key).write({"file_id": file_id})
        for key, (product_id, template_id) in undo["pictures"].items():
            get("print3d.picture", key).write(
                {"product_id": product_id, "product_tmpl_id": template_id}
            )
        for key, product_id in undo["objects"].items():
            get("print3d.plate.object", key).write({"product_id": product_id})
        self.env.flush_all()
        self.env.invalidate_all()
        self._print3d_number_newcomers()
        actives = get("print3d.slice", undo["active"] or 0) | records[
            "print3d.slice"
        ].browse([other["active"] for other in undo["others"] if other["active"]])
        waiting = actives.exists().filtered(lambda version: version.state != "active")
        if waiting:
            waiting._action_activate()
        returning.message_post(body=self.env._("The merge was undone."))

    def _print3d_unarchive_merged(self, others):
        """Make merged variants variants again.

        :param others: of :meth:`_print3d_prepare_unmerge`
        """
        for other in others:
            product = self.env["product.product"].browse(other["product"])
            template = self.env["product.template"].browse(other["template"])
            template._print3d_reopen()
            values = template._print3d_restore_values(other["values"])
            product.check_access("write")
            product.with_context(print3d_hold_variants=True).sudo().write(
                {
                    "active": True,
                    "product_template_attribute_value_ids": [(6, 0, values.ids)],
                }
            )

    def _print3d_number_newcomers(self):
        """Number versions that came after a merge that was undone."""
        last = max(self.slice_ids.mapped("number"), default=0)
        newcomers = self.slice_ids.filtered(lambda version: version.number < 0)
        for number, version in enumerate(newcomers.sorted("id"), max(last, 0) + 1):
            version.number = number

    # === CHECKS === #

    def _print3d_check_merge(self, others):
        """Refuse to merge variants that are not to be merged.

        :raises UserError: every reason
        """
        (self | others).check_access("write")
        if not others:
            raise UserError(self.env._("Choose another variant to merge."))
        problems = [
            problem
            for other in others
            for problem in self._print3d_get_merge_problems(other)
        ]
        if problems:
            raise UserError("\n".join(problems))

    def _print3d_get_merge_problems(self, other):
        """Hook: why another variant cannot be merged into this one, a sentence each.

        :param other: product.product
        :rtype: list[str]
        """
        names = {"variant": self.display_name, "other": other.display_name}
        problems = []
        if self == other:
            problems.append(
                self.env._(
                    "“%(variant)s” cannot be merged with itself. Choose another "
                    "variant.",
                    **names,
                )
            )
        if not (self.is_print3d_model and other.is_print3d_model):
            problems.append(
                self.env._(
                    "“%(variant)s” or “%(other)s” is not printed by the shop. Only "
                    "variants of models can be merged.",
                    **names,
                )
            )
        if self.company_id != other.company_id:
            problems.append(
                self.env._(
                    "“%(variant)s” and “%(other)s” belong to different companies and "
                    "cannot be merged.",
                    **names,
                )
            )
        pending = other.slice_ids.filtered(lambda v: v.read_state == "pending")
        if pending:
            problems.append(
                self.env._(
                    "A file of “%(other)s” is being read. Merge it in a moment.",
                    **names,
                )
            )
        return problems
