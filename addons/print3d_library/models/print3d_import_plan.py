import itertools

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import human_size

from ..tools import grouping
from ..tools.filenames import squash

# Changes that can be taken back.
UNDO_STEPS = 50
UNREADABLE = "unreadable"
# What may be set for several models at once.
ASSIGNABLE = (
    "designer_id",
    "licence_id",
    "categ_id",
    "tag_ids",
    "product_tmpl_id",
    "description",
    "source_url",
)


class Print3dImport(models.Model):
    """What the screen of a plan reads and changes.

    Each change returns what it changed, and is kept to be undone. Nothing is deleted:
    a model or variant without files is simply not shown, so that undoing only writes
    former values.
    """

    _inherit = "print3d.import"

    # === READING === #

    def get_plan(self):
        """The whole plan, for its screen.

        :return: ``{"import", "models", "variants", "lines", "summary", "undo"}``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "import": {**self._get_progress(), "name": self.name},
            **self._describe_places(
                self.model_ids,
                self.variant_ids,
                self.line_ids.filtered(
                    lambda line: line.state not in ("new", "looked")
                ),
            ),
            **self._describe_catalogue(),
        }

    def get_progress(self):
        """How far the import is, for a screen without a websocket.

        :rtype: dict
        """
        self.check_access("read")
        return self._get_progress()

    def _describe_places(self, models_, variants, lines):
        """Records of a plan as its screen takes them, and what they come to.

        :rtype: dict
        """
        return {
            "models": [self._describe_model(model) for model in models_],
            "variants": [
                {
                    "id": variant.id,
                    "model_id": variant.model_id.id,
                    "sequence": variant.sequence,
                    "name": variant.name or "",
                    "product": self._pair(variant.product_id),
                }
                for variant in variants
            ],
            "lines": [self._describe_line(line) for line in lines],
            "summary": self._get_summary(),
            "undo": self._get_undo_label(),
        }

    @api.model
    def _pair(self, record):
        return [record.id, record.display_name] if record else False

    def _describe_model(self, model):
        return {
            "id": model.id,
            "sequence": model.sequence,
            "name": model.name,
            "folder": model.folder or "",
            "reason": model.reason or "",
            "template": self._pair(model.product_tmpl_id),
            "is_made": model.is_made,
            "designer": self._pair(model.designer_id)
            or (model.designer_name and [False, model.designer_name]),
            "licence": self._pair(model.licence_id)
            or (model.licence_name and [False, model.licence_name]),
            "category": self._pair(model.categ_id),
            "tags": [self._pair(tag) for tag in model.tag_ids],
        }

    def _describe_line(self, line):
        target = line.slice_id or line.mesh_id or line.existing_file_id
        return {
            "id": line.id,
            "variant_id": line.variant_id.id,
            "model_id": line.model_id.id,
            "sequence": line.sequence,
            "name": line.name,
            "path": line.path or "",
            "size": human_size(line.size),
            "kind": line.kind,
            "role": line.role,
            "code": line.skip_code or "",
            "reason": line.reason or "",
            "state": line.state,
            "message": line.message or "",
            "link": {"model": target._name, "id": target.id} if target else False,
        }

    def _search_edits(self, **paging):
        """Changes made to the plan, the last one first.

        :rtype: print3d.import.edit
        """
        return self.env["print3d.import.edit"].search(
            [("import_id", "=", self.id)], order="id desc", **paging
        )

    def _get_undo_label(self):
        edit = self._search_edits(limit=1)
        return edit.name if edit and self.state == "draft" else False

    def _get_summary(self):
        """What an import would make, and what it would leave out and why.

        :rtype: dict
        """
        self.ensure_one()
        counts = dict.fromkeys(
            (
                "new_models",
                "known_models",
                "new_variants",
                "known_variants",
                "versions",
                "meshes",
                "pictures",
                "documents",
                "skipped",
            ),
            0,
        )
        models_, variants, reasons = set(), set(), {}
        for line in self.line_ids:
            if line.role == "skip":
                counts["skipped"] += 1
                code = line.skip_code or "person"
                reasons[code] = reasons.get(code, 0) + 1
                continue
            models_.add(line.model_id)
            if line.role in grouping.CONTENT:
                variants.add(line.variant_id)
                kind = "meshes" if line.role == "mesh" else "versions"
                counts[kind] += 1
            elif line.role == "picture":
                counts["pictures"] += 1
            else:
                counts["documents"] += 1
        for row in self.row_ids:
            if row.verdict in ("new", "update"):
                models_.add(row.model_id)
                variants.add(row.variant_id)
        for model in models_ - {self.env["print3d.import.model"]}:
            is_new = not model.product_tmpl_id or model.is_made
            counts["new_models" if is_new else "known_models"] += 1
        for variant in variants - {self.env["print3d.import.variant"]}:
            is_new = not variant.product_id or variant.model_id.is_made
            counts["new_variants" if is_new else "known_variants"] += 1
        return {
            **counts,
            "reasons": [
                {"code": code, "label": self._get_skip_label(code), "count": count}
                # What somebody may want to mend comes first.
                for code, count in sorted(
                    reasons.items(),
                    key=lambda pair: (pair[0] != UNREADABLE, -pair[1]),
                )
            ],
        }

    @api.model
    def _get_skip_label(self, code):
        """Why files are left out, in two or three words."""
        return {
            "junk": self.env._("Left by the system"),
            "duplicate": self.env._("Twice in the upload"),
            "in_library": self.env._("In the library already"),
            "unknown": self.env._("Cannot be used"),
            UNREADABLE: self.env._("Cannot be read"),
            "nobody": self.env._("Of no model"),
            "table": self.env._("A table"),
            "catalogue": self.env._("The catalogue itself"),
            "row": self.env._("Row with a problem"),
            "person": self.env._("Left out by hand"),
        }.get(code, code)

    # === CHANGING === #

    def _change(self, label, changes, made=()):
        """Write changes and keep the former values.

        :param str label: what the person did, in the words of a button
        :param changes: (records, values) each
        :param made: records made for the change, shown with it
        :return: what was changed, as :meth:`_describe_places`
        :rtype: dict
        """
        former = []
        touched = {
            name: self.env[f"print3d.import.{name}"]
            for name in ("model", "variant", "line")
        }
        for record in itertools.chain.from_iterable(made):
            touched[record._name.rpartition(".")[2]] |= record
        for records, vals in changes:
            for record in records:
                former.append([record._name, record.id, record._get_values(vals)])
            records.write(vals)
            touched[records._name.rpartition(".")[2]] |= records
        if former:
            self.env["print3d.import.edit"].create(
                {"import_id": self.id, "name": label, "former": former}
            )
            self._search_edits(offset=UNDO_STEPS).unlink()
        return self._describe_places(
            touched["model"], touched["variant"], touched["line"]
        )

    def _check_plan(self, *recordsets):
        """Refuse changes to a plan that is carried out, or with what is not its own.

        :raises UserError: the import is running or over, or records are of another
        """
        self.ensure_one()
        self.check_access("write")
        self._check_unchanged("draft")
        # Two people may change one plan: one after the other.
        if not self.try_lock_for_update():
            raise UserError(
                self.env._("The plan is just being changed. Try again in a moment.")
            )
        for records in recordsets:
            if records.exists() != records or records.import_id - self:
                raise UserError(
                    self.env._("The plan has changed meanwhile. Load the page again.")
                )

    def _browse_places(self, name, ids):
        if isinstance(ids, int):
            ids = [ids]
        return self.env[f"print3d.import.{name}"].browse(ids or [])

    def plan_move(self, line_ids, variant_id):
        """Put files into a variant; those that were left out are taken in again."""
        lines = self._browse_places("line", line_ids)
        variant = self._browse_places("variant", variant_id)
        self._check_plan(lines, variant)
        return self._change(self.env._("Move files"), self._get_moves(lines, variant))

    def plan_move_to_model(self, line_ids, model_id, name=None):
        """Put files into a model: each into the variant of the same name as before.

        :param name: name of one variant for all of them, instead
        """
        lines = self._browse_places("line", line_ids)
        model = self._browse_places("model", model_id)
        self._check_plan(lines, model)
        changes, made = self._get_model_moves(lines, model, name)
        return self._change(self.env._("Move files"), changes, [made])

    def plan_split(self, line_ids, name):
        """Make a model of its own of files, with their variants."""
        lines = self._browse_places("line", line_ids)
        self._check_plan(lines)
        model = self._make_model(name, lines[:1].model_id)
        changes, made = self._get_model_moves(lines, model)
        return self._change(self.env._("Split"), changes, [model, made])

    def plan_split_variants(self, model_id):
        """Make a model of each variant but the first."""
        model = self._browse_places("model", model_id)
        self._check_plan(model)
        filled = model.variant_ids.filtered("line_ids")
        changes, made = [], []
        for variant in filled[1:]:
            own = self._make_model(variant.name or model.name, model)
            new = self.env["print3d.import.variant"].create({"model_id": own.id})
            made += [own, new]
            changes += self._get_moves(variant.line_ids, new)
        if filled[:1].name:
            changes.append((model, {"name": filled[0].name}))
            changes.append((filled[0], {"name": False}))
        return self._change(self.env._("Split into models"), changes, made)

    def plan_merge(self, model_ids):
        """Make one model of several; variants of one name become one."""
        models_ = self._browse_places("model", model_ids)
        self._check_plan(models_)
        if len(models_) < 2:
            raise UserError(self.env._("Choose at least two models to merge."))
        # A model of the library keeps its name and place.
        target = models_.filtered("product_tmpl_id")[:1] or models_[0]
        changes, made = [], []
        for model in models_ - target:
            for variant in model.variant_ids.filtered("line_ids"):
                name = variant.name
                if not name and any(
                    line.role in grouping.CONTENT for line in variant.line_ids
                ):
                    # The only variant of a model is told from the others by its name.
                    name = model.name
                moved, new = self._get_model_moves(variant.line_ids, target, name)
                changes += moved
                made += [new]
        unnamed = target.variant_ids.filtered(
            lambda variant: not variant.name
            and not variant.product_id
            and any(line.role in grouping.CONTENT for line in variant.line_ids)
        )
        if unnamed and any(made):
            changes.append((unnamed, {"name": target.name}))
        return self._change(self.env._("Merge models"), changes, made)

    def plan_rename_model(self, model_id, name):
        """Give a model another name; one of the library of that name is taken."""
        model = self._browse_places("model", model_id)
        self._check_plan(model)
        name = self._clean_plan_name(name)
        if squash(name) == squash(model.name) and name == model.name:
            return self._change("", [])
        vals = {"name": name, "product_tmpl_id": self._find_template(name)}
        changes = [(model, vals)]
        if vals["product_tmpl_id"] != model.product_tmpl_id.id:
            changes.append((model.variant_ids, {"product_id": False}))
        result = self._change(self.env._("Rename"), changes)
        return self._find_again(model, result)

    def plan_link(self, model_ids, template_id):
        """Add the files of models to one of the library, or to none after all."""
        models_ = self._browse_places("model", model_ids)
        self._check_plan(models_)
        template = self.env["product.template"].browse(template_id or []).exists()
        changes = [
            (models_, {"product_tmpl_id": template.id}),
            (models_.variant_ids, {"product_id": False}),
        ]
        if template:
            changes[0][1]["name"] = template.name
        result = self._change(self.env._("Choose the model"), changes)
        return self._find_again(models_, result)

    def _find_again(self, models_, result):
        """Find the variants of models that are now other ones of the library."""
        models_.variant_ids._find_products()
        changed = self._describe_places(
            self.env["print3d.import.model"],
            models_.variant_ids,
            self.env["print3d.import.line"],
        )
        return {
            **result,
            "variants": changed["variants"],
            "summary": changed["summary"],
        }

    def _find_template(self, name):
        """The model of the library with a name, as an id."""
        return self._get_known_models().get(squash(name), (None, False))[1]

    def plan_rename_variant(self, variant_id, name):
        """Give a variant another name; it joins the one that has that name."""
        variant = self._browse_places("variant", variant_id)
        self._check_plan(variant)
        name = " ".join((name or "").split())[:120]
        twin = (variant.model_id.variant_ids - variant).filtered(
            lambda other: other.line_ids and squash(other.name or "") == squash(name)
        )[:1]
        if twin:
            changes = self._get_moves(variant.line_ids, twin)
            return self._change(self.env._("Join variants"), changes)
        result = self._change(
            self.env._("Rename"), [(variant, {"name": name, "product_id": False})]
        )
        return self._find_again(variant.model_id, result)

    def plan_skip(self, line_ids):
        """Leave files out."""
        lines = self._browse_places("line", line_ids)
        self._check_plan(lines)
        return self._change(
            self.env._("Leave out"),
            [
                (
                    lines,
                    {
                        "role": "skip",
                        "skip_code": "person",
                        "reason": self.env._("Left out by hand."),
                    },
                )
            ],
        )

    def plan_unskip(self, line_ids):
        """Take files in that were left out; those without a model get one of their own.

        :raises UserError: a file can be nothing in the library
        """
        lines = self._browse_places("line", line_ids)
        self._check_plan(lines)
        changes, made = [], []
        for line in lines:
            self._check_usable(line)
            if not line.variant_id:
                title = self.env["print3d.slice"]._get_upload_title(line.name)
                model = self._make_model(title, line.model_id)
                variant = self.env["print3d.import.variant"].create(
                    {"model_id": model.id}
                )
                made += [model, variant]
            else:
                variant = line.variant_id
            changes += self._get_moves(line, variant)
        return self._change(self.env._("Take in"), changes, made)

    def plan_assign(self, model_ids, vals):
        """Set designer, licence, category or tags of several models.

        :param dict vals: values; ``tag_ids`` is a list of ids that are added
        """
        models_ = self._browse_places("model", model_ids)
        self._check_plan(models_)
        unknown = set(vals) - set(ASSIGNABLE)
        if unknown:
            raise UserError(
                self.env._("This cannot be set here: %(names)s.", names=sorted(unknown))
            )
        changes = []
        for model in models_:
            own = dict(vals)
            if "tag_ids" in own:
                own["tag_ids"] = [(6, 0, list({*model.tag_ids.ids, *own["tag_ids"]}))]
            if own.get("designer_id"):
                own["designer_name"] = False
            changes.append((model, own))
        return self._change(self.env._("Assign"), changes)

    def plan_order(self, line_ids):
        """Put files of a variant into an order: the first is the first version."""
        lines = self._browse_places("line", line_ids)
        self._check_plan(lines)
        changes = [(line, {"sequence": number}) for number, line in enumerate(lines, 1)]
        return self._change(self.env._("Order"), changes)

    def plan_undo(self):
        """Take the last change back."""
        self._check_plan()
        edit = self._search_edits(limit=1)
        touched = {
            name: self.env[f"print3d.import.{name}"]
            for name in ("model", "variant", "line")
        }
        for name, record_id, vals in reversed((edit.former or []) if edit else []):
            record = self.env[name].browse(record_id).exists()
            if record:
                record.write(vals)
                touched[name.rpartition(".")[2]] |= record
        edit.unlink()
        return self._describe_places(
            touched["model"], touched["variant"], touched["line"]
        )

    # === CHANGES === #

    def _clean_plan_name(self, name):
        name = " ".join((name or "").split())[:120]
        if not name:
            raise UserError(self.env._("Give the model a name."))
        return name

    def _make_model(self, name, beside):
        """A new model of the plan, after another."""
        return self.env["print3d.import.model"].create(
            {
                "import_id": self.id,
                "name": self._clean_plan_name(name),
                "sequence": beside.sequence or 0,
                "folder": beside.folder,
                "reason": self.env._("Made by hand."),
                "designer_id": beside.designer_id.id,
                "designer_name": beside.designer_name,
                "licence_id": beside.licence_id.id,
                "licence_name": beside.licence_name,
            }
        )

    def _check_usable(self, line):
        """Refuse to take in what the library cannot keep.

        :raises UserError: why it cannot
        """
        if line.kind in ("other", "table"):
            raise UserError(
                self.env._(
                    "“%(name)s” cannot be taken in. %(reason)s",
                    name=line.name,
                    reason=line.reason or "",
                )
            )

    def _get_moves(self, lines, variant):
        """Changes that put files into a variant, after those it has."""
        last = max(variant.line_ids.mapped("sequence"), default=0)
        changes = []
        for number, line in enumerate(lines, 1):
            self._check_usable(line)
            vals = {
                "variant_id": variant.id,
                "role": line.kind,
                "skip_code": False,
                "reason": self.env._("Changed by hand."),
            }
            if line.kind in grouping.CONTENT and line.variant_id != variant:
                vals["sequence"] = last + number
            changes.append((line, vals))
        return changes

    def _get_model_moves(self, lines, model, name=None):
        """Changes that put files into variants of a model, and the variants made.

        :param name: name of one variant for all; without it each keeps its variant's
        """
        Variant = self.env["print3d.import.variant"]
        by_name = {squash(variant.name or ""): variant for variant in model.variant_ids}
        changes, made = [], Variant
        for line in lines:
            wanted = line.variant_id.name if name is None else name
            key = squash(wanted or "")
            if key not in by_name:
                by_name[key] = Variant.create(
                    {
                        "model_id": model.id,
                        "name": wanted,
                        "sequence": len(by_name),
                    }
                )
                by_name[key]._find_products()
                made |= by_name[key]
            changes += self._get_moves(line, by_name[key])
        return changes, made
