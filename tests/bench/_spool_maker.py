"""Fills a shop with spools that have a past: some told, the others copied in SQL.

The first ones are told deed by deed through the ledger, as people and printers tell it.
The others are copies of these in the tables: a spool with its stock, its stock moves
and its ledger, of another filament, on another shelf and at another time. So they add
up as the first ones do, which :meth:`Maker.check` tells of all of them.
"""

import random
import time
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

# Spools told through the ledger, and days from their receipt to today.
TOLD = 40
DAYS = 60
# Days over which copies are spread.
YEARS = 730
FULL, TARE = 1000.0, 212.0
SHELVES, SLOTS = 40, 60
SPOOLS_A_FILAMENT = 25

BRANDS = """
Nordfil Halcyon Kestrel Lumen Orchard Basalt Quill Saffron Tidewater Umbra Vireo
Wicker Zephyr Alder Birch Cinder Drift Ember Fjord Garnet Harbour Indigo Juniper
""".split()
SERIES = ("", "", "", "Matte", "Silk", "Pro", "Galaxy", "Tough", "Rapid")
SHADES = {
    "Black": "#1A1A1A",
    "White": "#F5F5F5",
    "Grey": "#8C8C8C",
    "Signal Red": "#C1121F",
    "Sky Blue": "#56B7E6",
    "Ocean Blue": "#1D4ED8",
    "Teal": "#0F8B8D",
    "Forest Green": "#14532D",
    "Lime": "#BECF00",
    "Orange": "#F77F00",
    "Yellow": "#FEC600",
    "Violet": "#5E43B7",
    "Pink": "#F55A74",
    "Brown": "#6F5034",
    "Beige": "#E4BDAB",
    "Gold": "#C8A24A",
}
MATERIALS = ("pla",) * 11 + ("petg",) * 5 + ("abs",) * 2 + ("asa", "tpu")


class Maker:
    """Makes filaments, places and spools; adds more of them later.

    :param env: of the superuser
    :param user: who tells what is told
    :param int moves: stock moves of a spool on average
    """

    def __init__(self, env, user, moves):
        self.env = env
        self.user = user
        self.moves = moves
        self.random = random.Random(11)
        self.filaments = env["product.product"]
        self.weights = []
        stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
        self.shelves = env["stock.location"].create(
            [
                {
                    "name": f"Bench {number // 8 + 1}.{number % 8 + 1}",
                    "location_id": stock.id,
                    "print3d_kind": "shelf",
                }
                for number in range(SHELVES)
            ]
        )
        self.slots = env["stock.location"].create(
            [
                {
                    "name": f"Bench slot {number + 1}",
                    "location_id": stock.id,
                    "print3d_kind": "slot",
                    "slot_number": number + 1,
                }
                for number in range(SLOTS)
            ]
        )
        brands = env["res.partner"].create(
            [{"name": name, "is_company": True} for name in BRANDS]
        )
        self.brands = brands.ids
        self.scale = env["print3d.device"].create(
            {"name": "Bench scale", "kind": "scale", "user_id": user.id}
        )
        self.donors = env["stock.lot"]
        self.made = 0

    # === FILAMENTS === #

    def add_filaments(self, count):
        """Make filaments; of a few there are many spools, of most a few."""
        pick = self.random.choice
        vals_list = []
        for _number in range(count):
            material = self.env.ref(f"print3d_inventory.material_{pick(MATERIALS)}")
            brand = self.random.randrange(len(self.brands))
            shade = pick(list(SHADES))
            words = (BRANDS[brand], material.name, pick(SERIES), shade)
            vals_list.append(
                {
                    "name": " ".join(word for word in words if word),
                    "is_filament": True,
                    "material_id": material.id,
                    "brand_id": self.brands[brand],
                    "colour_hexes": self._vary(SHADES[shade]),
                    "own_colour_name": shade,
                    "net_weight_g": FULL,
                    "tare_weight_g": TARE,
                    "standard_price": 0.02,
                }
            )
        filaments = self.env["product.product"].create(vals_list)
        # Their price was noted just now; what is told below lies before that.
        self.env["product.value"].search(
            [("product_id", "in", filaments.ids)]
        ).date = self._ago(DAYS + YEARS + 1)
        self.filaments += filaments
        self.weights = [1 / (rank + 3) for rank in range(len(self.filaments))]

    def _vary(self, hexes):
        """A colour that is not quite the same."""
        parts = [int(hexes[at : at + 2], 16) for at in (1, 3, 5)]
        near = [min(255, max(0, part + self.random.randint(-12, 12))) for part in parts]
        return "#{:02X}{:02X}{:02X}".format(*near)

    # === SPOOLS THAT ARE TOLD === #

    def tell(self, count):
        """Tell the past of ``count`` spools; what that took.

        :rtype: dict
        """
        start = time.perf_counter()
        [filament] = self.filaments[:1]
        deeds = 0
        for number, size in enumerate(self._sizes(count)):
            spool = self._receive(filament, self._ago(DAYS))
            deeds += 1 + self._tell_past(spool, size - 1)
            self.donors += spool.with_env(self.env)
            self.env.cr.commit()
            self.env.invalidate_all()
            if number % 10 == 9:
                print(f"{number + 1:>7} of {count} spools told", flush=True)
        self._backdate()
        self.made += count
        seconds = time.perf_counter() - start
        print(
            f"{count} spools with {deeds:,} deeds told in {seconds:.0f} s, "
            f"{deeds / seconds:.0f} a second"
        )
        return {"spools": count, "deeds": deeds, "seconds": round(seconds, 1)}

    def _backdate(self):
        """Give stock moves the time that the ledger was told."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE stock_move_line AS line SET date = entry.happened_on
              FROM print3d_spool_entry AS entry
             WHERE entry.id = line.spool_entry_id AND line.lot_id = ANY(%(lots)s);
            UPDATE stock_move AS move SET date = line.date
              FROM stock_move_line AS line
             WHERE line.move_id = move.id AND line.lot_id = ANY(%(lots)s);
            """,
            {"lots": self.donors.ids},
        )
        self.env.invalidate_all()

    def _sizes(self, count):
        """Moves of each spool: a fifth is sealed, a few have a long past."""
        sealed = count // 5
        rest = [self.random.lognormvariate(0, 0.7) for _one in range(count - sealed)]
        share = (count * self.moves - sealed) / sum(rest)
        sizes = [1] * sealed + [max(2, round(one * share)) for one in rest]
        # What rounding took or gave.
        sizes[-1] = max(2, sizes[-1] + count * self.moves - sum(sizes))
        return sizes

    def _ago(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    def _receive(self, filament, when):
        wizard = (
            self.env["print3d.spool.add"]
            .with_user(self.user)
            .create(
                {
                    "product_id": filament.id,
                    "count": 1,
                    "net_weight_g": FULL,
                    "price_per_kg": self.random.choice((18, 20, 22)),
                    "location_id": self.shelves[0].id,
                }
            )
        )
        spool = wizard.with_context(print3d_spool_happened_on=when)._add_spools()
        return spool.with_context({"allowed_company_ids": self.user.company_ids.ids})

    def _tell_past(self, spool, count):
        """Tell deeds of one move each; a share of the spool is left in the end."""
        if not count:
            return 0
        kinds = self._choose_deeds(count)
        uses = kinds.count("use")
        gone = FULL * self.random.choice((0.2, 0.5, 0.7, 0.85, 0.93, 1.0))
        for number, kind in enumerate(kinds, start=1):
            when = self._ago(DAYS - number * (DAYS - 1) / count)
            left = spool.remaining_g
            if kind == "use":
                value = min(left, gone / uses)
            elif kind == "weigh":
                value = TARE + max(0.0, left + self.random.choice((-7, -4, -2, 3, 5)))
            elif kind == "count":
                value = max(0.0, left - 5)
            elif kind == "load":
                value = self.slots[0].id
            elif kind == "move":
                value = self.shelves[0].id
            # What is empty lies nowhere and holds nothing to take.
            if kind in ("use", "load", "move") and not left:
                kind, value = "count", self.random.choice((1.5, 2.5))
            value = value if kind in ("load", "move") else round(value, 2)
            spool._print3d_record(kind, value, happened_on=when)
        self._take_home(spool)
        return count

    def _choose_deeds(self, count):
        """Kinds of deeds in turn; what is loaded is taken out again."""
        kinds = ["use"]
        while len(kinds) < count:
            chance = self.random.random()
            if chance < 0.1 and len(kinds) < count - 2:
                kinds += ["load", "use", "move"]
            else:
                kinds.append(
                    "weigh" if chance < 0.22 else "count" if chance < 0.26 else "use"
                )
        return kinds[:count]

    def _take_home(self, spool):
        if spool._get_stock_quants().location_id - self.shelves[0]:
            spool._move_to(self.shelves[0])

    # === SPOOLS THAT ARE COPIED === #

    def copy(self, count):
        """Copy the spools that were told until ``count`` more are there."""
        if count <= 0:
            return {"spools": 0, "seconds": 0.0}
        start = time.perf_counter()
        self.env.flush_all()
        self._plan(count)
        shelf = self.shelves[0].id
        shift = SQL("spool.shift")
        place = {
            name: SQL(
                "CASE WHEN source.%(name)s = %(shelf)s THEN spool.shelf_id"
                " ELSE source.%(name)s END",
                name=SQL.identifier(name),
                shelf=shelf,
            )
            for name in ("location_id", "location_dest_id")
        }
        product = {"product_id": SQL("spool.product_id")}
        lot = {"lot_id": SQL("spool.lot_id")}
        self._insert(
            "stock_lot",
            "bench_lot",
            {
                **product,
                "name": SQL("'B' || LPAD(spool.lot_id::text, 7, '0')"),
                "location_id": place["location_id"],
                "create_date": SQL("source.create_date - %s", shift),
            },
        )
        date = {"date": SQL("source.date - %s", shift)}
        self._insert("stock_move", "bench_move", {**product, **place, **date})
        told = SQL("source.happened_on - %s", shift)
        self._insert(
            "print3d_spool_entry",
            "bench_entry",
            {**product, **lot, "happened_on": told, "create_date": told},
        )
        self._insert(
            "stock_move_line",
            "bench_line",
            {
                **product,
                **lot,
                **place,
                **date,
                "move_id": self._get_copy("bench_move", "move_id"),
                "spool_entry_id": self._get_copy("bench_entry", "spool_entry_id"),
            },
        )
        self._insert(
            "stock_quant",
            "bench_quant",
            {
                **product,
                **lot,
                "location_id": place["location_id"],
                "in_date": SQL("source.in_date - %s", shift),
            },
        )
        self._follow_products()
        self.env.cr.commit()
        self.made += count
        seconds = time.perf_counter() - start
        print(f"{count:,} spools copied in {seconds:.0f} s\n", flush=True)
        return {"spools": count, "seconds": round(seconds, 1)}

    def _plan(self, count):
        """Say of each new spool what it is a copy of, and give all rows numbers."""
        cr = self.env.cr
        products = self.random.choices(self.filaments.ids, self.weights, k=count)
        donors = self.random.choices(self.donors.ids, k=count)
        shelves = self.random.choices(self.shelves.ids, k=count)
        days = [self.random.uniform(0, YEARS) for _one in range(count)]
        cr.execute(
            """
            DROP TABLE IF EXISTS bench_spool, bench_lot, bench_move, bench_entry,
                bench_line, bench_quant;
            CREATE TEMP TABLE bench_spool AS
            SELECT nextval('stock_lot_id_seq')::int AS lot_id, donor_id, product_id,
                   shelf_id, days * interval '1 day' AS shift
              FROM unnest(%s, %s, %s, %s) AS new(donor_id, product_id, shelf_id, days);
            CREATE UNIQUE INDEX ON bench_spool (lot_id);
            CREATE TEMP TABLE bench_lot AS
            SELECT donor_id AS old, lot_id AS id, lot_id FROM bench_spool;
            """,
            (donors, products, shelves, days),
        )
        # Rows are numbered in the order of time, as they come in a shop.
        for table, name, when in (
            ("stock_move_line", "line", "source.date"),
            ("print3d_spool_entry", "entry", "source.happened_on"),
            ("stock_quant", "quant", "source.in_date"),
        ):
            self._number(table, name, SQL(when), SQL("source.lot_id"))
        self._number(
            "stock_move",
            "move",
            SQL("source.date"),
            SQL("(SELECT MIN(lot_id) FROM stock_move_line WHERE move_id = source.id)"),
        )

    def _number(self, table, name, when, lot):
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE %(name)s AS
                SELECT old, nextval(%(sequence)s)::int AS id, lot_id FROM (
                    SELECT source.id AS old, spool.lot_id
                      FROM bench_spool AS spool
                      JOIN %(table)s AS source ON %(lot)s = spool.donor_id
                  ORDER BY %(when)s - spool.shift, source.id
                ) AS sorted
                """,
                name=SQL.identifier(f"bench_{name}"),
                sequence=f"{table}_id_seq",
                table=SQL.identifier(table),
                lot=lot,
                when=when,
            )
        )
        self.env.cr.execute(
            SQL("CREATE INDEX ON %s (lot_id, old)", SQL.identifier(f"bench_{name}"))
        )

    def _get_copy(self, numbers, column):
        return SQL(
            "(SELECT id FROM %s AS copy WHERE copy.lot_id = spool.lot_id"
            " AND copy.old = source.%s)",
            SQL.identifier(numbers),
            SQL.identifier(column),
        )

    def _insert(self, table, numbers, values):
        """Insert the copies of a table: as they were but for some columns."""
        cr = self.env.cr
        cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name != 'id'",
            (table,),
        )
        names = [name for (name,) in cr.fetchall()]
        cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (id, %(names)s)
                SELECT number.id, %(values)s
                  FROM %(numbers)s AS number
                  JOIN bench_spool AS spool ON spool.lot_id = number.lot_id
                  JOIN %(table)s AS source ON source.id = number.old
              ORDER BY number.id
                """,
                table=SQL.identifier(table),
                numbers=SQL.identifier(numbers),
                names=SQL(", ").join(map(SQL.identifier, names)),
                values=SQL(", ").join(
                    values.get(name) or SQL.identifier("source", name) for name in names
                ),
            )
        )

    def _follow_products(self):
        """Let the copies tell of their own filament what they keep of it."""
        self.env.invalidate_all()
        self.env.cr.execute("SELECT lot_id FROM bench_spool")
        lots = self.env["stock.lot"].browse(row[0] for row in self.env.cr.fetchall())
        for field in lots._fields.values():
            if field.store and field.related and field.related.startswith("product_id"):
                self.env.add_to_compute(field, lots)
        self.env.flush_all()
        self.env.invalidate_all()

    # === THE BOOKS === #

    def check(self):
        """Return counts, and assert that stock, moves and ledger say the same."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH entries AS (
                SELECT lot_id, SUM(COALESCE(grams, 0)) AS grams, COUNT(*) AS count
                  FROM print3d_spool_entry GROUP BY lot_id
            ), lines AS (
                SELECT line.lot_id, COUNT(*) AS count, SUM(line.quantity_product_uom
                       * ((dest.usage = 'internal')::int
                          - (place.usage = 'internal')::int)) AS grams
                  FROM stock_move_line AS line
                  JOIN stock_location AS place ON place.id = line.location_id
                  JOIN stock_location AS dest ON dest.id = line.location_dest_id
                 WHERE line.state = 'done' GROUP BY line.lot_id
            ), quants AS (
                SELECT quant.lot_id, SUM(quant.quantity) AS grams
                  FROM stock_quant AS quant
                  JOIN stock_location AS place ON place.id = quant.location_id
                 WHERE place.usage = 'internal' GROUP BY quant.lot_id
            )
            SELECT COUNT(*), SUM(entries.count), SUM(lines.count),
                   COUNT(*) FILTER (WHERE ABS(COALESCE(entries.grams, 0)
                       - COALESCE(lines.grams, 0)) > 0.005
                       OR ABS(COALESCE(entries.grams, 0)
                       - COALESCE(quants.grams, 0)) > 0.005)
              FROM stock_lot AS lot
         LEFT JOIN entries ON entries.lot_id = lot.id
         LEFT JOIN lines ON lines.lot_id = lot.id
         LEFT JOIN quants ON quants.lot_id = lot.id
             WHERE lot.is_spool
            """
        )
        spools, entries, moves, wrong = map(int, self.env.cr.fetchone())
        print(
            f"{spools:,} spools of {len(self.filaments):,} filaments, {entries:,} lines"
            f" in their ledgers, {moves:,} stock moves"
        )
        assert not wrong, f"the books of {wrong} spools do not add up"
        return {"spools": spools, "entries": entries, "moves": moves}
