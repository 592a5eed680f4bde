from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """Fill in the physics of the materials that came with the addon.

    The tick they had said no more than "keep dry", so these take the level of the seed;
    materials of the shop's own keep what was made of the tick.
    """
    env = Environment(cr, SUPERUSER_ID, {})
    Material = env["print3d.material"]
    Material._complete_from_seed()
    data = env["ir.model.data"].search(
        [("module", "=", "print3d_inventory"), ("model", "=", "print3d.material")]
    )
    ours = Material.with_context(active_test=False).browse(data.mapped("res_id"))
    levels = {
        seed["name"]: seed["hygroscopy"] for seed in Material._read_seed()["materials"]
    }
    for material in ours.exists():
        if material.hygroscopic and material.name in levels:
            material.hygroscopy = levels[material.name]
