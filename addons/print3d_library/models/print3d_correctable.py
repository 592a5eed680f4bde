import re
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

COLOUR = re.compile(r"#(?:[0-9A-F]{6}|[0-9A-F]{8})")
MAX_TEXT = 64


@dataclass(frozen=True)
class Correctable:
    """A value a person may correct, and between which limits.

    ``kind`` is ``number``, ``integer``, ``duration`` (seconds), ``colour`` or ``text``.
    """

    kind: str = "number"
    unit: str = ""
    lowest: float = 0.0
    highest: float = 0.0
    digits: int = 2


class Print3dCorrectable(models.AbstractModel):
    """Values that were read from a file and that a person may correct.

    The field holds the value that counts, so that whatever is reckoned from it follows
    a correction. What the file states stays in the correction, and reading the file
    again renews it there and leaves the field alone.
    """

    _name = "print3d.correctable"
    _description = "Correctable Values"

    corrections = fields.Json(
        string="Marks of Corrections",
        compute="_compute_corrections",
        help="Of each corrected field what the file states, who corrected it and when.",
    )
    can_correct = fields.Boolean(compute="_compute_can_correct")

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_correction_dependencies())
    @api.depends_context("lang", "tz", "uid")
    def _compute_corrections(self):
        for record in self:
            record.corrections = {
                line.field_name: line._prepare_mark()
                for line in record._get_corrections()
            }

    @api.depends_context("uid")
    def _compute_can_correct(self):
        allowed = self.browse().has_access("write")
        for record in self:
            record.can_correct = allowed

    # === ACTION METHODS === #

    def action_correct(self, field_name, value, reason=False):
        """Correct a value that was read from the file.

        :param str field_name: the field
        :param value: the right value, in the unit of the field
        :param str reason: why, for those who see both values
        :raises UserError: the value cannot be corrected or is out of its limits
        """
        self.ensure_one()
        self.check_access("write")
        value = self._check_corrected_value(field_name, value)
        reason = (reason or "").strip()[:256] or False
        version = self._get_corrected_version()
        lines_sudo = self.env["print3d.correction"].sudo()
        line_sudo = self._get_corrections(field_name).sudo()
        before = self._get_fact(field_name)
        vals = {
            "corrected": value,
            "reason": reason,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
        }
        if line_sudo:
            line_sudo.write(vals)
        else:
            line_sudo = lines_sudo.create(
                dict(
                    vals,
                    **self._prepare_correction_place(),
                    field_name=field_name,
                    extracted=before,
                )
            )
        self.write(self._prepare_fact_vals(field_name, value, corrected=True))
        version._log_correction(self, field_name, before, value, reason)
        version._after_correction(self, [field_name])
        return True

    def action_undo_correction(self, field_name):
        """Go back to the value that the file states."""
        self.ensure_one()
        self.check_access("write")
        line_sudo = self._get_corrections(field_name).sudo()
        if not line_sudo:
            return False
        version = self._get_corrected_version()
        before, extracted = self._get_fact(field_name), line_sudo._get_extracted()
        line_sudo.unlink()
        self.write(self._prepare_fact_vals(field_name, extracted, corrected=False))
        version._log_correction(
            self,
            field_name,
            before,
            extracted,
            self.env._("correction undone"),
        )
        version._after_correction(self, [field_name])
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_correctable(self):
        """Hook: the fields that may be corrected.

        :return: ``{field name: Correctable}``
        :rtype: dict
        """
        return {}

    @api.model
    def _get_correction_dependencies(self):
        """What the marks beside the values depend on."""
        return (
            ["correction_ids.corrected", "correction_ids.extracted"]
            if "correction_ids" in self._fields
            else []
        )

    def _get_corrections(self, field_name=None):
        """Corrections of this record itself, of one field or all."""
        lines = self.correction_ids
        return (
            lines.filtered(lambda line: line.field_name == field_name)
            if (field_name)
            else lines
        )

    def _get_corrected_version(self):
        """The version that the record belongs to."""
        raise NotImplementedError

    def _prepare_correction_place(self):
        """Where a correction of this record belongs.

        :rtype: dict
        """
        raise NotImplementedError

    def _get_place_name(self):
        """Where the value stands in its version, for the history; may be empty."""
        return ""

    def _get_fact(self, field_name):
        """The value that counts now, ``None`` when there is none.

        Fields of numbers hold 0 where a file states nothing.
        """
        self.ensure_one()
        return self[field_name] or None

    def _prepare_fact_vals(self, field_name, value, corrected):
        """Values to write for a fact.

        :param value: ``None`` for a value that the file does not state
        :param bool corrected: it is a person's
        :rtype: dict
        """
        empty = False if self._fields[field_name].type == "char" else 0
        return {field_name: empty if value is None else value}

    def _keep_corrected(self, vals):
        """What was read again, without what a person corrected.

        Renews what the file states in the corrections.

        :param dict vals: values read from the file, of this record
        :return: values to write
        :rtype: dict
        """
        self.ensure_one()
        vals = dict(vals)
        for line_sudo in self._get_corrections().sudo():
            name = line_sudo.field_name
            if name not in vals:
                continue
            line_sudo.extracted = self._get_read_fact(name, vals)
            vals.update(
                self._prepare_fact_vals(name, line_sudo.corrected, corrected=True)
            )
        return vals

    @api.model
    def _get_read_fact(self, field_name, vals):
        """The value of a field among values read from a file, ``None`` without one."""
        return vals[field_name] or None

    @api.model
    def _check_corrected_value(self, field_name, value):
        """The value as it is stored.

        :raises UserError: it cannot be used; the message says what can
        """
        spec = self._get_correctable().get(field_name)
        if not spec:
            raise UserError(
                self.env._("“%(field)s” cannot be corrected.", field=field_name)
            )
        if spec.kind in ("text", "colour"):
            return self._check_corrected_text(spec, value)
        label = self._get_fact_label(field_name)
        try:
            number = round(float(value), spec.digits)
        except (TypeError, ValueError, OverflowError):
            raise UserError(
                self.env._("%(field)s has to be a number.", field=label)
            ) from None
        # NaN is within no limits.
        if not spec.lowest <= number <= spec.highest:
            raise UserError(
                self.env._(
                    "%(field)s has to be between %(lowest)s and %(highest)s.",
                    field=label,
                    lowest=self._format_fact(field_name, spec.lowest),
                    highest=self._format_fact(field_name, spec.highest),
                )
            )
        return int(number) if spec.kind in ("integer", "duration") else number

    @api.model
    def _check_corrected_text(self, spec, value):
        text = re.sub(r"[\x00-\x1f\x7f]", "", str(value or "")).strip()
        if spec.kind == "colour":
            text = text.upper()
            if not COLOUR.fullmatch(text):
                raise UserError(
                    self.env._("Enter the colour as #RRGGBB, e.g. #1A1A1A.")
                )
        elif not text or len(text) > MAX_TEXT:
            raise UserError(
                self.env._(
                    "Enter a text of 1 to %(length)s characters.", length=MAX_TEXT
                )
            )
        return text

    @api.model
    def _get_fact_label(self, field_name):
        return self.fields_get([field_name], ["string"])[field_name]["string"]

    @api.model
    def _format_fact(self, field_name, value):
        """A value as people read it: with its unit, a time in hours and minutes."""
        spec = self._get_correctable().get(field_name, Correctable("text"))
        if value is None or value is False:
            return self.env._("not stated")
        if spec.kind == "duration":
            minutes, seconds = divmod(int(value), 60)
            if minutes < 60:
                return self.env._(
                    "%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds
                )
            return self.env._(
                "%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60
            )
        text = (
            f"{value:.{spec.digits}f}".rstrip("0").rstrip(".")
            if (isinstance(value, float))
            else str(value)
        )
        return f"{text} {spec.unit}".strip()


class Print3dCorrection(models.Model):
    """A value that a person corrected, beside what the file states."""

    _name = "print3d.correction"
    _description = "Correction of an Extracted Value"
    _order = "date desc, id desc"

    slice_id = fields.Many2one(
        "print3d.slice", required=True, index=True, ondelete="cascade"
    )
    plate_id = fields.Many2one(
        "print3d.plate", index="btree_not_null", ondelete="cascade"
    )
    filament_id = fields.Many2one(
        "print3d.plate.filament", index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="slice_id.company_id", store=True, index=True, precompute=True
    )
    field_name = fields.Char(required=True)
    extracted = fields.Json(string="Stated by the File")
    corrected = fields.Json(string="Corrected Value", required=True)
    reason = fields.Char()
    user_id = fields.Many2one("res.users", string="Corrected by", required=True)
    date = fields.Datetime(required=True)

    _place_uniq = models.UniqueIndex(
        "(slice_id, COALESCE(plate_id, 0), COALESCE(filament_id, 0), field_name)",
        "A value is corrected once.",
    )

    def _get_extracted(self):
        """What the file states, ``None`` when it states nothing."""
        self.ensure_one()
        # A Json field without a value is False; no correctable value is a boolean.
        return None if self.extracted is False else self.extracted

    def _get_record(self):
        """The record whose value is corrected."""
        self.ensure_one()
        return self.filament_id or self.plate_id or self.slice_id

    def _prepare_mark(self):
        """What is shown beside the corrected value.

        :rtype: dict
        """
        self.ensure_one()
        record = self._get_record()
        return {
            "extracted": self._get_extracted(),
            "extracted_text": record._format_fact(
                self.field_name, self._get_extracted()
            ),
            "corrected_text": record._format_fact(self.field_name, self.corrected),
            "user": self.user_id.sudo().name,
            "date": format_datetime(self.env, self.date, dt_format="short"),
            "reason": self.reason or "",
        }
