"""How long the search of the library takes with 2,000 and with 20,000 variants.

Each variant has a version with 600 settings. The first ones are made the way an
import makes them, through the product's own models, which tells how long 20,000
take; the others are written to the tables directly. The index is built by the
product in both cases. The searches are those of an operator, with the rules of
companies, and with what a page shows of each model.
"""

import gc
import json
import random
import time

from odoo.fields import Command
from odoo.tools import SQL

FEW, MANY = 2_000, 20_000
SETTINGS = 600
ROUNDS = 15
BATCH = 200
SQL_BATCH = 1_000
# A model in three has several variants.
VARIANTS = (1, 1, 1, 1, 2, 1, 1, 3, 1, 4)

NOUNS = """
dragon egg vase planter box hook clip stand holder organiser bracket mount hinge
knob gear wheel tower boat benchy castle cube puzzle lamp shade frame coaster tray
rack drawer handle adapter spacer cable phone tablet camera drone propeller battery
case cover lid funnel scoop spoon cutter stamp ring bracelet pendant earring mask
helmet sword shield dice token miniature goblin wizard knight robot rocket planet
moon skull spider octopus shark turtle cat dog fox owl whale dinosaur skeleton
flower leaf tree mushroom cactus heart star snowflake pumpkin ghost lantern candle
bell trophy medal badge keychain magnet bookmark pen ruler compass level clamp vise
wrench screwdriver bit drill saw sander vacuum nozzle duct fan filter pump valve
pipe hose tap bottle cup mug glass plate bowl basket bucket shelf wall door window
lock key switch socket plug charger headphone speaker microphone keyboard mouse
monitor laptop console controller wheelchair crutch
""".split()
ADJECTIVES = """
articulated flexible low poly mini tiny large giant modular stackable foldable
adjustable parametric universal magnetic hidden secret simple minimal modern vintage
rustic geometric organic spiral twisted hollow solid textured smooth honeycomb
voronoi lattice celtic nordic japanese gothic steampunk futuristic funny cute scary
happy sleeping flying running sitting dancing glowing floating heavy light strong
slim compact portable wireless waterproof outdoor indoor garden kitchen bathroom
office workshop garage travel camping school wedding christmas easter halloween
birthday
""".split()
THEMES = """
Toys Household Tools Garden Office Jewellery Cosplay Games Art Education Music Sport
Travel Pets Kitchen Bathroom Lighting Storage Electronics Cars Bikes Drones Models
Miniatures Seasonal Christmas Halloween Easter Wedding Gifts Replacement Medical
""".split()
MATERIALS = ["PLA"] * 55 + ["PETG"] * 22 + ["ABS"] * 7 + ["TPU"] * 6 + ["ASA"] * 5
MATERIALS += ["PA-CF", "PC", "PLA Silk", "PLA-CF", "PVA"]
PRINTERS = ["Bambu Lab X1 Carbon"] * 30 + ["Bambu Lab P1S"] * 22 + ["Prusa MK4S"] * 18
PRINTERS += ["Bambu Lab A1 mini"] * 10 + ["Creality K1 Max"] * 7 + ["Voron 2.4"] * 5
PRINTERS += ["Ender-3 V3"] * 4 + [
    "Ultimaker S5",
    "Prusa XL",
    "Elegoo Neptune 4",
    "QIDI",
]
SLICERS = (
    ["OrcaSlicer"] * 40 + ["BambuStudio"] * 35 + ["PrusaSlicer"] * 20 + ["Cura"] * 5
)
NOZZLES = [0.4] * 80 + [0.6] * 12 + [0.2] * 4 + [0.8] * 4
LAYERS = [0.2] * 55 + [0.16] * 12 + [0.12] * 8 + [0.28] * 8 + [0.3] * 6 + [0.24] * 6
LAYERS += [0.08] * 5
COLOURS = """
#1A1A1A #FFFFFF #F7F7F7 #8C8C8C #C12E1F #F55A74 #0A2989 #0086D6 #00AE42 #164B35
#F4EE2A #FEC600 #FF6A13 #5E43B7 #9D2235 #9D432C #6F5034 #E4BDAB #D1D3D5 #545454
#EC008C #A6A9AA #BECF00 #3F8E43 #00B1B7 #847D48 #F99963 #AE96D4 #E8AFCF #A3D8E1
#61C680 #2842AD #56B7E6 #D32941 #FFFF00 #000000 #7A4B2A #1D4ED8 #7C3AED #14532D
""".split()
SURNAMES = """
Builder Maker Carver Smith Sutton Novak Rossi Meyer Laurent Svensson Kowalski Tanaka
Kim Silva Garcia Popescu Horvat Jensen Virtanen Murphy
""".split()
FIRST = """
Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Klara Leo Mia Noah Olga Paul
Rosa Sami Tara Uri
""".split()

QUERIES = {
    "empty, first page": {},
    "one word": {"text": "dragon"},
    "word of half of them": {"text": "pla"},
    "two words": {"text": "articulated dragon"},
    "while typing": {"text": "drag"},
    "a slip of the finger": {"text": "dargon"},
    "settings": {"text": "layer_height<0.2 nozzle=0.6 material:petg"},
    "rare settings": {"text": "setting_417>=3 wall_count>=4 -supports=yes"},
    "facets": {
        "facets": {
            "material": ["PETG"],
            "printer": ["Prusa MK4S", "Bambu Lab P1S"],
            "time": [1800, 4 * 3600],
        }
    },
    "near a colour": {"facets": {"colour": "#1E4FCB"}},
    "fits, quickest first": {
        "facets": {"size": [120, 90, 60]},
        "sort": "quick",
    },
    "all together": {
        "text": "vase time<3h layer<=0.2",
        "facets": {"material": ["PLA"], "nozzle": [0.4], "colour": "#C12E1F"},
        "sort": "newest",
    },
    "deep page": {"offset": 5_000, "sort": "name", "with_facets": False},
}


def add_arguments(parser):
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--import-all",
        action="store_true",
        help="make every variant through the models, as an import does",
    )


def run(env, args):
    """Fill, measure, fill on, measure again."""
    maker = Maker(env)
    user = env["res.users"].create(
        {
            "name": "Bench operator",
            "login": "bench_operator",
            "group_ids": [
                Command.link(env.ref("print3d_library.group_print3d_operator").id)
            ],
        }
    )
    user_env = env(user=user)
    result = {"import": maker.import_models(args.few)}
    result["at"] = {args.few: measure(user_env, args.rounds)}
    more = args.many - args.few
    if more > 0:
        if args.import_all:
            result["import_all"] = maker.import_models(more)
        else:
            result["fill"] = maker.fill_tables(more)
        result["at"][args.many] = measure(user_env, args.rounds)
    show(result["at"])
    result["sizes"] = sizes(env)
    return result


# === MEASURING === #


def measure(env, rounds):
    """Milliseconds of each query, and how many models it finds."""
    env.flush_all()
    # What filling left in memory is no part of a search.
    gc.collect()
    gc.freeze()
    for table in TABLES:
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    Template = env["product.template"]
    taken = {name: [] for name in QUERIES}
    found = {}
    for _round in range(rounds + 2):
        for name, arguments in QUERIES.items():
            env.invalidate_all()
            queries, start = env.cr.sql_log_count, time.perf_counter()
            answer = Template.print3d_search(**arguments)
            taken[name].append(1000 * (time.perf_counter() - start))
            found[name] = (answer["total"], env.cr.sql_log_count - queries)
    # The first two rounds read what the database server keeps in memory afterwards.
    taken = {name: sorted(times[2:]) for name, times in taken.items()}
    rows = {
        name: {
            "found": found[name][0],
            "queries": found[name][1],
            "p50": round(_share(times, 0.5), 1),
            "p95": round(_share(times, 0.95), 1),
        }
        for name, times in taken.items()
    }
    every = sorted(ms for times in taken.values() for ms in times)
    rows["all"] = {
        "found": "",
        "queries": "",
        "p50": round(_share(every, 0.5), 1),
        "p95": round(_share(every, 0.95), 1),
    }
    return rows


def _share(times, share):
    return times[min(len(times) - 1, int(len(times) * share))]


def show(results):
    counts = list(results)
    print(f"\n{'milliseconds':<24}", end="")
    for count in counts:
        print(f"{f'{count:,} variants':>34}", end="")
    print(
        f"\n{'':<24}" + f"{'found':>9}{'queries':>9}{'p50':>8}{'p95':>8}" * len(counts)
    )
    for name in results[counts[0]]:
        print(f"{name:<24}", end="")
        for count in counts:
            row = results[count][name]
            print(
                f"{row['found']:>9}{row['queries']:>9}{row['p50']:>8}{row['p95']:>8}",
                end="",
            )
        print()
    if len(counts) == 2:
        few, many = (results[count]["all"]["p95"] for count in counts)
        factor = counts[1] / counts[0]
        print(
            f"\n{factor:g} times as many variants take {many / few:.1f} times as long"
        )


TABLES = (
    "print3d_search_entry",
    "print3d_search_version",
    "print3d_search_setting",
    "print3d_search_word",
    "print3d_slice",
    "product_template",
    "product_product",
)


def sizes(env):
    """Megabytes of tables and of their indexes, and the memory of this process."""
    result = {}
    print(f"\n{'table':<28}{'rows':>10}{'MB':>8}{'indexes MB':>12}")
    for table in TABLES:
        env.cr.execute(
            SQL(
                "SELECT (SELECT count(*) FROM %s), pg_table_size(%s) / 1e6, "
                "pg_indexes_size(%s) / 1e6",
                SQL.identifier(table),
                table,
                table,
            )
        )
        rows, megabytes, indexes = env.cr.fetchone()
        result[table] = {
            "rows": rows,
            "mb": round(float(megabytes), 1),
            "indexes_mb": round(float(indexes), 1),
        }
        print(f"{table:<28}{rows:>10}{megabytes:>8.1f}{indexes:>12.1f}")
    with open("/proc/self/status", encoding="utf-8") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    result["peak_mb"] = round(peak / 1024)
    print(f"\nhighest memory of this process: {result['peak_mb']} MB")
    return result


# === MAKING === #


class Maker:
    """Makes models with words, values and a skew as a shop has them."""

    def __init__(self, env):
        # Addons can be imported only now that there is a registry.
        from odoo.addons.print3d_library.slicer.vocabulary import TERMS

        self.env = env
        self.random = random.Random(9)
        self.mesh = env["print3d.mesh"]
        self.filled = []
        create = self.random.choice
        self.themes = env["product.tag"].search([]) or env["product.tag"]
        known = set(self.themes.mapped("name"))
        self.themes += env["product.tag"].create(
            [{"name": name} for name in THEMES if name not in known]
        )
        self.designers = env["res.partner"].create(
            [
                {"name": f"{create(FIRST)} {create(SURNAMES)} {number}"}
                for number in range(150)
            ]
        )
        self.categories = env["product.category"].create(
            [{"name": f"Bench {name}"} for name in THEMES[:12]]
        )
        self.categories += env["product.category"].create(
            [
                {"name": name, "parent_id": create(self.categories.ids)}
                for name in THEMES[12:]
            ]
        )
        self.licences = env["print3d.licence"].search([])
        self.attribute = env["product.attribute"].create({"name": "Bench size"})
        self.options = env["product.attribute.value"].create(
            [
                {"name": name, "attribute_id": self.attribute.id}
                for name in ("Small", "Medium", "Large", "Huge")
            ]
        )
        names = [key for key in TERMS if key not in ("printer_model", "filament_type")]
        names += [f"setting_{number}" for number in range(SETTINGS - len(names))]
        # Most settings are at their default in most files.
        self.settings = {
            name: (
                self.random.uniform(0.5, 0.995),
                [
                    self.random.choice(
                        (number, number / 10, f"{number}%", f"way{number}")
                    )
                    for number in range(self.random.choice((2, 2, 3, 5, 8, 20, 60)))
                ],
            )
            for name in names
        }

    # -- what a model is made of --

    def _name(self):
        pick = self.random.choice
        # A few words are in many names, most in few.
        noun = NOUNS[min(int(self.random.expovariate(0.03)), len(NOUNS) - 1)]
        words = [pick(ADJECTIVES), noun]
        if self.random.random() < 0.4:
            words.append(pick(NOUNS))
        if self.random.random() < 0.3:
            words.append(f"v{self.random.randint(1, 5)}")
        return " ".join(words).capitalize()

    def _template_vals(self):
        pick = self.random.choice
        count = self.random.choice(VARIANTS)
        vals = {
            "name": self._name(),
            "is_print3d_model": True,
            "purchase_ok": False,
            "categ_id": pick(self.categories.ids),
            "designer_id": pick(self.designers.ids)
            if self.random.random() < 0.6
            else False,
            "licence_id": pick(self.licences.ids)
            if self.random.random() < 0.7
            else False,
            "product_tag_ids": [Command.set(self.random.sample(self.themes.ids, 2))],
            "description": f"<p>A {pick(ADJECTIVES)} {pick(NOUNS)} for the "
            f"{pick(NOUNS)}, printed without supports on a {pick(ADJECTIVES)} bed.</p>",
        }
        if count > 1:
            vals["attribute_line_ids"] = [
                Command.create(
                    {
                        "attribute_id": self.attribute.id,
                        "value_ids": [Command.set(self.options[:count].ids)],
                    }
                )
            ]
        return vals

    def _settings(self):
        pick, chance = self.random.choice, self.random.random
        return {
            name: values[0] if chance() < share else pick(values)
            for name, (share, values) in self.settings.items()
        }

    def _version(self):
        """What a sliced file says: columns, settings and the filaments of a plate."""
        pick = self.random.choice
        nozzle, layer = pick(NOZZLES), pick(LAYERS)
        common = {
            "layer_height": layer,
            "nozzle_diameter": [nozzle],
            "wall_count": pick((2, 2, 2, 3, 3, 4, 5)),
            "infill_density": pick((15, 15, 15, 10, 20, 25, 40, 100)),
            "supports": self.random.random() < 0.2,
            "infill_pattern": pick(("grid", "gyroid", "cubic", "lightning")),
            "nozzle_temp": [pick((210, 220, 240, 255))],
        }
        grams = round(self.random.lognormvariate(3.3, 1), 2)
        return {
            "slicer": pick(SLICERS),
            "printer_model": pick(PRINTERS),
            "nozzle_diameter": nozzle,
            "layer_height": layer,
            "settings": dict(self._settings(), layer_height=layer),
            "common": common,
            "settings_count": SETTINGS,
            "time_s": int(grams * self.random.uniform(120, 400)),
            "filaments": [
                (tool + 1, pick(MATERIALS), pick(COLOURS), grams)
                for tool in range(pick((1, 1, 1, 1, 1, 2, 3)))
            ],
        }

    def _sides(self):
        return sorted(
            (round(self.random.lognormvariate(3.9, 0.6), 1) for _side in range(3)),
            reverse=True,
        )

    # -- the way of an import --

    def import_models(self, count):
        """Make variants through the models; seconds of making and of indexing."""
        making = indexing = 0.0
        done = 0
        while done < count:
            start = time.perf_counter()
            done += self._import_batch(min(BATCH, count - done))
            self.env.flush_all()
            middle = time.perf_counter()
            self.env["print3d.search.entry"]._refresh_noted()
            self.env.invalidate_all()
            making += middle - start
            indexing += time.perf_counter() - middle
            if done % (5 * BATCH) < BATCH:
                rate = done / (making + indexing)
                print(
                    f"{done:>7,} of {count:,} imported, {rate:.0f} a second, "
                    f"{(count - done) / rate:.0f} s left",
                    flush=True,
                )
        rate = done / (making + indexing)
        print(
            f"{done:,} variants with {SETTINGS} settings each: {making:.0f} s to make, "
            f"{indexing:.0f} s to index; {MANY:,} take {MANY / rate / 60:.1f} minutes\n"
        )
        return {
            "variants": done,
            "seconds": round(making + indexing, 1),
            "indexing_s": round(indexing, 1),
            "a_second": round(rate, 1),
        }

    def _import_batch(self, count):
        env = self.env(context=dict(self.env.context, tracking_disable=True))
        vals_list, variants = [], 0
        while variants < count:
            vals = self._template_vals()
            lines = vals.get("attribute_line_ids")
            size = len(lines[0][2]["value_ids"][0][2]) if lines else 1
            if size <= count - variants:
                vals_list.append(vals)
                variants += size
        products = env["product.template"].create(vals_list).product_variant_ids
        rows = [self._version() for _product in products]
        versions = env["print3d.slice"].create(
            [
                {
                    "product_id": product.id,
                    "read_state": "done",
                    **{
                        name: row[name]
                        for name in (
                            "slicer",
                            "printer_model",
                            "nozzle_diameter",
                            "layer_height",
                            "settings",
                            "common",
                            "settings_count",
                        )
                    },
                    "plate_ids": [Command.create(self._plate_vals(row))],
                }
                for product, row in zip(products, rows, strict=True)
            ]
        )
        env.flush_all()
        self._add_sizes(products.ids)
        return len(versions)

    def _plate_vals(self, row):
        filaments = [
            Command.create(
                {
                    "tool": tool,
                    "filament_type": material,
                    "filament_name": f"Generic {material}",
                    "colour": colour,
                    "weight_g": grams,
                    "weight_known": True,
                }
            )
            for tool, material, colour, grams in row["filaments"]
        ]
        return {"time_s": row["time_s"], "filament_ids": filaments}

    def _add_sizes(self, product_ids):
        """Meshes that were measured; there is no file to measure."""
        if not self.mesh:
            file = self.env["print3d.file"].create(
                {
                    "name": "bench.stl",
                    "kind": "mesh",
                    "size": 1,
                    "sha256": "f" * 64,
                    "product_id": product_ids[0],
                }
            )
            self.mesh = self.env["print3d.mesh"].create(
                {"file_id": file.id, "state": "done"}
            )
            self.env.flush_all()
        files = self._clone(
            "print3d_file",
            self.mesh.file_id.id,
            {
                "product_id": product_ids,
                "name": [f"part {number}.stl" for number in product_ids],
                "sha256": [f"{number:064}" for number in product_ids],
            },
        )
        sides = [self._sides() for _product in product_ids]
        columns = [list(column) for column in zip(*sides, strict=True)]
        self._clone(
            "print3d_mesh",
            self.mesh.id,
            {
                "product_id": product_ids,
                "file_id": files,
                **dict(zip(("size_x", "size_y", "size_z"), columns, strict=True)),
            },
        )

    # -- straight into the tables --

    def fill_tables(self, count):
        """Write variants to the tables, then have them indexed by the product."""
        env = self.env
        start = time.perf_counter()
        template = env["product.template"].create(
            {"name": "x", "is_print3d_model": True}
        )
        product = template.product_variant_id
        version = env["print3d.slice"].create(
            {"product_id": product.id, "read_state": "done"}
        )
        plate = env["print3d.plate"].create({"slice_id": version.id})
        env["print3d.plate.filament"].create({"plate_id": plate.id})
        env.flush_all()
        done = 0
        while done < count:
            done += self._fill_batch(template, min(SQL_BATCH, count - done))
            print(f"{done:>7,} of {count:,} written", flush=True)
        template.active = False
        product.active = False
        middle = time.perf_counter()
        env.flush_all()
        self._index(self.filled)
        indexing = time.perf_counter() - middle
        print(f"{count:,} variants indexed in {indexing:.0f} s\n")
        return {
            "variants": count,
            "seconds": round(middle - start, 1),
            "indexing_s": round(indexing, 1),
        }

    def _index(self, product_ids):
        entries = self.env["print3d.search.entry"]
        for at in range(0, len(product_ids), 500):
            ids = product_ids[at : at + 500]
            self.env.cr.execute(
                SQL("SELECT id FROM print3d_slice WHERE product_id = ANY(%s)", ids)
            )
            self.env["print3d.search.version"]._refresh(
                [row[0] for row in self.env.cr.fetchall()]
            )
            entries._refresh(ids)
            done = at + len(ids)
            if not done % 2_000:
                print(f"{done:>7,} of {len(product_ids):,} indexed", flush=True)

    def _fill_batch(self, template, count):
        env = self.env
        names, sizes = [], []
        while sum(sizes) < count:
            size = min(self.random.choice(VARIANTS), count - sum(sizes))
            names.append(self._name())
            sizes.append(size)
        templates = self._clone(
            "product_template",
            template.id,
            {
                "name": [json.dumps({"en_US": name}) for name in names],
                "categ_id": [self.random.choice(self.categories.ids) for _n in names],
                "designer_id": [self.random.choice(self.designers.ids) for _n in names],
                "licence_id": [self.random.choice(self.licences.ids) for _n in names],
            },
        )
        env.cr.execute(
            SQL(
                "INSERT INTO product_tag_product_template_rel "
                "(product_template_id, product_tag_id) SELECT * FROM unnest(%s, %s)",
                templates,
                [self.random.choice(self.themes.ids) for _n in names],
            )
        )
        owners = [
            template_id
            for template_id, size in zip(templates, sizes, strict=True)
            for _variant in range(size)
        ]
        products = self._clone(
            "product_product",
            template.product_variant_id.id,
            {
                "product_tmpl_id": owners,
                # Two variants of a model differ by their options.
                "combination_indices": [str(number) for number in range(len(owners))],
            },
        )
        self.filled += products
        rows = [self._version() for _product in products]
        chips = [
            [
                {"colours": [colour], "material": material, "grams": grams, "name": ""}
                for _tool, material, colour, grams in row["filaments"]
            ]
            for row in rows
        ]
        versions = self._clone(
            "print3d_slice",
            template.product_variant_id.slice_ids.id,
            {
                "product_id": products,
                "product_tmpl_id": owners,
                "slicer": [row["slicer"] for row in rows],
                "printer_model": [row["printer_model"] for row in rows],
                "nozzle_diameter": [row["nozzle_diameter"] for row in rows],
                "layer_height": [row["layer_height"] for row in rows],
                "time_s": [row["time_s"] for row in rows],
                "weight_g": [row["filaments"][0][3] for row in rows],
                "settings": [json.dumps(row["settings"]) for row in rows],
                "common": [json.dumps(row["common"]) for row in rows],
                "chips": [json.dumps(entry) for entry in chips],
            },
        )
        first = template.product_variant_id.slice_ids.plate_ids
        plates = self._clone("print3d_plate", first.id, {"slice_id": versions})
        lines = [
            (plate_id, *line)
            for plate_id, row in zip(plates, rows, strict=True)
            for line in row["filaments"]
        ]
        plate_ids, tools, materials, colours, grams = (
            list(column) for column in zip(*lines, strict=True)
        )
        self._clone(
            "print3d_plate_filament",
            first.filament_ids.id,
            {
                "plate_id": plate_ids,
                "tool": tools,
                "filament_type": materials,
                "filament_name": [f"Generic {material}" for material in materials],
                "colour": colours,
                "weight_g": grams,
            },
        )
        self._add_sizes(products)
        return len(products)

    def _clone(self, table, record_id, columns):
        """Rows like one that is there, but for some columns; their ids."""
        self.env.cr.execute(
            SQL(
                "SELECT column_name, udt_name FROM information_schema.columns "
                "WHERE table_name = %s AND column_name != 'id'",
                table,
            )
        )
        types = dict(self.env.cr.fetchall())
        others = [name for name in types if name not in columns]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %s (%s, %s)
                SELECT %s, %s
                  FROM %s AS model, ROWS FROM (%s) WITH ORDINALITY AS new(%s, place)
                 WHERE model.id = %s
                 ORDER BY place
                RETURNING id
                """,
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, others)),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(SQL.identifier("model", name) for name in others),
                SQL(", ").join(SQL.identifier("new", name) for name in columns),
                SQL.identifier(table),
                SQL(", ").join(
                    SQL("unnest(%s::" + types[name] + "[])", values)
                    for name, values in columns.items()
                ),
                SQL(", ").join(map(SQL.identifier, columns)),
                record_id,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]
