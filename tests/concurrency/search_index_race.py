"""Several people change one model at the same moment; the search knows all of it.

    search_index_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, race

from odoo import SUPERUSER_ID, api


def build(env):
    """A model, a tag on it, and a version whose note will change."""
    tag = env["product.tag"].create({"name": "Racetag"})
    model = env["product.template"].create(
        {
            "name": "Racehorse",
            "is_print3d_model": True,
            "product_tag_ids": [(4, tag.id)],
        }
    )
    version = env["print3d.slice"].create(
        {"product_id": model.product_variant_id.id, "read_state": "done"}
    )
    return model, tag, version


def main(database):
    """Run the race; print what came of it."""
    registry = connect(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        model, tag, version = build(env)
        cr.commit()
        # New words, values and settings of the same kind, each in a transaction.
        race(
            registry,
            (model, "write", {"description": "<p>gallop</p>"}),
            (tag, "write", {"name": "Derby"}),
            (version, "write", {"note": "saddle", "settings": {"race_height": 7}}),
            (model, "write", {"default_code": "STABLE"}),
        )
        # A new snapshot, in which the others' work can be seen.
        cr.commit()
        env.invalidate_all()
        search = env["product.template"].print3d_search
        found = {
            text: search(text)["total"]
            for text in (
                "racehorse",
                "gallop",
                "theme:derby",
                "saddle",
                "race_height=7",
                "stable",
                "racetag",
            )
        }
        cr.execute(
            "SELECT count(*) FROM print3d_search_entry WHERE product_tmpl_id = %s",
            [model.id],
        )
        found["rows"] = cr.fetchone()[0]
        found["twice"] = words_twice(env)
        env["print3d.search.entry"]._fill_all()
        found["twice after mending"] = words_twice(env)
    print(json.dumps(found))


def words_twice(env):
    """How many words of the library are listed more than once."""
    env.cr.execute(
        "SELECT count(*) FROM (SELECT FROM print3d_search_word GROUP BY word "
        "HAVING count(*) > 1) AS doubles"
    )
    return env.cr.fetchone()[0]


if __name__ == "__main__":
    main(*sys.argv[1:])
