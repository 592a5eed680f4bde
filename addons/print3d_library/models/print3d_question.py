from odoo import api, fields, models
from odoo.tools import format_datetime


class Print3dQuestion(models.Model):
    """A value of a version that can hardly be true, and what a person says to it."""

    _name = "print3d.question"
    _description = "Question about a Version"
    _order = "slice_id, id"

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
    code = fields.Char(required=True)
    field_name = fields.Char()
    params = fields.Json()
    message = fields.Char(compute="_compute_message")
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("corrected", "Corrected")],
        default="open",
        required=True,
        index=True,
    )
    user_id = fields.Many2one("res.users", string="Answered by")
    date = fields.Datetime(string="Answered on")
    reason = fields.Char()

    _place_uniq = models.UniqueIndex(
        "(slice_id, COALESCE(plate_id, 0), COALESCE(filament_id, 0), code, field_name)",
        "A question is asked once.",
    )

    # === COMPUTE METHODS === #

    @api.depends("code", "field_name", "params", "plate_id", "filament_id")
    @api.depends_context("lang")
    def _compute_message(self):
        sentences = self._get_sentences()
        for question in self:
            params = question.params or {}
            sentence = sentences.get(question.code, "%(field)s: %(value)s")
            message = question._get_place_name() + sentence % {
                "min": "",
                "max": "",
                "nozzle": "",
                "expected": "",
                "objects": "",
                "rate": "",
                **params,
                "field": question._get_field_label(),
                "value": question._format_value(),
                "material": params.get("material") or "",
            }
            question.message = message[:1].upper() + message[1:]

    @api.model
    def _get_sentences(self):
        """What is odd about a value, by the rule that found it.

        :rtype: dict
        """
        return {
            "layer_high": self.env._(
                "layers of %(value)s are more than 80 %% of the nozzle (%(nozzle)s "
                "mm); they hardly bond."
            ),
            "first_layer_high": self.env._(
                "the first layer of %(value)s is higher than the nozzle is wide "
                "(%(nozzle)s mm)."
            ),
            "layer_not_positive": self.env._(
                "%(field)s is %(value)s; nothing prints so."
            ),
            "nozzle_diameter": self.env._("no printer has a nozzle of %(value)s."),
            "nozzle_temp": self.env._(
                "a nozzle of %(value)s is outside what hot ends do (%(min)s to "
                "%(max)s °C)."
            ),
            "nozzle_temp_material": self.env._(
                "%(material)s is printed at %(min)s to %(max)s °C; the file says "
                "%(value)s."
            ),
            "bed_temp": self.env._(
                "a bed of %(value)s is outside what beds do (0 to %(max)s)."
            ),
            "no_time": self.env._(
                "the file states no print time; plans and costs would reckon with 0."
            ),
            "time_long": self.env._("a print time of %(value)s is more than 60 days."),
            "too_fast": self.env._(
                "%(rate)s g an hour is more than a nozzle melts; time or grams are "
                "wrong."
            ),
            "too_slow": self.env._(
                "%(rate)s g an hour is next to nothing; time or grams are wrong."
            ),
            "too_high": self.env._(
                "a print of %(value)s is higher than the printer prints (%(max)s mm)."
            ),
            "copies": self.env._(
                "more copies (%(value)s) than objects on the plate (%(objects)s)."
            ),
            "density": self.env._("no filament has a density of %(value)s."),
            "diameter": self.env._("no filament has a diameter of %(value)s."),
            "grams": self.env._("%(value)s of one filament on one plate cannot be."),
            "grams_length": self.env._(
                "the file states %(value)s, its length and density make %(expected)s g."
            ),
        }

    # === ACTION METHODS === #

    def action_accept(self, reason=False):
        """Say that the values are right as they are."""
        self.slice_id.check_access("write")
        asked = self.filtered(lambda question: question.state == "open")
        asked.sudo().write(self._prepare_answer_vals("accepted", reason))
        for version, questions in asked.grouped("slice_id").items():
            version._log_accepted(questions)
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_answer_vals(self, state, reason=False):
        """Values of a question that a person answered: what, who, when and why.

        :param str state: ``accepted`` or ``corrected``
        :param str reason: why
        :rtype: dict
        """
        return {
            "state": state,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
            "reason": (reason or "").strip()[:256] or False,
        }

    def _get_record(self):
        """The record whose value is asked about."""
        self.ensure_one()
        return self.filament_id or self.plate_id or self.slice_id

    def _get_place_name(self):
        """Where the value stands, to begin a sentence with; empty for the version."""
        name = self._get_record()._get_place_name()
        return f"{name}: " if name else ""

    def _get_field_label(self):
        name = self.field_name
        record = self._get_record()
        return record._get_fact_label(name) if name in record._fields else name or ""

    def _format_value(self):
        value = (self.params or {}).get("value")
        record = self._get_record()
        if self.field_name in record._get_correctable():
            return record._format_fact(self.field_name, value)
        return (
            ""
            if value is None
            else f"{value} °C"
            if (self.code.startswith("nozzle_temp"))
            else str(value)
        )

    def _prepare_mark(self):
        """What the page of the version shows of a question.

        :rtype: dict
        """
        self.ensure_one()
        record = self._get_record()
        name = self.field_name or ""
        return {
            "id": self.id,
            "message": self.message,
            "state": self.state,
            "res_model": record._name,
            "res_id": record.id,
            "field": name,
            "label": self._get_field_label(),
            "value": record._get_fact(name) if name in record._fields else None,
            "kind": record._get_correctable()[name].kind
            if name in record._get_correctable()
            else "",
            "user": self.user_id.sudo().name or "",
            "date": format_datetime(self.env, self.date, dt_format="short")
            if self.date
            else "",
            "reason": self.reason or "",
        }
