from markupsafe import Markup

from odoo import api, fields, models

from ..slicer import plausibility
from .print3d_correctable import Correctable

# Fields of a version and the common term that says the same, see slicer/vocabulary.
COMMON_FACTS = {
    "printer_model": "printer_model",
    "nozzle_diameter": "nozzle_diameter",
    "layer_height": "layer_height",
    "first_layer_height": "first_layer_height",
    "nozzle_temp": "nozzle_temp",
    "bed_temp": "bed_temp",
}


class Print3dSlice(models.Model):
    """Corrections, own parameters and questions about values of a version."""

    _name = "print3d.slice"
    _inherit = ["print3d.slice", "print3d.correctable"]

    correction_ids = fields.One2many(
        "print3d.correction",
        "slice_id",
        domain=[("plate_id", "=", False), ("filament_id", "=", False)],
        string="Corrections",
    )
    parameter_ids = fields.One2many(
        "print3d.slice.parameter", "slice_id", string="Own Parameters"
    )
    question_ids = fields.One2many("print3d.question", "slice_id", string="Questions")
    questions = fields.Json(string="Questions Shown", compute="_compute_questions")
    flag_count = fields.Integer(
        string="To Check",
        compute="_compute_flag_count",
        store=True,
        help="Values that can hardly be true and that nobody has answered for.",
    )

    # === COMPUTE METHODS === #

    @api.depends("question_ids.state")
    def _compute_flag_count(self):
        for version in self:
            version.flag_count = len(
                version.question_ids.filtered(lambda question: question.state == "open")
            )

    @api.depends("question_ids.state", "question_ids.params", "question_ids.date")
    @api.depends_context("lang", "tz")
    def _compute_questions(self):
        for version in self:
            version.questions = [
                question._prepare_mark()
                for question in version.question_ids
                if question.state != "corrected"
            ]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Start a version with the own parameters of the one before."""
        versions = super().create(vals_list)
        numbers = {
            (version.product_id.id, version.number - 1): version for version in versions
        }
        former = self.sudo().search(
            [
                ("product_id", "in", versions.product_id.ids),
                ("number", "in", list({number for _product, number in numbers})),
                ("parameter_ids.carry_over", "=", True),
            ]
        )
        vals_list = []
        for version_sudo in former:
            version = numbers.get((version_sudo.product_id.id, version_sudo.number))
            if version:
                vals_list += [
                    dict(parameter_sudo._prepare_carried_vals(), slice_id=version.id)
                    for parameter_sudo in version_sudo.parameter_ids
                    if parameter_sudo.carry_over
                ]
        self.env["print3d.slice.parameter"].create(vals_list)
        return versions

    # === CORRECTIONS === #

    @api.model
    def _get_correctable(self):
        return {
            **super()._get_correctable(),
            "printer_model": Correctable("text"),
            "nozzle_diameter": Correctable("number", "mm", 0.05, 5.0),
            "layer_height": Correctable("number", "mm", 0.005, 5.0, digits=3),
            "first_layer_height": Correctable("number", "mm", 0.005, 5.0, digits=3),
            "nozzle_temp": Correctable("integer", "°C", 0, 600),
            "bed_temp": Correctable("integer", "°C", 0, 300),
        }

    def _get_corrected_version(self):
        return self

    def _prepare_correction_place(self):
        return {"slice_id": self.id}

    def _after_correction(self, record, field_names):
        """Hook: a person corrected values of a version, or went back to the file's.

        Production brings the bill of materials of an active version up to date.

        :param record: version, plate or filament of a plate whose values changed
        :param list field_names: the values
        """
        self._ask_questions(is_person=True)

    def _log_correction(self, record, field_name, before, after, reason):
        """Tell of a correction in the version's history."""
        self.ensure_one()
        place = record._get_place_name()
        body = Markup("%s: %s → <b>%s</b>") % (
            f"{place}, {record._get_fact_label(field_name)}"
            if place
            else record._get_fact_label(field_name),
            record._format_fact(field_name, before),
            record._format_fact(field_name, after),
        )
        if reason:
            body += Markup(" (%s)") % reason
        self._message_log(body=body)

    # === QUESTIONS === #

    def _log_accepted(self, questions):
        """Tell in the version's history which odd values a person stands for."""
        self.ensure_one()
        items = Markup().join(
            Markup("<li>%s</li>") % question.message for question in questions
        )
        reason = questions[0].reason
        title = self.env._("Accepted as it is")
        self._message_log(
            body=Markup("%s%s<ul>%s</ul>")
            % (title, f" ({reason})" if reason else "", items)
        )

    def _ask_questions(self, is_person=False):
        """Ask about every value that can hardly be true.

        What was answered for stays answered as long as the numbers are the same.
        Questions that a person settled by correcting a value are kept as such, others
        that no longer hold are dropped.

        :param bool is_person: a person changed a value, not the reading of a file
        """
        Question = self.env["print3d.question"].sudo()
        to_create = []
        for version in self:
            known = {
                (line.plate_id.id, line.filament_id.id, line.code, line.field_name): (
                    line
                )
                for line in version.sudo().question_ids
            }
            for doubt in version._get_doubts():
                vals = version._prepare_question_vals(doubt)
                key = (
                    vals["plate_id"],
                    vals["filament_id"],
                    vals["code"],
                    vals["field_name"],
                )
                question = known.pop(key, None)
                if question is None:
                    to_create.append(vals)
                elif question.state == "corrected" or question.params != vals["params"]:
                    question.write(
                        dict(
                            vals, state="open", user_id=False, date=False, reason=False
                        )
                    )
            gone = Question.union(*known.values()).filtered(
                lambda line: line.state != "corrected"
            )
            if is_person:
                gone.write(Question._prepare_answer_vals("corrected"))
            else:
                gone.unlink()
        Question.create(to_create)

    def _get_doubts(self):
        """What can hardly be true of the figures that count now.

        :return: list of :class:`~odoo.addons.print3d_library.slicer.plausibility.Doubt`
        """
        self.ensure_one()
        if not self.is_sliced:
            return []
        return plausibility.check(self._prepare_figures())

    def _prepare_figures(self):
        """Hook: the figures that are checked.

        :rtype: odoo.addons.print3d_library.slicer.plausibility.Figures
        """
        self.ensure_one()
        return plausibility.Figures(
            layer_height=self._get_stated("layer_height"),
            first_layer_height=self._get_stated("first_layer_height"),
            nozzle_diameter=self.nozzle_diameter or None,
            nozzle_temp=self.nozzle_temp or None,
            bed_temp=self.bed_temp or None,
            bed_height=plausibility.bed_height(self.settings),
            plates=[plate._prepare_figures() for plate in self.plate_ids],
        )

    def _get_stated(self, field_name):
        """A value that counts; a 0 that the file states, ``None`` when it states none.

        :rtype: float or None
        """
        value = self[field_name]
        stated = (self.common or {}).get(COMMON_FACTS[field_name])
        return value or (0.0 if stated == 0 else None)

    def _prepare_question_vals(self, doubt):
        """Values of the question about a doubt.

        :param doubt: :class:`~odoo.addons.print3d_library.slicer.plausibility.Doubt`
        :rtype: dict
        """
        self.ensure_one()
        plate = self.plate_ids.filtered(lambda line: line.index == doubt.plate)
        filament = plate.filament_ids.filtered(lambda line: line.tool == doubt.tool)
        return {
            "slice_id": self.id,
            "plate_id": plate.id,
            "filament_id": filament.id,
            "code": doubt.code,
            "field_name": doubt.field,
            "params": doubt.params,
        }
