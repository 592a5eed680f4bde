"""How long SpoolmanDB's list takes into the catalogue, again, and into the shop.

The steps are those of the background jobs, each committed as a job commits it. Seconds
of the processor stand beside those of the clock, which tell less where other programs
run.
"""

import base64
import json
import random
import time

# About as many as SpoolmanDB has.
ROWS = 6_300
MAKERS = 49
MATERIALS = {
    "PLA": 30,
    "PLA+": 10,
    "PETG": 25,
    "ABS": 8,
    "ASA": 6,
    "TPU": 6,
    "PA-CF": 2,
    "PC": 2,
    "PLA-CF": 2,
    "PVA": 1,
    "PCTG": 2,
    "WOOD": 2,
}
SERIES = ("", "", "Matte ", "Silk ", "Galaxy ", "Pro ")
SHADES = ("Black", "White", "Red", "Sky Blue", "Teal", "Orange", "Forest Green")


def add_arguments(parser):
    parser.add_argument("--rows", type=int, default=ROWS)


def run(env, args):
    """Read a list, read it again, search in it, and make filaments of all of it."""
    data = base64.b64encode(json.dumps(make_rows(args.rows)).encode())
    result = {"size": len(data) * 3 // 4}
    for name, values in (
        ("into the catalogue", {}),
        ("the same again", {}),
        ("into the shop", {"make_filaments": True}),
        ("the same again into the shop", {"make_filaments": True}),
    ):
        result[name] = take(env, name, data, values)
    catalogue = env["print3d.catalogue.filament"]
    for name, domain in (
        ("words", [("display_name", "ilike", "maker 12 teal")]),
        ("likeness", [("colour_like", "=", "#0F8B8D")]),
    ):
        times = []
        for _attempt in range(20):
            env.invalidate_all()
            start = time.perf_counter()
            catalogue.search_fetch(domain, ["name", "colour_hexes"], limit=80)
            times.append(time.perf_counter() - start)
        result[name] = sorted(times)[len(times) // 2]
        print(f"search by {name}: {result[name] * 1000:.0f} ms (median)")
    return result


def take(env, name, data, values):
    """Look at a file and take it over as the jobs do; return the times."""
    one = env["print3d.catalogue.import"].create(
        {"name": "filaments.json", "data": data, **values}
    )
    env.cr.commit()
    start, cpu = time.perf_counter(), time.process_time()
    one.action_check()
    env.cr.commit()
    looked = time.perf_counter() - start
    one.write({"state": "running", "position": 0, "new_count": 0, "same_count": 0})
    while one.state == "running":
        one._take_part()
        env.cr.commit()
        env.invalidate_all()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(
        f"{name}: {one.total} filaments in {seconds:.1f} s ({cpu:.1f} s of the"
        f" processor), of which {looked:.1f} s to look at it; new {one.new_count},"
        f" the same {one.same_count}, made {one.made_count}"
    )
    return {"seconds": seconds, "processor": cpu, "new": one.new_count}


def make_rows(count):
    """Rows of the compiled list that are spread as SpoolmanDB's are."""
    rng = random.Random(7)
    rows = []
    for number in range(count):
        maker = f"Maker {rng.randrange(MAKERS):02d}"
        [material] = rng.choices(list(MATERIALS), list(MATERIALS.values()))
        name = f"{rng.choice(SERIES)}{rng.choice(SHADES)} {number}"
        weight = rng.choice((1000, 1000, 1000, 750, 500, 250, 3000))
        diameter = rng.choice((1.75, 1.75, 2.85))
        hexes = [f"{rng.randrange(1 << 24):06X}" for _ in range(rng.randint(2, 4))]
        several = rng.random() < 0.08
        rows.append(
            {
                "id": f"{maker}_{material}_{name}_{weight}_{diameter:.2f}_n".lower()
                .replace(" ", "")
                .replace(".", ""),
                "manufacturer": maker,
                "name": name,
                "material": material,
                "density": 1.24,
                "weight": float(weight),
                "spool_weight": rng.choice((None, 180, 240)),
                "spool_type": rng.choice((None, "plastic", "cardboard")),
                "diameter": diameter,
                "color_hex": None if several else hexes[0],
                "color_hexes": hexes if several else None,
                "extruder_temp": rng.choice((None, 210, 240)),
                "extruder_temp_range": rng.choice((None, [190, 220])),
                "bed_temp": 60,
                "finish": rng.choice((None, None, "matte", "glossy")),
                "multi_color_direction": "coaxial" if several else None,
                "pattern": None,
                "translucent": rng.random() < 0.05,
                "glow": False,
            }
        )
    return rows
