from odoo import models
from odoo.exceptions import MissingError
from odoo.fields import Domain


class BaseAutomationWords(models.Model):
    """What a rule does, said in words."""

    _inherit = "base.automation"

    def _get_print3d_subject_name(self):
        self.ensure_one()
        names = dict(self._get_print3d_subjects())
        return names.get(self.model_id.model) or self.model_id.name or ""

    def _get_print3d_when(self):
        """Return when the rule acts, as a sentence without its end."""
        self.ensure_one()
        what = self._get_print3d_subject_name()
        if self.trigger in ("on_time", "on_time_created", "on_time_updated"):
            units = dict(
                self._fields["trg_date_range_type"]._description_selection(self.env)
            )
            if self.trigger == "on_time" and self.trg_date_range_mode == "before":
                text = self.env._("%(what)s: %(number)s %(unit)s before %(date)s")
            else:
                text = self.env._("%(what)s: %(number)s %(unit)s after %(date)s")
            return text % {
                "what": what,
                "number": self.trg_date_range,
                "unit": (units.get(self.trg_date_range_type) or "").lower(),
                "date": self.trg_date_id.field_description or "",
            }
        sentences = {
            "on_create": self.env._("%(what)s: when one is new", what=what),
            "on_create_or_write": self.env._(
                "%(what)s: when one is new, or was changed", what=what
            ),
            "print3d_becomes": self.env._(
                "%(what)s: when the condition comes true", what=what
            ),
        }
        triggers = dict(self._fields["trigger"]._description_selection(self.env))
        return (
            sentences.get(self.trigger) or f"{what}: {triggers.get(self.trigger, '')}"
        )

    def _get_print3d_if(self):
        """Return the condition in words; nothing when there is none."""
        self.ensure_one()
        if not self.filter_domain:
            return ""
        try:
            domain = Domain(self._get_print3d_domain())
        except Exception:  # noqa: BLE001
            # Of rules that an administrator wrote: an expression, shown as it is.
            return self.filter_domain
        return self._say_domain(domain, self.env[self.model_name])

    def _say_domain(self, domain, model, nested=False):
        """Return a domain in words."""
        if domain.is_true() or domain.is_false():
            return self.env._("always") if domain.is_true() else self.env._("never")
        children = getattr(domain, "children", None)
        if children:
            joint = self.env._("and") if domain.OPERATOR == "&" else self.env._("or")
            text = f" {joint} ".join(
                self._say_domain(child, model, nested=True) for child in children
            )
            return f"({text})" if nested and domain.OPERATOR == "|" else text
        if hasattr(domain, "child"):
            return self.env._(
                "not (%(what)s)", what=self._say_domain(domain.child, model)
            )
        return self._say_condition(domain, model)

    def _say_condition(self, condition, model):
        """Return one condition of a domain in words."""
        names, field = [], None
        for part in condition.field_expr.split("."):
            field = model._fields.get(part)
            if field is None:
                names.append(part)
                break
            names.append(field._description_string(self.env) or part)
            if field.relational:
                model = self.env[field.comodel_name]
        name = " ".join(dict.fromkeys(names))
        operator, value = condition.operator, condition.value
        if operator in ("in", "not in") and not isinstance(value, str):
            values = list(value) if hasattr(value, "__iter__") else [value]
        else:
            values = [value]
        # By identity: a zero is a number.
        if len(values) == 1 and (values[0] is False or values[0] is True):
            wanted = values[0] is (operator in ("=", "in"))
            if field is not None and field.type == "boolean":
                return name if wanted else self.env._("not %(what)s", what=name)
            if wanted:
                return self.env._("%(what)s is set", what=name)
            return self.env._("%(what)s is not set", what=name)
        text = f" {self.env._('or')} ".join(
            self._say_value(field, item) for item in values
        )
        signs = {
            "=": self.env._("is"),
            "in": self.env._("is"),
            "!=": self.env._("is not"),
            "not in": self.env._("is not"),
            "ilike": self.env._("contains"),
            "not ilike": self.env._("does not contain"),
            "<=": "≤",
            ">=": "≥",
        }
        return f"{name} {signs.get(operator, operator)} {text}"

    def _say_value(self, field, value):
        """Return a value of a condition as people read it."""
        if field is not None and field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return str(labels.get(value, value))
        if (
            field is not None
            and field.relational
            and isinstance(value, int)
            and not isinstance(value, bool)
        ):
            try:
                return self.env[field.comodel_name].sudo().browse(value).display_name
            except MissingError:
                return str(value)
        if isinstance(value, float):
            return f"{value:g}"
        return str(value)
