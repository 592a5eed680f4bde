from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..tools import tags
from .print3d_scan_app_acting import KEY, AskFirstError
from .print3d_scan_app_cards import PLACING
from .print3d_spool_entry import STATEMENTS, TAKING

# Of whatever is told in numbers: a thousand tonnes.
MOST = 1e9


class Print3dScanAppDoing(models.AbstractModel):
    """What can be done with the scan app, kind by kind.

    Each takes the action and the words the ledger wants of every message (``key``,
    ``happened_on``), and returns a dict: ``message``, a sentence; ``lot`` and
    ``entry``, what it was about; and ``data``:

    * ``entries``: numbers of the entries to take back with it, in the order done
    * ``tags``: [number of a tag, number of the spool it was on, or 0], to take back
    * ``spools``, ``touched``: numbers of other spools, and [kind, number] of other
      things, whose cards the phone wants
    * ``print``, ``left``: handed on to the phone
    """

    _inherit = "print3d.scan.app"

    @api.model
    def _get_doers(self):
        """Hook: return {kind of action: function of (action, words)}."""
        return {
            **dict.fromkeys((*STATEMENTS, "use"), self._do_grams),
            "scrap": self._do_scrap,
            **dict.fromkeys(PLACING, self._do_place),
            **dict.fromkeys(
                ("open", "dry", "humidity", "desiccant", "quarantine", "release"),
                self._do_deed,
            ),
            "open_one": self._do_open_one,
            "merge": self._do_merge,
            "receive": self._do_receive,
            "receive_done": self._do_receive_done,
            "tie": self._do_tie,
            "undo": self._do_undo,
            "decide": self._do_decide,
        }

    # === WHAT IS NEEDED === #

    @api.model
    def _need_spool(self, action, name="spool_id"):
        spool = self._find_spool(action.get(name))
        if not spool:
            raise UserError(
                self.env._(
                    "That spool is gone, or belongs to a company you are not working "
                    "for. Scan its label again."
                )
            )
        spool.check_access("write")
        return spool

    @api.model
    def _need_place(self, action):
        place = self._find_record(
            "stock.location",
            action.get("place_id"),
            Domain("usage", "=", "internal"),
        )
        if not place:
            raise UserError(
                self.env._("Say where the spool goes: scan or choose a place.")
            )
        return place

    @api.model
    def _need_filament(self, action):
        product = self._find_record(
            "product.product",
            action.get("product_id"),
            Domain("is_filament", "=", True),
        )
        if not product:
            raise UserError(
                self.env._(
                    "That is no filament, or it is gone. Choose the filament again."
                )
            )
        return product

    @api.model
    def _get_options(self, action):
        value = action.get("value")
        return value if isinstance(value, dict) else {}

    @api.model
    def _get_words(self, action, words):
        """Return what is told to the ledger beside the deed itself."""
        reason = ": ".join(
            text[:200]
            for text in (
                self._clean(action.get(name)).strip() for name in ("reason", "note")
            )
            if text
        )
        device = self._find_record("print3d.device", action.get("device_id"))
        return {**words, "reason": reason or None, "device": device or None}

    @api.model
    def _to_number(self, value):
        """Return a number as a float of sensible size, and all else as it is.

        :raise UserError: when it is beyond all measure
        """
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        # What is no number compares with nothing.
        if not -MOST <= value <= MOST:
            raise UserError(self.env._("That number is beyond all measure."))
        return float(value)

    # === GRAMS === #

    @api.model
    def _do_grams(self, action, words):
        spool = self._need_spool(action)
        known = self._to_number(action.get("expected_g"))
        entry = spool._print3d_record(
            action["kind"],
            self._to_number(action.get("value")),
            expected_g=known if isinstance(known, float) else None,
            **self._get_words(action, self._not_before_birth(spool, words)),
        )
        return self._tell_entry(entry)

    @api.model
    def _do_scrap(self, action, words):
        spool = self._need_spool(action)
        words = self._get_words(action, self._not_before_birth(spool, words))
        grams = self._to_number(action.get("value"))
        entry = spool._print3d_record("scrap", grams, **words)
        return self._tell_entry(entry)

    @api.model
    def _not_before_birth(self, spool, words):
        """Return the words with a time at which there was such a spool.

        A clock that is a little slow must not let a spool be weighed before it came:
        what came would then count on top.
        """
        if not words["happened_on"]:
            return words
        came = self.env["print3d.spool.entry"].search(
            [("lot_id", "=", spool.id), ("kind", "=", "receive")],
            order="happened_on, id",
            limit=1,
        )
        when = words["happened_on"]
        return {**words, "happened_on": max(when, came.happened_on or when)}

    @api.model
    def _tell_entry(self, entry, **data):
        return {
            "lot": entry.lot_id,
            "entry": entry,
            "message": self._say(entry),
            "data": {"entries": entry.ids, **data},
        }

    @api.model
    def _say(self, entry):
        """Return what was done, as a sentence."""
        spool, kind = entry.lot_id.name, entry.kind
        if kind in STATEMENTS:
            return self.env._(
                "%(spool)s: %(grams)s g left.",
                spool=spool,
                grams=f"{entry.measured_g:g}",
            )
        if kind in TAKING:
            text = {
                "use": self.env._("%(grams)s g taken off %(spool)s."),
                "scrap": self.env._("%(grams)s g of %(spool)s scrapped."),
            }[kind]
            return text % {"grams": f"{entry.stated:g}", "spool": spool}
        place = entry.sudo().move_line_ids[-1:].location_dest_id
        if kind in PLACING and place:
            return self.env._(
                "%(spool)s is at %(place)s.",
                spool=spool,
                place=place._get_place_name(),
            )
        kinds = dict(entry._fields["kind"]._description_selection(self.env))
        return self.env._("%(spool)s: %(what)s.", spool=spool, what=kinds[kind])

    # === PLACES === #

    @api.model
    def _do_place(self, action, words):
        spool, kind = self._need_spool(action), action["kind"]
        words = self._get_words(action, words)
        self._check_not_overtaken(spool, words["happened_on"])
        before = spool._get_stock_quants().location_id
        place = self.env["stock.location"]
        if kind != "unload":
            place = self._need_place(action)
        elif not before.filtered(lambda spot: spot.print3d_kind == "slot"):
            return self._tell_nothing(
                spool, self.env._("%(spool)s is in no slot.", spool=spool.name)
            )
        if place and before == place:
            return self._tell_nothing(
                spool,
                self.env._(
                    "%(spool)s is at %(place)s already.",
                    spool=spool.name,
                    place=place._get_place_name(),
                ),
            )
        cleared = self._clear_slot(place, spool, action, words)
        entry = spool._print3d_record(kind, place.id or None, **words)
        after = spool._get_stock_quants().location_id
        told = self._tell_entry(
            entry,
            spools=cleared.lot_id.ids,
            touched=[
                ["place", spot.id]
                for spot in before | after
                if spot.print3d_kind in ("shelf", "slot")
            ],
        )
        told["data"]["entries"] = [*cleared.ids, entry.id]
        return told

    @api.model
    def _tell_nothing(self, spool, message):
        return {"lot": spool, "message": message}

    @api.model
    def _clear_slot(self, slot, spool, action, words):
        """Take the spool out that is in the way, when that was asked for.

        :return: the entry (print3d.spool.entry) of that, or none
        """
        other = slot.spool_id
        if not other or other == spool:
            return self.env["print3d.spool.entry"]
        if self._get_options(action).get("swap") is not True:
            raise AskFirstError(
                self.env._(
                    "%(slot)s holds spool %(spool)s (%(filament)s). Take that out, "
                    "and put this one in?",
                    slot=slot._get_place_name(),
                    spool=other.name,
                    filament=other.product_id.display_name,
                ),
                "swap",
            )
        return other._print3d_record(
            "unload", **{**words, "key": words["key"] + ":out"}
        )

    @api.model
    def _check_not_overtaken(self, spool, happened_on):
        """Refuse what is told late of a spool that somebody moved since."""
        if not happened_on:
            return
        later = (
            self.env["print3d.spool.entry"]
            .sudo()
            .search(
                [
                    ("lot_id", "=", spool.id),
                    ("kind", "in", PLACING),
                    ("state", "=", "posted"),
                    ("undone_by_id", "=", False),
                    ("user_id", "!=", self.env.uid),
                    ("happened_on", ">", happened_on),
                    ("move_line_ids", "!=", False),
                ],
                order="happened_on desc, id desc",
                limit=1,
            )
        )
        if later:
            raise UserError(
                self.env._(
                    "%(who)s put %(spool)s to %(place)s at %(time)s, after this. It "
                    "stays there.",
                    who=later.device_id.name or later.user_id.name,
                    spool=spool.name,
                    place=later.move_line_ids[-1:].location_dest_id._get_place_name(),
                    time=format_datetime(
                        self.env, later.happened_on, dt_format="short"
                    ),
                )
            )

    # === CARE === #

    @api.model
    def _do_deed(self, action, words):
        spool, kind = self._need_spool(action), action["kind"]
        if kind == "open" and spool.opened_on:
            return self._tell_nothing(
                spool,
                self.env._("%(spool)s was opened before.", spool=spool.name),
            )
        entry = spool._print3d_record(
            kind, action.get("value"), **self._get_words(action, words)
        )
        return self._tell_entry(entry)

    @api.model
    def _find_entry(self, key):
        """Return the line of the ledger that bears a key."""
        return self.env["print3d.spool.entry"].search([("key", "=", key)])

    @api.model
    def _do_open_one(self, action, words):
        product = self._need_filament(action)
        self.env["stock.lot"].check_access("write")
        told = self._get_words(action, words)
        told.pop("reason")
        spool = product._print3d_open_spool(**told)
        entry = self._find_entry(words["key"])
        return {
            "lot": spool,
            "entry": entry,
            "message": self.env._("Open %(spool)s.", spool=spool.name),
            "data": {
                "entries": entry.ids,
                "print": not spool.label_printed_on,
                "touched": [["product", product.id]],
            },
        }

    @api.model
    def _do_merge(self, action, words):
        spool, options = self._need_spool(action), self._get_options(action)
        target = self._need_spool(options, "target_id")
        told = self._get_words(action, words)
        told.pop("reason")
        grams = self._to_number(options.get("grams"))
        entries = spool._print3d_merge_into(target, grams, **told)
        own = entries.filtered(lambda entry: entry.lot_id == spool)[:1]
        return {
            "lot": spool,
            "entry": own,
            "message": self.env._(
                "%(spool)s is on %(target)s now.",
                spool=spool.name,
                target=target.name,
            ),
            "data": {"entries": own.ids, "spools": target.ids},
        }

    # === RECEIPTS === #

    @api.model
    def _need_receipts(self, action):
        kind = "purchase" if action.get("purchase_id") else "receipt"
        record_id = action.get("purchase_id") or action.get("picking_id")
        self.env["stock.picking"].check_access("write")
        _order, pickings = self._find_receipts(kind, record_id)
        if not pickings:
            raise UserError(
                self.env._(
                    "That order has no receipt, or belongs to a company you are not "
                    "working for. Scan it again."
                )
            )
        return [kind, record_id], pickings

    @api.model
    def _do_receive(self, action, words):
        thing, pickings = self._need_receipts(action)
        product, options = self._need_filament(action), self._get_options(action)
        if not self._count_pending(pickings, product) and (
            pickings.move_ids.product_id & product and options.get("over") is not True
        ):
            raise AskFirstError(
                self.env._(
                    "All spools of %(filament)s that were ordered are in. Receive one "
                    "more than ordered?",
                    filament=product.display_name,
                ),
                "over",
            )
        words = self._get_words(action, words)
        words.pop("reason")
        spool = pickings._receive_spool(
            product, self._check_told_spool(options), **words
        )
        entry = self._find_entry(words["key"])
        entries = [entry.id]
        if options.get("gross_g"):
            entries += self._weigh_new(spool, options["gross_g"], words).ids
        place = self._find_slot(options)
        if place:
            slot_words = {**words, "key": words["key"] + ":slot"}
            entries += spool._print3d_record("load", place.id, **slot_words).ids
        return {
            "lot": spool,
            "entry": entry,
            "message": self.env._(
                "%(spool)s is in: %(filament)s, %(grams)s g.",
                spool=spool.name,
                filament=product.display_name,
                grams=f"{spool.remaining_g:g}",
            ),
            "data": {
                "entries": entries,
                "touched": [thing],
                "print": options.get("print") is True,
                "left": self._count_pending(pickings | pickings.backorder_ids, product),
            },
        }

    @api.model
    def _check_told_spool(self, options):
        """Return what is told of a new spool, checked."""
        grams = options.get("grams")
        if grams is not None and (
            isinstance(grams, bool)
            or not isinstance(grams, (int, float))
            or not 0 < grams < 100_000
        ):
            raise UserError(
                self.env._("Say how many grams of filament are on the spool.")
            )
        place = self.env["stock.location"]
        if options.get("place_id"):
            place = self._need_place(options)

        def get_text(name):
            return self._clean(options.get(name)).strip()[:64]

        return {
            "grams": grams,
            "name": get_text("name"),
            "batch": get_text("batch"),
            "expires_on": self._check_date(options.get("expires_on")),
            "place": place,
            "over": options.get("over") is True,
        }

    @api.model
    def _check_date(self, text):
        if not text:
            return False
        moment = self.env["stock.lot"]._to_datetime(text)
        return moment.date()

    @api.model
    def _find_slot(self, options):
        place = options.get("place_id")
        return self._find_record(
            "stock.location", place, Domain("print3d_kind", "=", "slot")
        )

    @api.model
    def _weigh_new(self, spool, gross, words):
        """Weigh a spool that just came; learn what it weighs empty when nobody knows.

        :return: the entry (print3d.spool.entry), or none when there was nothing to tell
        """
        gross, full = self._to_number(gross), spool.net_weight_g
        if isinstance(gross, float) and not spool._get_tare_g() and gross > full:
            spool.tare_weight_g = gross - full
            return self.env["print3d.spool.entry"]
        return spool._print3d_record(
            "weigh",
            gross,
            accept_above=True,
            **{**words, "key": words["key"] + ":weigh"},
        )

    @api.model
    def _do_receive_done(self, action, _words):
        thing, pickings = self._need_receipts(action)
        rest = self._get_options(action).get("rest")
        if rest not in ("later", "cancel"):
            raise UserError(
                self.env._("Say whether the rest comes later, or not any more.")
            )
        pickings._finish_receipt(rest)
        return {
            "message": self.env._("The receipt is closed.")
            if rest == "cancel"
            else self.env._("The receipt is closed. The rest is on one of its own."),
            "data": {"touched": [thing]},
        }

    # === TAGS === #

    @api.model
    def _do_tie(self, action, _words):
        spool = self._need_spool(action)
        payload = self._get_options(action)
        Tag = self.env["print3d.tag"]
        facts = tags.read(payload)
        values = [value for _kind, value in facts.identities] if facts else []
        before = {
            tag.id: tag.lot_id.id for tag in Tag.search([("value", "in", values)])
        }
        tied = Tag.browse(Tag.tie(spool.id, payload))
        moved = Tag.browse(tag.id for tag in tied if before.get(tag.id) != spool.id)
        others = {before[tag.id] for tag in moved if tag.id in before}
        return {
            "lot": spool,
            "message": self.env._("The tag is on %(spool)s.", spool=spool.name),
            "data": {
                "tags": [[tag.id, before.get(tag.id, 0)] for tag in moved],
                "spools": sorted(others),
            },
        }

    # === TAKING BACK AND DECIDING === #

    @api.model
    def _do_undo(self, action, _words):
        """Take back an action (``of_key``), or a line of the ledger (``entry_id``)."""
        of_key = action.get("of_key")
        if of_key:
            return self._undo_message(of_key)
        entry = self._need_entry(action)
        message = (
            self.env["print3d.scan.action"]
            .sudo()
            .search([("entry_id", "=", entry.id), ("state", "=", "done")], limit=1)
        )
        if message and message.kind not in ("undo", "decide"):
            return self._undo_done(message)
        entry.action_undo()
        return self._tell_undone(entry.lot_id)

    @api.model
    def _undo_message(self, of_key):
        if not isinstance(of_key, str) or not KEY.fullmatch(of_key):
            raise UserError(self.env._("There is nothing of yours to take back."))
        known = self._find_message(of_key)
        if not known:
            # It may come yet, when messages overtake each other.
            self.env["print3d.scan.action"].sudo()._begin(
                of_key,
                "undone",
                state="undone",
                message=self.env._("Taken back before it was told."),
            )
            return {"message": self.env._("It is not done.")}
        if known.user_id != self.env.user or known.state != "done":
            raise UserError(self.env._("There is nothing of yours to take back."))
        return self._undo_done(known)

    @api.model
    def _undo_done(self, message):
        """Take back all that an action did, the last thing first."""
        told = message.data or {}
        spool = message.lot_id.with_env(self.env)
        Entry = self.env["print3d.spool.entry"]
        entries = Entry.search([("id", "in", told.get("entries") or [])])
        if not entries and not told.get("tags"):
            raise UserError(
                self.env._("This cannot be taken back. Do the opposite instead.")
            )
        for entry in entries.sorted("id", reverse=True):
            if not entry.undone_by_id:
                entry.action_undo()
        for tag_id, lot_id in told.get("tags") or []:
            tag = self.env["print3d.tag"].browse(tag_id).exists()
            if lot_id:
                tag.write({"lot_id": lot_id})
            else:
                tag.unlink()
        message.write({"state": "undone"})
        return self._tell_undone(
            spool,
            spools=told.get("spools") or [],
            touched=told.get("touched") or [],
        )

    @api.model
    def _tell_undone(self, spool, **data):
        return {
            "lot": spool,
            "message": self.env._("%(spool)s: taken back.", spool=spool.name),
            "data": data,
        }

    @api.model
    def _need_entry(self, action):
        entry = self._find_record("print3d.spool.entry", action.get("entry_id"))
        if not entry:
            raise UserError(
                self.env._("That line of the ledger is gone. Look at the spool again.")
            )
        return entry

    @api.model
    def _do_decide(self, action, _words):
        entry, decision = self._need_entry(action), action.get("decision")
        entry.action_decide(decision)
        text = {
            "mine": self.env._("%(spool)s: it counts."),
            "theirs": self.env._("%(spool)s: it does not count."),
            "add": self.env._("%(spool)s: both count."),
            "tare": self.env._("%(spool)s: full, and the empty spool is heavier."),
        }[decision]
        return {
            "lot": entry.lot_id,
            "entry": entry,
            "message": text % {"spool": entry.lot_id.name},
        }
