"""Several people decide about requests, order and receive them at the same moment.

    request_race.py DATABASE

Each is a transaction of its own that is tried again as Odoo does. What was found is
printed as JSON.
"""

import json
import sys

from racing import connect, race

from odoo import SUPERUSER_ID, Command, api

PEOPLE = 5


def build(registry):
    """People, things and requests; return the ids."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env.company.write(
            {
                "print3d_request_approval": True,
                "print3d_request_auto_below": 10,
                "print3d_request_two_above": 500,
                "print3d_request_equipment_ids": [Command.clear()],
            }
        )
        users = {}
        for login, group in (
            ("asker", "operator"),
            ("first", "owner"),
            ("second", "owner"),
        ):
            users[login] = env["res.users"].create(
                {
                    "name": f"Race {login}",
                    "login": f"request_race_{login}",
                    "group_ids": [
                        Command.link(
                            env.ref(f"print3d_library.group_print3d_{group}").id
                        )
                    ],
                }
            )
        vendors = env["res.partner"].create(
            [{"name": f"Request Race Vendor {number}"} for number in (1, 2)]
        )
        things = env["product.product"].create(
            [
                {
                    "name": f"Request Race Thing {vendor.id}",
                    "type": "consu",
                    "is_storable": True,
                    "seller_ids": [
                        Command.create({"partner_id": vendor.id, "price": 100})
                    ],
                }
                for vendor in vendors
            ]
        )

        def ask(quantity):
            request = (
                env["purchase.request"]
                .with_user(users["asker"])
                .create(
                    {
                        "line_ids": [
                            Command.create(
                                {"product_id": thing.id, "product_qty": quantity}
                            )
                            for thing in things
                        ]
                    }
                )
            )
            request.action_submit()
            return request.id

        return {
            "users": {login: user.id for login, user in users.items()},
            "thing": things[0].id,
            "two": ask(5),
            "one_twice": ask(5),
            "against": ask(1),
            "order": ask(1),
        }


def lend(registry):
    """Give requests a door by which somebody does something."""

    def act(request, user_id, method, args):
        request = request.with_user(user_id)
        if method == "create":
            product = request.env["product.product"].browse(args[0])
            made = request.env["purchase.request"]._print3d_create(
                [{"product": product, "qty": 3}], key="request-race"
            )
            return made.id
        if method == "receive":
            request.env["stock.picking"].browse(args[0]).button_validate()
            return True
        result = getattr(request, method)(*args)
        return str(result)

    registry["purchase.request"]._print3d_race = act


def crowd(registry, request_id, *deeds):
    """Let people do things about a request at once; return the answers.

    :param deeds: (user, method, arguments)
    """
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        request = env["purchase.request"].browse(request_id)
        return race(registry, *((request, "_print3d_race", *deed) for deed in deeds))


def look(registry, request_id):
    """What a request says of itself."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        request = env["purchase.request"].browse(request_id)
        lines = request.line_ids.purchase_lines
        return {
            "state": request.state,
            "reviews": sorted(request.review_ids.mapped("status")),
            "people": len(request.review_ids.done_by),
            "ordered": sorted(lines.mapped("product_qty")),
            "orders": len(lines.order_id),
            "pickings": lines.move_ids.picking_id.ids,
        }


def main(database):
    """Run the crowds; print what came of them."""
    registry = connect(database)
    lend(registry)
    things = build(registry)
    users, found = things["users"], {}
    approve = "action_approve"

    crowd(
        registry,
        things["two"],
        (users["first"], approve, ()),
        (users["second"], approve, ()),
    )
    found["two"] = look(registry, things["two"])

    crowd(registry, things["one_twice"], *[(users["first"], approve, ())] * PEOPLE)
    found["one_twice"] = look(registry, things["one_twice"])

    found["answers"] = crowd(
        registry,
        things["against"],
        (users["first"], approve, ()),
        (users["second"], "action_deny", ("Not now",)),
    )
    found["against"] = look(registry, things["against"])

    crowd(registry, things["order"], (users["first"], approve, ()))
    crowd(registry, things["order"], *[(users["first"], "action_order", ())] * PEOPLE)
    found["order"] = look(registry, things["order"])

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        request = env["purchase.request"].browse(things["order"])
        request.line_ids.purchase_lines.order_id.button_confirm()
    pickings = look(registry, things["order"])["pickings"]
    crowd(
        registry,
        things["order"],
        *((users["asker"], "receive", (picking,)) for picking in pickings),
    )
    found["received"] = look(registry, things["order"])

    made = crowd(
        registry,
        things["order"],
        *[(users["asker"], "create", (things["thing"],))] * PEOPLE,
    )
    found["made"] = sorted(set(made))
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
