"""What a shop is like after it was upgraded; read by Odoo's shell, printed as JSON.

The jobs that the upgrade left are run first, as the shop would do in its own time.
"""

import hashlib
import json

from odoo.addons.queue_job.job import Job

ROUNDS = 50
# Grams are stored to the hundredth.
GRAM = 0.005
env = env  # noqa: F821, PLW0127  the shell's


def run_jobs():
    """Run what waits, and what that leaves behind; return the jobs by their words."""
    done = []
    for _round in range(ROUNDS):
        waiting = env["queue.job"].search([("state", "=", "pending")])
        if not waiting:
            break
        for record in waiting:
            job = Job.load(env, record.uuid)
            job.perform()
            job.set_done()
            job.store()
            done.append(record.name)
    env.flush_all()
    return done


def read_files():
    """Names of the files whose bytes are not there, or not what they were."""
    bad = []
    for file in env["print3d.file"].search([]):
        with file._open() as stream:
            found = hashlib.sha256(stream.read()).hexdigest()
        if found != file.sha256 or not file.copy_ids or file.condition != "good":
            bad.append(file.name)
    return bad


def find(text):
    """Names of the models that somebody of the shop finds."""
    models = env["product.template"].with_user(env.ref("base.user_admin"))
    return sorted(line["name"] for line in models.print3d_search(text=text)["records"])


def look():
    """All that is asked about the shop.

    :rtype: dict
    """
    versions = env["print3d.slice"].search([("read_state", "=", "done")])
    models = env["product.template"].search([("is_print3d_model", "=", True)])
    history = {
        product.id: [line["id"] for line in product.version_timeline["versions"]]
        for product in versions.product_id
    }
    pair = next(ids for ids in history.values() if len(ids) > 1)
    spools = env["stock.lot"].search([("is_spool", "=", True)])
    return {
        "models": sorted(models.mapped("name")),
        "found": find(""),
        "found_by_name": [name for name in models.mapped("name") if name in find(name)],
        "found_by_setting": find("layer_height<1"),
        "sliced": sorted(versions.product_tmpl_id.mapped("name")),
        "not_in_history": [
            version.display_name
            for version in versions
            if version.id not in history[version.product_id.id]
        ],
        "differences": env["print3d.slice"].get_comparison(*pair[:2])["difference"][
            "counts"
        ]["figures"],
        "paths": [
            env.ref(f"print3d_library.{name}").path
            for name in ("print3d_library_action", "product_template_action")
        ],
        "licence_rules": sorted(
            set(env["res.company"].search([]).mapped("print3d_licence_rule"))
        ),
        "spools": len(spools),
        "spools_that_do_not_add_up": [
            spool.name
            for spool in spools
            if abs(sum(spool.spool_entry_ids.mapped("grams")) - spool._get_book_grams())
            > GRAM
        ],
        "spools_without_status": spools.filtered(
            lambda spool: not spool.spool_status
        ).mapped("name"),
        "scrap_reasons": [name for _id, name in spools._get_scrap_reasons()],
    }


jobs = run_jobs()
print(json.dumps({"jobs": jobs, "damaged": read_files(), **look()}))
env.cr.commit()
