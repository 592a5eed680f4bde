"""Two people bill royalties, or sell the last unit, at the same moment.

    royalty_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, race

from odoo import SUPERUSER_ID, Command, api, fields


def build(env, name, **terms):
    """Make a model with a designer whose terms are these."""
    designer = env["res.partner"].create({"name": name})
    product = env["product.product"].create(
        {"name": f"Race {name}", "is_print3d_model": True, "type": "consu"}
    )
    product.designer_id = designer
    env["print3d.licence.term"].create({"designer_id": designer.id, **terms})
    return designer, product


def bill_twice(registry):
    """Two runs of the end of the month at once."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        designer, product = build(env, "Anna", royalty_type="unit", royalty_unit=1.5)
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": env["res.partner"].create({"name": "Customer"}).id,
                "invoice_date": fields.Date.context_today(designer),
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": product.id, "quantity": 4, "price_unit": 10}
                    )
                ],
            }
        )
        invoice.action_post()
        wizards = env["print3d.royalty.billing"].create(
            [{"until": invoice.invoice_date} for _run in range(2)]
        )
        cr.commit()
        answers = race(registry, *((wizard, "action_bill") for wizard in wizards))
        cr.commit()
        env.invalidate_all()
        bills = env["account.move"].search([("partner_id", "=", designer.id)])
        entries = env["print3d.royalty"].search([("designer_id", "=", designer.id)])
        return {
            "refused": sum(isinstance(answer, str) for answer in answers),
            "bills": bills.mapped("amount_untaxed"),
            "states": entries.mapped("state"),
        }


def sell_the_last(registry):
    """Two orders of the last unit confirmed at once."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env.company.print3d_licence_rule = "block"
        designer, product = build(env, "Ben", max_units=1)
        orders = env["sale.order"].create(
            [
                {
                    "partner_id": env["res.partner"].create({"name": name}).id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
                for name in ("First", "Second")
            ]
        )
        cr.commit()
        answers = race(registry, *((order, "action_confirm") for order in orders))
        cr.commit()
        env.invalidate_all()
        term = env["print3d.licence.term"].search([("designer_id", "=", designer.id)])
        return {
            "refused": sum(isinstance(answer, str) for answer in answers),
            "states": sorted(orders.mapped("state")),
            "sold": term.sold_units,
        }


def main(database):
    """Run all races; print what came of them."""
    registry = connect(database)
    print(
        json.dumps(
            {"bill_twice": bill_twice(registry), "last_unit": sell_the_last(registry)}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
