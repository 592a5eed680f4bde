from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..slicer.settings import parsed_value
from ..slicer.vocabulary import GROUPS, TERMS, coerce
from ..tools.compare import deviates

OWN = "own"
ORDER = {key: position for position, key in enumerate(TERMS, start=1)}


class Print3dProfileLine(models.Model):
    """A setting a profile asks for, and how far a version may be from it."""

    _name = "print3d.profile.line"
    _description = "Setting of a Print Profile"
    _order = "profile_id, sequence, name, id"

    profile_id = fields.Many2one(
        "print3d.profile", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="profile_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char(
        string="Setting",
        required=True,
        help="A common name, e.g. layer_height, or the slicer's own one.",
    )
    group = fields.Char(compute="_compute_place", store=True)
    sequence = fields.Integer(compute="_compute_place", store=True)
    unit = fields.Char(compute="_compute_place", store=True)
    value = fields.Char(required=True, help="E.g. 0.2, 15, yes, gyroid.")
    lowest = fields.Char(
        string="From", help="The least number that is right, too. Empty: the value."
    )
    highest = fields.Char(
        string="To", help="The largest number that is right, too. Empty: the value."
    )
    reason = fields.Char(string="Why")

    _name_uniq = models.UniqueIndex(
        "(profile_id, lower(name))", "A profile asks for a setting once."
    )

    # === COMPUTE METHODS === #

    @api.depends("name")
    def _compute_place(self):
        for line in self:
            term = TERMS.get(line.name)
            line.group = term.group if term else OWN
            line.unit = term.unit if term else ""
            line.sequence = ORDER.get(line.name, len(ORDER) + 1)

    # === CONSTRAINTS === #

    @api.constrains("name", "value", "lowest", "highest")
    def _check_value(self):
        for line in self:
            if line._get_expected() is None:
                raise ValidationError(
                    self.env._(
                        "“%(value)s” does not fit %(setting)s. Write a number, yes or "
                        "no, or the word of a choice.",
                        value=line.value,
                        setting=line.name,
                    )
                )
            low, high = line._get_range()
            for text in (line.lowest, line.highest):
                if text and self._to_number(text) is None:
                    raise ValidationError(
                        self.env._(
                            "“%(text)s” is no number, so %(setting)s cannot range to "
                            "it.",
                            text=text,
                            setting=line.name,
                        )
                    )
            if low is not None and high is not None and low > high:
                raise ValidationError(
                    self.env._(
                        "%(setting)s ranges from %(low)s to %(high)s: the first number "
                        "is the smaller one.",
                        setting=line.name,
                        low=line.lowest,
                        high=line.highest,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Hold the versions against new settings."""
        lines = super().create(vals_list)
        lines._after_change()
        return lines

    def write(self, vals):
        """Hold the versions against changed settings."""
        result = super().write(vals)
        if {"name", "value", "lowest", "highest"} & set(vals):
            self._after_change()
        return result

    def unlink(self):
        """Hold the versions against what is left."""
        profiles = self.profile_id
        result = super().unlink()
        if not self.env.context.get("print3d_profile_saving"):
            profiles.exists()._refresh_versions()
        return result

    # === BUSINESS METHODS === #

    def _after_change(self):
        # A profile that is saved with its lines does this once, at the end.
        if not self.env.context.get("print3d_profile_saving"):
            self.profile_id._refresh_versions()

    def _get_expected(self):
        """The value that is asked for, ``None`` when the text fits no such setting."""
        self.ensure_one()
        term = TERMS.get(self.name)
        text = (self.value or "").strip()
        if not term:
            return parsed_value(self.name, text) if text else None
        if term.kind in ("number", "integer"):
            text = text.replace(",", ".")
        value = coerce(term, text)
        if isinstance(value, list):
            value = value[0]
        return None if value == "" else value

    def _get_range(self):
        """Least and largest number that are right; ``None`` where none is stated.

        A range that is open on one side ends at the value.
        """
        self.ensure_one()
        low, high = self._to_number(self.lowest), self._to_number(self.highest)
        if low is None and high is None:
            return None, None
        value = self._to_number(self.value)
        return value if low is None else low, value if high is None else high

    @api.model
    def _to_number(self, text):
        try:
            return float((text or "").strip().rstrip("%").replace(",", "."))
        except ValueError:
            return None

    def _get_deviation(self, common, settings):
        """How a version deviates from this line.

        :param dict common: its settings under common names
        :param dict settings: under its slicer's own names
        :return: entry of ``tools.compare``, ``None`` when it fits or is not stated
        """
        self.ensure_one()
        stated = common if self.name in TERMS else settings
        low, high = self._get_range()
        return deviates(
            self.name,
            self._get_expected(),
            stated.get(self.name),
            low,
            high,
            self.unit or "",
        )

    @api.model
    def _get_groups(self):
        """Keys of the groups in the order of the screen."""
        return [*GROUPS, OWN]
