from odoo import api, fields, models

from ..tools import colour, words

MAX_PART = 120


class Print3dFilamentMatch(models.Model):
    """What people of a company chose for what files say of a filament.

    ``key`` is all of it; ``preset_key`` the same without the colour.
    """

    _name = "print3d.filament.match"
    _description = "Learned Filament"
    _order = "last_on desc, id desc"
    _rec_name = "product_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    key = fields.Char(required=True, readonly=True)
    preset_key = fields.Char(required=True, readonly=True, index=True)
    filament_type = fields.Char(string="Material", readonly=True)
    vendor = fields.Char(string="Brand", readonly=True)
    preset = fields.Char(readonly=True)
    colours = fields.Char(string="Colour", readonly=True)
    diameter = fields.Float(string="Diameter (mm)", digits=(4, 2), readonly=True)
    file_chip = fields.Json(string="The File Wants", compute="_compute_file_chip")
    product_id = fields.Many2one(
        "product.product",
        string="Printed with",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    product_chip = fields.Json(related="product_id.filament_chip", string="In Stock")
    count = fields.Integer(
        string="Confirmed",
        default=1,
        readonly=True,
        help="How often people confirmed it. Choosing another filament starts anew.",
    )
    last_uid = fields.Many2one("res.users", string="Last by", readonly=True)
    last_on = fields.Datetime(string="Last on", readonly=True)
    previous_product_id = fields.Many2one(
        "product.product",
        string="Before",
        readonly=True,
        ondelete="set null",
        help="What was chosen until somebody chose another one.",
    )
    previous_count = fields.Integer(readonly=True)

    _key_uniq = models.UniqueIndex(
        "(company_id, key)",
        "Somebody confirmed the same filament at this moment. Try again.",
    )

    @api.depends("filament_type", "colours", "preset")
    def _compute_file_chip(self):
        for match in self:
            match.file_chip = [
                {
                    "colours": colour.read_hexes(match.colours or ""),
                    "material": match.filament_type or "",
                    "grams": 0.0,
                    "name": match.preset or "",
                }
            ]

    def action_forget(self):
        """Forget these choices; lines that were confirmed stay as they are."""
        self.unlink()
        return True

    # === KEYS === #

    @api.model
    def _get_keys(self, wish):
        """Return ``(key, preset_key)`` of what a file says of a filament.

        Case, accents, blanks, the printer a preset is made for and the many ways of
        writing a maker's name make no difference.

        :param wish: ``Wish`` of the ranking
        """
        parts = (
            "".join(words.split(wish.type)),
            words.brand_key(wish.vendor),
            " ".join(words.split(words.clean_preset(wish.preset))),
            "2.85" if wish.diameter and round(wish.diameter) > 2 else "1.75",
        )
        preset_key = "|".join(part[:MAX_PART] for part in parts)
        return f"{preset_key}|{' '.join(sorted(wish.colours))}", preset_key

    # === LEARNING === #

    @api.model
    def _learn(self, choices):
        """Remember what a person chose; a contradicting choice moves it.

        :param choices: ``[(company, wish, product), …]``
        :return: for each choice what :meth:`_unlearn` takes it back with
        :rtype: list[dict]
        """
        known = self._get_known(
            [(company, self._get_keys(wish)[0]) for company, wish, _product in choices]
        )
        now = fields.Datetime.now()
        tokens, to_create = [], {}
        for company, wish, product in choices:
            key, preset_key = self._get_keys(wish)
            place = (company.id, key)
            token = {"company_id": company.id, "key": key, "product_id": product.id}
            match = known.get(place)
            if match and match.product_id == product:
                match.write(
                    {
                        "count": match.count + 1,
                        "last_uid": self.env.uid,
                        "last_on": now,
                    }
                )
            elif match:
                match.write(
                    {
                        "previous_product_id": match.product_id.id,
                        "previous_count": match.count,
                        "product_id": product.id,
                        "count": 1,
                        "last_uid": self.env.uid,
                        "last_on": now,
                    }
                )
            elif place in to_create and to_create[place]["product_id"] == product.id:
                to_create[place]["count"] += 1
            else:
                to_create[place] = {
                    "company_id": company.id,
                    "key": key,
                    "preset_key": preset_key,
                    "filament_type": wish.type or False,
                    "vendor": wish.vendor or False,
                    "preset": words.clean_preset(wish.preset) or False,
                    "colours": ",".join(wish.colours) or False,
                    "diameter": wish.diameter or 1.75,
                    "product_id": product.id,
                    "count": 1,
                    "last_uid": self.env.uid,
                    "last_on": now,
                }
            tokens.append(token)
        self.create(list(to_create.values()))
        return tokens

    @api.model
    def _unlearn(self, tokens):
        """Take confirmations back that :meth:`_learn` remembered.

        What was moved since by another choice stays.

        :param tokens: list of what it returned
        """
        companies = self.env["res.company"]
        known = self._get_known(
            [(companies.browse(token["company_id"]), token["key"]) for token in tokens]
        )
        for token in tokens:
            match = known.get((token["company_id"], token["key"]))
            if not match or match.product_id.id != token["product_id"]:
                continue
            if match.count > 1:
                match.count -= 1
            elif match.previous_product_id:
                match.write(
                    {
                        "product_id": match.previous_product_id.id,
                        "count": match.previous_count,
                        "previous_product_id": False,
                        "previous_count": 0,
                    }
                )
            else:
                known.pop((token["company_id"], token["key"]))
                match.unlink()

    @api.model
    def _get_known(self, places):
        """Return ``{(company id, key): record}`` of those that are learned."""
        found = self.search(
            [
                ("company_id", "in", list({company.id for company, _key in places})),
                ("key", "in", list({key for _company, key in places})),
            ]
        )
        return {(match.company_id.id, match.key): match for match in found}

    @api.model
    def _get_learned(self, company, wishes):
        """Return what was learned that bears on some wishes, of one company.

        :param wishes: list of ``Wish`` of the ranking
        :return: ``{preset_key: records}``
        :rtype: dict
        """
        preset_keys = {self._get_keys(wish)[1] for wish in wishes}
        found = self.search(
            [
                ("company_id", "=", company.id),
                ("preset_key", "in", list(preset_keys)),
                ("product_id.active", "=", True),
            ]
        )
        return found.grouped("preset_key")
