"""Five people have one rule looked at, and set one off, at the same moment.

    automation_race.py DATABASE

Each is a transaction of its own that is tried again as Odoo does. What a rule does here
is to make a contact, so that it can be counted how often it did. What was found is
printed as JSON.
"""

import json
import sys
from collections import Counter

from racing import connect, race

from odoo import SUPERUSER_ID, Command, api

PEOPLE = 5
THINGS = 12
DONE = "Automation Race Done"


def add_rule(env, trigger, ref, **values):
    """Make a rule about contacts with some reference (base.automation)."""
    model = env["ir.model"]._get("res.partner")
    rule = env["base.automation"].create(
        {
            "name": f"Race {ref}",
            "print3d_managed": True,
            "model_id": model.id,
            "trigger": trigger,
            "filter_domain": f'[("ref", "=", "{ref}")]',
            **values,
        }
    )
    rule.action_server_ids = [
        Command.create(
            {
                "name": "Make a contact",
                "usage": "base_automation",
                "model_id": model.id,
                "state": "code",
                "code": "env['res.partner'].create("
                f"{{'name': '{DONE}', 'ref': '{ref} ' + str(record.id)}})",
            }
        )
    ]
    return rule


def build(registry):
    """A rule that is looked at, one that a change sets off, and what they are about."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["base.automation"].search([("print3d_managed", "=", True)]).active = False
        watched = add_rule(env, "print3d_becomes", "watched", print3d_is_eager=True)
        written = add_rule(env, "on_create_or_write", "written")
        waiting = add_rule(env, "on_create_or_write", "waiting")
        waiting.print3d_is_deferred = True
        things = env["res.partner"].create(
            [{"name": f"Automation Race {number}"} for number in range(THINGS)]
        )
        return {
            "watched": watched.id,
            "written": written.id,
            "waiting": waiting.id,
            "things": things.ids,
        }


def lend(registry):
    """Give rules doors by which each of the people does something."""

    def write(rule, number, values):
        rule.env["res.partner"].browse(number).write(values)
        return True

    def carry_out(rule):
        rule._carry_out_waiting()
        return True

    def watch(rule):
        rule._watch()
        return True

    Rule = registry["base.automation"]
    Rule._print3d_race_write = write
    Rule._print3d_race_carry_out = carry_out
    Rule._print3d_race_watch = watch


def crowd(registry, rule_id, *deeds):
    """Let people do things at once; return what they were answered."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        rule = env["base.automation"].browse(rule_id)
        return race(registry, *((rule, *deed) for deed in deeds))


def put(registry, numbers, ref):
    """Give contacts a reference, by which rules know them."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["res.partner"].browse(numbers).write({"ref": ref})


def look(registry, rule_id, ref, things):
    """Return how often the rule acted on each thing, and what its log says."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        firings = env["print3d.automation.firing"].search(
            [("automation_id", "=", rule_id)]
        )
        partners = env["res.partner"]
        done = [
            partners.search_count(
                [("name", "=", DONE), ("ref", "=", f"{ref} {number}")]
            )
            for number in things
        ]
        return {
            "least": min(done),
            "most": max(done),
            "firings": len(firings),
            "open": len(firings.filtered("is_open")),
            "states": sorted(set(firings.mapped("state"))),
            "tries": sorted(set(firings.mapped("tries"))),
        }


def main(database):
    """Run the crowds; print what came of them."""
    registry = connect(database)
    ours = build(registry)
    lend(registry)
    things, found = ours["things"], {}

    watch = [("_print3d_race_watch",)] * PEOPLE
    put(registry, things, "watched")
    found["answers"] = crowd(registry, ours["watched"], *watch)
    found["watched"] = look(registry, ours["watched"], "watched", things)
    # It ceases for all, which five people notice; then it is so again.
    put(registry, things, "other")
    crowd(registry, ours["watched"], *watch)
    found["ceased"] = look(registry, ours["watched"], "watched", things)
    put(registry, things, "watched")
    crowd(registry, ours["watched"], *watch)
    found["anew"] = look(registry, ours["watched"], "watched", things)

    for name in ("written", "waiting"):
        write = ("_print3d_race_write", things[0], {"ref": name})
        crowd(registry, ours[name], *[write] * PEOPLE)
        found[name] = look(registry, ours[name], name, things[:1])
    carry_out = ("_print3d_race_carry_out",)
    crowd(registry, ours["waiting"], *[carry_out] * PEOPLE)
    found["waited"] = look(registry, ours["waiting"], "waiting", things[:1])
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
