import logging
import re
from datetime import timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.service.model import retrying
from odoo.sql_db import PoolError

_logger = logging.getLogger(__name__)

MOST_ACTIONS = 100
# More than so many, and the phone reads places and orders anew by itself.
FEW_ACTIONS = 10
KEY = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
# The clock of a phone that lost its battery starts in 1970.
MOST_SKEW = timedelta(days=365 * 100)
# Answers of lines of the ledger.
STATES = {
    "posted": "done",
    "waiting": "waiting",
    "conflict": "conflict",
    "refused": "refused",
}


class AskFirstError(UserError):
    """A refusal that a person may overrule.

    :param str ask: what to put into the ``value`` of the new action as true
    """

    def __init__(self, message, ask):
        super().__init__(message)
        self.ask = ask


class Print3dScanAppActing(models.AbstractModel):
    """What people do with the scan app, told at once or hours later, once or twice.

    Each action is a transaction of its own, in the order in which they come, so that
    one that is refused undoes no other. What became of it is kept under its key: sent
    again, it is answered and not done again.
    """

    _inherit = "print3d.scan.app"

    @api.model
    def _act(self, actions, sent_on=None):
        """Do what a phone tells, and return what became of each action.

        :param list actions: see :meth:`_get_doers` for what there is to do
        :param sent_on: what the clock of the phone says now; the times it tells are
            shifted by its difference to ours
        :rtype: list[dict]
        """
        self._check_staff()
        if (
            not isinstance(actions, list)
            or len(actions) > MOST_ACTIONS
            or not all(isinstance(action, dict) for action in actions)
        ):
            raise UserError(
                self.env._(
                    "Send a list of at most %(count)s actions.", count=MOST_ACTIONS
                )
            )
        skew = self._get_skew(sent_on)
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, self.env.context)
            env.transaction.default_env = env
            app = env[self._name]
            outcomes = [app._run(action, skew) for action in actions]
            # The last commit began a transaction that sees all that was booked.
            return app._get_results(outcomes)

    @api.model
    def _get_skew(self, sent_on):
        if not sent_on:
            return timedelta()
        there = self.env["stock.lot"]._to_datetime(sent_on)
        skew = fields.Datetime.now() - there
        return max(-MOST_SKEW, min(skew, MOST_SKEW))

    # === ONE ACTION === #

    @api.model
    def _run(self, action, skew):
        """Do one action and commit; return its outcome, see :meth:`_get_results`."""
        key = action.get("key")
        if not isinstance(key, str) or not KEY.fullmatch(key):
            return {
                "key": key if isinstance(key, str) else None,
                "message": self.env._(
                    "This message has no key of its own. Reload the scan app."
                ),
            }
        cr = self.env.cr
        try:
            try:
                return retrying(partial(self._do_once, key, action, skew), self.env)
            except AccessError:
                message, ask = self._get_no_right_text(), None
            except UserError as error:
                message, ask = str(error), getattr(error, "ask", None)
            cr.rollback()
            return retrying(
                partial(self._refuse_once, key, action, message, ask), self.env
            )
        except (ConcurrencyError, OperationalError, PoolError):
            _logger.info("action %s: to be sent again", key, exc_info=True)
            cr.rollback()
            return {"key": key, "state": "retry", "message": self._get_busy_text()}
        except Exception:
            # One action that nobody thought of must not hold up those behind it.
            _logger.exception("action %s of the scan app failed", key)
            cr.rollback()
            return {
                "key": key,
                "message": self.env._(
                    "The server stumbled over this, and did not do it. Do it on the "
                    "spool's page, and tell the owner to look into the server's log."
                ),
            }

    @api.model
    def _get_no_right_text(self):
        return self.env._(
            "You may look this up, but not change it. Ask an operator or the owner."
        )

    @api.model
    def _get_busy_text(self):
        return self.env._("The server is busy. This will be sent again.")

    @api.model
    def _do_once(self, key, action, skew):
        """Do an action unless it was done before."""
        known = self._find_message(key)
        if known:
            return self._answer_again(known, action)
        kind = action.get("kind")
        doer = self._get_doers().get(kind if isinstance(kind, str) else None)
        if not doer:
            raise UserError(
                self.env._(
                    "This server cannot do that (%(kind)s). Update it, or do it on "
                    "the spool's page.",
                    kind=self._clean(str(kind))[:32],
                )
            )
        message = self.env["print3d.scan.action"].sudo()._begin(key, kind)
        done = doer(action, {"key": key, "happened_on": self._get_time(action, skew)})
        lot, entry = done.get("lot"), done.get("entry")
        company = (lot and lot.company_id) or self.env.company
        message.write(
            {
                "lot_id": lot and lot.id,
                "entry_id": entry and entry.id,
                "company_id": company.id,
                "message": done["message"],
                "data": done.get("data"),
            }
        )
        return {"key": key, "message_id": message.id}

    @api.model
    def _find_message(self, key):
        return self.env["print3d.scan.action"].sudo().search([("key", "=", key)])

    @api.model
    def _answer_again(self, known, action):
        """Return the outcome of an action that came again."""
        if known.user_id != self.env.user:
            text = self.env._("Somebody else told this already.")
        elif known.kind not in (action.get("kind"), "undone"):
            text = self.env._(
                "This message bears the key of another one. Do it once more."
            )
        else:
            return {"key": known.key, "message_id": known.id}
        return {"key": known.key, "message": text}

    @api.model
    def _refuse_once(self, key, action, text, ask):
        """Keep that an action was refused, so that it stays refused."""
        known = self._find_message(key)
        if known:
            return self._answer_again(known, action)
        message = (
            self.env["print3d.scan.action"]
            .sudo()
            ._begin(
                key,
                self._clean(str(action.get("kind")))[:32],
                state="refused",
                message=text,
                data={"ask": ask} if ask else False,
            )
        )
        return {"key": key, "message_id": message.id}

    @api.model
    def _get_time(self, action, skew):
        """Return when an action was done, by our clock."""
        moment = self.env["stock.lot"]._to_datetime(action.get("happened_on"))
        try:
            return moment and moment + skew
        except OverflowError as error:
            raise UserError(
                self.env._("The clock of this phone is wrong. Set it, and try again.")
            ) from error

    # === ANSWERS === #

    @api.model
    def _get_results(self, outcomes):
        """Return the results of actions as the phone gets them.

        :param outcomes: dicts with ``key`` and the number of the kept message
            (``message_id``), or else ``state`` (refused by default) and ``message``
        """
        messages = (
            self.env["print3d.scan.action"]
            .sudo()
            .browse(
                outcome["message_id"] for outcome in outcomes if "message_id" in outcome
            )
        )
        by_id = {message.id: message for message in messages}
        data = {message.id: message.data or {} for message in messages}
        others = {lot_id for each in data.values() for lot_id in each.get("spools", ())}
        spools = self.env["stock.lot"].search(
            [("id", "in", [*messages.lot_id.ids, *others]), ("is_spool", "=", True)]
        )
        cards = {card["id"]: card for card in self._get_spool_cards(spools)}
        things = self._get_touched_cards(data.values(), len(outcomes))
        results = []
        for outcome in outcomes:
            message = by_id.get(outcome.get("message_id"))
            if not message:
                results.append({"state": "refused", "undo": False, **outcome})
                continue
            told = data[message.id]
            result = self._get_result(message, told)
            if message.lot_id.id in cards:
                result["card"] = cards[message.lot_id.id]
            beside = [
                *(
                    cards[lot_id]
                    for lot_id in told.get("spools", ())
                    if lot_id in cards
                ),
                *(
                    things[tuple(thing)]
                    for thing in told.get("touched", ())
                    if tuple(thing) in things
                ),
            ]
            if beside:
                result["cards"] = beside
            results.append(result)
        return results

    @api.model
    def _get_touched_cards(self, told, count):
        """Return {(kind, id): card} of what the actions touched beside spools."""
        things = {tuple(thing) for each in told for thing in each.get("touched", ())}
        if count > FEW_ACTIONS:
            things = {thing for thing in things if thing[0] != "place"}
        cards = {thing: self._find_card(*thing) for thing in things}
        return {thing: card for thing, card in cards.items() if card}

    @api.model
    def _get_result(self, message, told):
        entry = message.entry_id.with_env(self.env)._filtered_access("read")
        state, text = message.state, message.message
        if state == "undone":
            state = "refused" if message.kind == "undone" else "done"
        elif state == "done" and entry and message.kind not in ("undo", "decide"):
            state = STATES[entry.state]
            if state == "refused":
                text = entry.problem_text or self.env._("It does not count.")
        result = {
            "key": message.key,
            "state": state,
            "message": text or "",
            "undo": message.state == "done"
            and message.kind not in ("undo", "decide")
            and self._can_undo_message(entry, told),
        }
        if entry:
            result["entry_id"] = entry.id
        if message.lot_id:
            result["spool_id"] = message.lot_id.id
        if state == "conflict":
            result["conflict"] = self._get_conflict(entry)
            result["message"] = entry.problem_text or ""
        for name in ("ask", "print", "left"):
            if name in told:
                result[name] = told[name]
        return result

    @api.model
    def _can_undo_message(self, entry, told):
        if entry:
            return entry._can_undo()
        return bool(told.get("tags"))
