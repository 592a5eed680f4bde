from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import colour


class Print3dColoured(models.AbstractModel):
    """What a filament looks like, whether it is the shop's or in the catalogue."""

    _name = "print3d.coloured"
    _description = "Coloured"

    colour_hexes = fields.Char(
        string="Colour",
        help="#RRGGBB; several separated by commas for a multicolour filament.",
    )
    colour_direction = fields.Selection(
        [
            ("coaxial", "Side by side (changes with the angle)"),
            ("longitudinal", "One after the other (changes along the spool)"),
        ],
        string="Several Colours",
        help="How the colours of a multicolour filament lie in it.",
    )
    finish = fields.Selection(
        [
            ("matte", "Matte"),
            ("satin", "Satin"),
            ("glossy", "Glossy"),
            ("silk", "Silk"),
            ("metallic", "Metallic"),
        ],
    )
    pattern = fields.Selection(
        [("marble", "Marble"), ("sparkle", "Sparkle"), ("wood", "Wood")],
    )
    is_translucent = fields.Boolean(
        string="Translucent", help="One sees through it, at least a little."
    )
    is_glowing = fields.Boolean(
        string="Glows in the Dark", help="Its pigment grinds brass nozzles away."
    )
    colour_family = fields.Selection(
        "_get_colour_families",
        compute="_compute_colour_family",
        store=True,
        index="btree_not_null",
        help="The nearest word for its colour, to group and to filter by.",
    )
    colour_like = fields.Char(
        string="Like the Colour",
        store=False,
        search="_search_colour_like",
        help="Finds what comes near a colour: a name such as teal, or #0F8B8D.",
    )

    @api.model
    def _get_colour_families(self):
        return [
            *((name.lower().replace(" ", "_"), name) for name in colour.PALETTE),
            ("several", self.env._("Several colours")),
        ]

    @api.depends("colour_hexes")
    def _compute_colour_family(self):
        hexes = [colour.read_hexes(record.colour_hexes or "") for record in self]
        for record, family in zip(self, colour.families(hexes), strict=True):
            record.colour_family = family.lower().replace(" ", "_") or False

    @api.constrains("colour_hexes")
    def _check_colour_hexes(self):
        for record in self:
            try:
                colour.split_hexes(record.colour_hexes)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(text)s is not a colour. Write it as #RRGGBB, several of "
                        "them separated by commas.",
                        text=str(error),
                    )
                ) from error

    # === LIKENESS === #

    @api.model
    def _search_colour_like(self, operator, value):
        """Find what is near a colour, or has the word in the name of its colour."""
        if operator not in ("=", "ilike", "in"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else list(value or [])
        found = []
        for text in texts:
            wanted = colour.find_colours(text)
            if wanted:
                found += [
                    key
                    for key, distance in self._rank_colours(wanted)
                    if distance <= colour.NEAR
                ]
        return Domain("id", "in", found) | Domain.OR(
            self._get_colour_name_domain(text) for text in texts if text
        )

    @api.model
    def _get_colour_name_domain(self, text):
        """Hook: return what has ``text`` in the name of its colour."""
        return Domain.FALSE

    @api.model
    def _rank_colours(self, wanted):
        """Return ``(id, CIEDE2000)`` of all records, the nearest first.

        :param wanted: list of ``#RRGGBB``
        """
        self.flush_model(["colour_hexes"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, colour_hexes FROM %s WHERE colour_hexes > ''",
                SQL.identifier(self._table),
            )
        )
        return colour.rank(
            wanted, [(key, colour.read_hexes(text)) for key, text in rows]
        )

    def _order_to_sql(self, order, query, alias=None, reverse=False):
        """Put the nearest first where the context names a colour to be near to."""
        wanted = colour.read_hexes(self.env.context.get("print3d_colour_near") or "")
        if not wanted or self._abstract:
            return super()._order_to_sql(order, query, alias, reverse)
        ids = [key for key, _distance in self._rank_colours(wanted)]
        return SQL(
            "ARRAY_POSITION(%s::int[], %s), %s",
            ids,
            SQL.identifier(alias or self._table, "id"),
            SQL.identifier(alias or self._table, "id"),
        )

    def _get_similar_action(self, action):
        """Return ``action`` (of this model) with what looks like this record.

        :param dict action: a window action, to be changed
        """
        self.ensure_one()
        action["domain"] = [
            ("colour_like", "=", self.colour_hexes or "none"),
            ("id", "!=", self.id),
        ]
        action["context"] = {"print3d_colour_near": self.colour_hexes or ""}
        action["display_name"] = self.env._("Like %(name)s", name=self.display_name)
        return action

    # === SWATCH === #

    def _get_swatch(self):
        """Return what the mark of a filament is drawn with.

        Beside the colours only what there is to be seen: direction, finish, pattern,
        translucent, glow.

        :rtype: dict
        """
        self.ensure_one()
        looks = {
            "direction": self.colour_direction,
            "finish": self.finish,
            "pattern": self.pattern,
            "translucent": self.is_translucent,
            "glow": self.is_glowing,
        }
        return {
            "colours": colour.read_hexes(self.colour_hexes or ""),
            **{name: value for name, value in looks.items() if value},
        }
