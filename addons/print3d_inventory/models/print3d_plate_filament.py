from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import colour, ranking, words

# Confidence of what people chose: for the very same; for a colour next to the one they
# chose it for; for a file that states no colour; for a file that states next to
# nothing, where the last choice is no more than a guess.
LEARNED = 100
LEARNED_NEAR = 95
LEARNED_COLOURLESS = 90
LEARNED_GUESS = 70

# Up to this CIEDE2000 distance a preset's colours are taken for the same filament.
NEAR_COLOUR = 5.0


class Print3dPlateFilament(models.Model):
    _inherit = "print3d.plate.filament"

    slice_id = fields.Many2one(related="plate_id.slice_id", store=True, index=True)
    product_id = fields.Many2one(
        domain=[("is_filament", "=", True)], check_company=True, ondelete="set null"
    )
    file_colours = fields.Char(
        readonly=True, help="All colours of a filament that has several."
    )
    file_price_kg = fields.Float(
        string="Price in the File (per kg)", digits="Product Price", readonly=True
    )
    match_state = fields.Selection(
        [
            ("none", "Not found"),
            ("unsure", "To confirm"),
            ("matched", "Matched"),
            ("confirmed", "Confirmed"),
        ],
        string="Match",
        default="none",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        help="Matched and to confirm are the program's work, confirmed is a person's.",
    )
    match_confidence = fields.Integer(
        string="Confidence (%)", readonly=True, copy=False
    )
    match_distance = fields.Float(
        digits=(6, 1),
        readonly=True,
        copy=False,
        help="CIEDE2000 distance of the file's colour from the matched filament's: "
        "0 is the same, beyond 20 they are plainly different.",
    )
    match_reasons = fields.Json(readonly=True, copy=False)
    match_reason = fields.Char(string="Why", compute="_compute_match_reason")
    match_mark = fields.Json(string="How Sure", compute="_compute_match_reason")
    match_undo = fields.Json(readonly=True, copy=False)
    confirmed_uid = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, copy=False
    )
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    grams_note = fields.Char(compute="_compute_grams_note")
    plate_index = fields.Integer(related="plate_id.index", string="Plate Number")
    file_chip = fields.Json(compute="_compute_file_chip")
    product_chip = fields.Json(related="product_id.filament_chip")

    # === COMPUTE === #

    @api.depends(
        "product_id.filament_density",
        "product_id.material_id.density",
        "product_id.diameter_mm",
    )
    def _compute_grams(self):
        """Add the matched filament to what grams depend on."""
        return super()._compute_grams()

    @api.depends("grams_source", "product_id")
    def _compute_grams_note(self):
        notes = {
            "stated": self.env._("stated by the file"),
            "corrected": self.env._("corrected"),
            "derived": self.env._("from length × density"),
            "unknown": self.env._("unknown: choose a filament"),
        }
        for line in self:
            line.grams_note = notes.get(line.grams_source, "")

    @api.depends("colour", "file_colours", "filament_type", "filament_name", "grams")
    def _compute_file_chip(self):
        for line in self:
            line.file_chip = line._get_chips()

    @api.depends(
        "match_state",
        "match_confidence",
        "match_reasons",
        "confirmed_uid",
        "confirmed_on",
    )
    @api.depends_context("lang", "tz")
    def _compute_match_reason(self):
        labels = dict(self._fields["match_state"]._description_selection(self.env))
        for line in self:
            line.match_reason = line._get_reason_text(line.match_reasons)
            line.match_mark = {
                "state": line.match_state,
                "label": labels[line.match_state],
                "confidence": line.match_confidence
                if line.match_state in ("unsure", "matched")
                else 0,
                "reason": line.match_reason,
            }

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take a filament that is given for a person's choice."""
        return super().create(
            [
                {"match_state": "confirmed", **vals} if vals.get("product_id") else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """Learn from the filament a person chooses; match again what was corrected."""
        if "product_id" in vals:
            vals = dict(vals)
            product = self.env["product.product"].browse(vals.pop("product_id"))
            if product:
                self._confirm(dict.fromkeys(self, product))
            else:
                self._write_matches(
                    {line: self._prepare_match_vals(None) for line in self}
                )
        corrected = self.filtered(
            lambda line: (
                line.match_state != "confirmed"
                and line.slice_id.read_state == "done"
                and any(
                    name in vals and vals[name] != line[name]
                    for name in ("filament_type", "colour", "diameter")
                )
            )
        )
        res = super().write(vals) if vals else True
        corrected._match_filament()
        return res

    # === ACTIONS === #

    def action_match_filament(self):
        """Look again for the filament of the shop that comes closest."""
        self.check_access("write")
        self._match_filament()
        return True

    def action_confirm_match(self):
        """Say that the matched filament is the right one."""
        self.check_access("write")
        if not all(line.product_id for line in self):
            raise UserError(
                self.env._(
                    "There is no filament to confirm on this line yet. Choose one, or "
                    "create it from the file."
                )
            )
        self._confirm({line: line.product_id for line in self})
        return True

    def action_undo_match(self):
        """Take a confirmation back, and what was learned from it."""
        self.check_access("write")
        lines = self.filtered(lambda line: line.match_state == "confirmed")
        undo = {line: line.match_undo or {} for line in lines}
        Product = self.env["product.product"]
        existing = Product.browse(
            [data["product_id"] for data in undo.values() if data.get("product_id")]
        ).exists()
        self.env["print3d.filament.match"]._unlearn(
            [data["learned"] for data in undo.values() if data.get("learned")]
        )
        vals_by_line = {}
        for line, data in undo.items():
            vals = self._prepare_match_vals(None)
            product = Product.browse(data.get("product_id")) & existing
            if product:
                vals.update(
                    product_id=product.id,
                    match_state=data["state"],
                    match_confidence=data["confidence"],
                    match_distance=data["distance"],
                    match_reasons=data["reasons"],
                    confirmed_uid=data.get("uid", False),
                    confirmed_on=data.get("on", False),
                )
            vals_by_line[line] = vals
        self._write_matches(vals_by_line)
        lines._match_likes()
        return True

    def action_choose_filament(self):
        """Open the filaments that come closest, best first."""
        self.ensure_one()
        wizard = self.env["print3d.filament.choose"]._create_for_line(self)
        return wizard._get_action()

    def action_create_filament(self):
        """Open the form of a new filament, filled in from what the file says."""
        wizard = self.env["print3d.filament.create"]._create_from_lines(self)
        return wizard._get_action()

    # === CONFIRMING === #

    @api.model
    def _confirm(self, choices):
        """Have a person's choices stay, learn from them, and follow on like lines.

        :param dict choices: the filament (product.product) of each line
        """
        choices = {
            line: product
            for line, product in choices.items()
            if line.match_state != "confirmed" or line.product_id != product
        }
        wishes = {line: line._get_wish() for line in choices}
        tokens = self.env["print3d.filament.match"]._learn(
            [
                (line._get_match_company(), wishes[line], product)
                for line, product in choices.items()
            ]
        )
        now = fields.Datetime.now()
        said = [
            "confirmed",
            {"user": self.env.user.name, "date": fields.Datetime.to_string(now)},
        ]
        vals_by_line = {}
        for (line, product), token in zip(choices.items(), tokens, strict=True):
            hexes = product._get_colours()
            wanted = wishes[line].colours
            distance = colour.distance(wanted, hexes) if hexes and wanted else 0.0
            vals_by_line[line] = {
                "product_id": product.id,
                "match_state": "confirmed",
                "match_confidence": LEARNED,
                "match_distance": round(distance, 1),
                "match_reasons": [said],
                "match_undo": {**line._prepare_undo(), "learned": token},
                "confirmed_uid": self.env.uid,
                "confirmed_on": now,
            }
        self._write_matches(vals_by_line)
        self.browse().union(*choices)._match_likes()

    def _prepare_undo(self):
        """Return what a line is before a person decides."""
        self.ensure_one()
        before = {
            "product_id": self.product_id.id,
            "state": self.match_state,
            "confidence": self.match_confidence,
            "distance": self.match_distance,
            "reasons": self.match_reasons or False,
        }
        if self.confirmed_on:
            before["uid"] = self.confirmed_uid.id
            before["on"] = fields.Datetime.to_string(self.confirmed_on)
        return before

    def _match_likes(self):
        """Match the other lines of these versions that want the same filament."""
        Match = self.env["print3d.filament.match"]
        keys = {Match._get_keys(line._get_wish())[1] for line in self}
        self.slice_id.filament_line_ids.filtered(
            lambda line: (
                line not in self
                and line.match_state != "confirmed"
                and Match._get_keys(line._get_wish())[1] in keys
            )
        )._match_filament()

    def _get_match_company(self):
        """Return the company whose choices count: a shared model has none."""
        self.ensure_one()
        return self.company_id or self.env.company

    # === MATCHING === #

    def _match_filament(self):
        """Find the filament of the shop for each line that no person has decided on.

        What people chose for the same words of a file comes first, then the filament
        with the highest confidence. Below the confidence of ``ranking.POSSIBLE``
        nothing is matched.
        """
        lines = self.filtered(lambda line: line.match_state != "confirmed")
        vals_by_line = {}
        for line, matches in lines._rank_filaments(limit=1).items():
            match = matches[0] if matches else None
            if match and match.confidence < ranking.POSSIBLE:
                match = None
            vals_by_line[line] = self._prepare_match_vals(match)
        self._write_matches(vals_by_line)

    @api.model
    def _prepare_match_vals(self, match):
        """Return the values of what the program found.

        :param match: a ``Match`` of the ranking, or None
        """
        vals = {
            "product_id": False,
            "match_state": "none",
            "match_confidence": 0,
            "match_distance": 0.0,
            "match_reasons": False,
            "match_undo": False,
            "confirmed_uid": False,
            "confirmed_on": False,
        }
        if match:
            sure = match.confidence >= ranking.SURE
            vals.update(
                product_id=match.id,
                match_state="matched" if sure else "unsure",
                match_confidence=match.confidence,
                match_distance=match.distance or 0.0,
                match_reasons=match.reasons,
            )
        return vals

    @api.model
    def _write_matches(self, vals_by_line):
        """Write matches that differ from line to line, in as many queries as one.

        A write for each line would look up what depends on it each time.

        :param dict vals_by_line: for each line all values of a match
        """
        lines = self.browse().union(*vals_by_line)
        lines.check_access("write")
        names = list(self._prepare_match_vals(None))
        written = [self._fields[name] for name in names]
        moved = lines.filtered(
            lambda line: line.product_id.id
            != (vals_by_line[line]["product_id"] or False)
        )
        lines.modified(names, before=True)
        with self.env.protecting(written, lines):
            for line, vals in vals_by_line.items():
                for name in names:
                    line[name] = vals[name]
        lines.modified(names)
        # What an active version is made of follows, once all of it is known again. A
        # file that is being read tells it itself.
        moved.slice_id.filtered(
            lambda version: (
                version.state == "active"
                and version.read_state == "done"
                and all(line.product_id for line in version.filament_line_ids)
            )
        )._after_figures()

    def _rank_filaments(self, limit=5):
        """Return the filaments that come closest to what each line wants, best first.

        The number of queries depends neither on the lines nor on the filaments.

        :return: ``{line: [Match, …]}``
        :rtype: dict
        """
        result = {}
        for company, lines in self.grouped(
            lambda line: line._get_match_company()
        ).items():
            catalogue = self.env["product.product"]._get_catalogue(company)
            wishes = {line: line._get_wish() for line in lines}
            learned = self.env["print3d.filament.match"]._get_learned(
                company, wishes.values()
            )
            ranked = {}
            for line, wish in wishes.items():
                if wish not in ranked:
                    ranked[wish] = self._rank_wish(wish, catalogue, learned, limit)
                result[line] = ranked[wish]
        return result

    @api.model
    def _rank_wish(self, wish, catalogue, learned, limit):
        """Return the filaments for one wish: what was learned, then what is alike."""
        key, preset_key = self.env["print3d.filament.match"]._get_keys(wish)
        records = learned.get(preset_key, self.env["print3d.filament.match"]).filtered(
            lambda record: record.product_id.id in catalogue
        )
        lines = frozenset(
            record.product_id.product_tmpl_id.id
            for record in records
            # Without a preset or a maker any filament of the material has this key.
            if words.brand_key(record.vendor) or record.preset
        )
        matches = catalogue.rank(replace(wish, lines=lines), limit)
        chosen = self._get_learned_match(wish, key, records)
        if chosen:
            alike = [match for match in matches if match.id != chosen.id]
            matches = [chosen, *alike][:limit]
        return matches

    @api.model
    def _get_learned_match(self, wish, key, records):
        """Return what people chose for a wish, or None.

        First for all the file says; then, in the colour next to it; then for a file
        that states no colour (or its slicer's own), when they chose but one filament.

        :param records: what was learned for the preset, in whatever colour
        """
        says_little = not (
            wish.colours or wish.preset.strip() or words.brand_key(wish.vendor)
        ) or not (wish.type.strip() or wish.preset.strip())
        same = records.filtered(lambda record: record.key == key)
        if same:
            guess = says_little and LEARNED_GUESS
            return self._to_match(same, guess or LEARNED, "learned", 0.0)
        if says_little or not records:
            return None
        if not wish.colours or ranking.is_unchosen(wish):
            if len(records.product_id) == 1:
                record = records.sorted("count", reverse=True)[:1]
                return self._to_match(record, LEARNED_COLOURLESS, "learned_preset", 0.0)
            return None
        near = [
            (distance, record)
            for record in records
            if record.colours
            for distance in (
                colour.distance(wish.colours, colour.read_hexes(record.colours)),
            )
            if distance <= NEAR_COLOUR
        ]
        if not near:
            return None
        distance, record = min(near, key=lambda item: (item[0], -item[1].count))
        return self._to_match(record, LEARNED_NEAR, "learned_near", distance)

    @api.model
    def _to_match(self, record, confidence, code, distance):
        return ranking.Match(
            record.product_id.id,
            confidence,
            round(distance, 1),
            [
                [
                    code,
                    {
                        "user": record.last_uid.name or "",
                        "date": fields.Datetime.to_string(record.last_on),
                        "count": record.count,
                        "distance": round(distance, 1),
                    },
                ]
            ],
        )

    def _get_wish(self):
        """Return what the file wants of this tool.

        :rtype: odoo.addons.print3d_inventory.tools.ranking.Wish
        """
        self.ensure_one()
        preset = words.clean_preset(self.filament_name)
        material = self.env["print3d.material"]._find_wanted(self.filament_type, preset)
        return ranking.Wish(
            material_id=material.id or 0,
            type=self.filament_type or "",
            vendor=self.vendor or "",
            preset=preset,
            colours=tuple(self._get_file_colours()),
            diameter=self.diameter,
        )

    def _get_file_colours(self):
        """Return the colours the file states, all of a filament of several.

        A colour a person corrected is the only one.
        """
        self.ensure_one()
        single = colour.read_hexes(self.colour or "")
        several = colour.read_hexes(self.file_colours or "")
        return several if set(single) <= set(several) else single

    # === WORDS === #

    @api.model
    def _get_reason_text(self, reasons):
        """Return why a filament was matched, as one sentence a person reads.

        :param reasons: pairs of a code and its parameters, as the ranking gives them
        """
        texts = [
            self._get_reason(code, dict(params)) for code, params in (reasons or [])
        ]
        text = ", ".join(text for text in texts if text)
        return text[:1].upper() + text[1:]

    @api.model
    def _get_reason(self, code, params):
        """Hook: return the words of one reason."""
        if "trait" in params:
            params["trait"] = self._get_trait_name(params["trait"])
        if params.get("date"):
            moment = fields.Datetime.to_datetime(params["date"])
            params["date"] = format_date(
                self.env, fields.Datetime.context_timestamp(self, moment).date()
            )
        return self._get_reason_words().get(code, "") % params

    @api.model
    def _get_reason_words(self):
        """Hook: return the words of all reasons by their code."""
        return {
            "material": self.env._("same material"),
            "material_family": self.env._("related material (%(material)s)"),
            "material_unstated": self.env._("the file states no material"),
            "fibre_missing": self.env._(
                "without the fibre (%(wanted)s) the file wants"
            ),
            "fibre_extra": self.env._("with fibre (%(has)s)"),
            "fibre_other": self.env._("fibre %(has)s, not %(wanted)s"),
            "line": self.env._("the product line you chose for this preset"),
            "lacks": self.env._("not %(trait)s as the file wants"),
            "extra": self.env._("is %(trait)s"),
            "brand": self.env._("brand %(brand)s"),
            "brand_other": self.env._("other brand than %(brand)s"),
            "colour": self.env._("colour ΔE %(distance)s"),
            "colour_unstated": self.env._("the file states no colour"),
            "colour_unknown": self.env._("its colour is not known"),
            "colour_unchosen": self.env._(
                "the colour is the slicer's own, nobody chose it"
            ),
            "colour_several": self.env._("one of its colours"),
            "words": self.env._("named “%(words)s” too"),
            "stock": self.env._("in stock"),
            "no_stock": self.env._("none in stock"),
            "confirmed": self.env._("confirmed by %(user)s on %(date)s"),
            "learned": self.env._(
                "chosen before for the same, %(count)s×, last by %(user)s on %(date)s"
            ),
            "learned_preset": self.env._(
                "the only one chosen for this preset, last by %(user)s on %(date)s"
            ),
            "learned_near": self.env._(
                "chosen for this preset in nearly this colour (ΔE %(distance)s), last "
                "by %(user)s on %(date)s"
            ),
        }

    @api.model
    def _get_trait_name(self, trait):
        return {
            "support": self.env._("for supports"),
            "foaming": self.env._("foaming"),
            "conductive": self.env._("conductive"),
            "glow": self.env._("glowing"),
            "wood": self.env._("wood-filled"),
            "metal": self.env._("metal-filled"),
            "gradient": self.env._("of changing colour"),
            "silk": self.env._("silk"),
            "matte": self.env._("matte"),
            "marble": self.env._("marbled"),
            "sparkle": self.env._("sparkling"),
            "translucent": self.env._("translucent"),
            "flame": self.env._("flame-retardant"),
            "ams": self.env._("for the AMS"),
            "plus": self.env._("of the tough (+) kind"),
            "fast": self.env._("for high speed"),
        }.get(trait, trait)

    # === CHIPS AND FIGURES === #

    def _prepare_chip(self):
        """Show all colours of a filament that has several."""
        return {**super()._prepare_chip(), "colours": self._get_file_colours()}

    def _get_density(self):
        """The matched filament knows its density better than the file."""
        self.ensure_one()
        return self.product_id._get_filament_density() or super()._get_density()

    def _get_diameter(self):
        """Take the matched filament's diameter when the file states none."""
        self.ensure_one()
        return self.diameter or self.product_id.diameter_mm or super()._get_diameter()
