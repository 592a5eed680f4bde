from collections import defaultdict
from datetime import datetime

from odoo import models


class BaseAutomationSteps(models.Model):
    """What is kept of the past of records: the values they had, as steps in time."""

    _inherit = "base.automation"

    # === WHAT IS KEPT OF THE PAST === #

    def _get_print3d_fields(self):
        """Return the names of the record's own fields that the condition speaks of."""
        return list(
            dict.fromkeys(
                leaf.field_expr for leaf in self._get_print3d_domain().iter_conditions()
            )
        )

    def _is_print3d_tracked(self, name):
        """Hook: tell whether the past of a field is known.

        :param str name: as the condition has it
        """
        field = self.env[self.model_name]._fields.get(name)
        if field is None:
            return False
        if self.model_name == "print3d.alert":
            return name == "state"
        if self.model_name == "stock.lot" and name == "remaining_g":
            return True
        return bool(field.store and getattr(field, "tracking", None))

    def _get_print3d_history(self, records, names, since):
        """Hook: return what fields were, as steps.

        :param records: of the rule's model
        :param set names: fields whose past is known
        :param datetime since: what was before is one step
        :return: {field: {number of a record: [(from when, value)]}}, in order of time;
            many2one fields by their number
        :rtype: dict
        """
        history = {}
        names = set(names)
        if records._name == "print3d.alert" and "state" in names:
            names.discard("state")
            history["state"] = self._get_print3d_alert_steps(records)
        if records._name == "stock.lot" and "remaining_g" in names:
            names.discard("remaining_g")
            history["remaining_g"] = self._get_print3d_spool_steps(records, since)
        for name in names:
            history[name] = self._get_print3d_tracked_steps(records, name, since)
        return history

    def _get_print3d_alert_steps(self, alerts):
        """Return the states of alerts, from their journal."""
        states = {
            "raised": "open",
            "acknowledged": "acknowledged",
            "muted": "muted",
            "unmuted": "open",
            "resolved": "resolved",
            "auto_resolved": "auto_resolved",
            "reopened": "open",
        }
        steps = defaultdict(list)
        for event in self.env["print3d.alert.event"].search_fetch(
            [("alert_id", "in", alerts.ids), ("kind", "in", list(states))],
            ["alert_id", "kind", "happened_on"],
            order="happened_on, id",
        ):
            steps[event.alert_id.id].append((event.happened_on, states[event.kind]))
        return steps

    def _get_print3d_spool_steps(self, lots, since):
        """Return what was left on spools, from their ledger."""
        changes = defaultdict(list)
        for entry in self.env["print3d.spool.entry"].search_fetch(
            [
                ("lot_id", "in", lots.ids),
                ("state", "=", "posted"),
                ("happened_on", ">=", since),
            ],
            ["lot_id", "happened_on", "grams"],
            order="happened_on, id",
        ):
            changes[entry.lot_id.id].append((entry.happened_on, entry.grams))
        steps = {}
        for lot in lots:
            grams = lot.remaining_g - sum(change for _when, change in changes[lot.id])
            steps[lot.id] = [(datetime.min, grams)]
            for when, change in changes[lot.id]:
                grams += change
                steps[lot.id].append((when, round(grams, 2)))
        return steps

    def _get_print3d_tracked_steps(self, records, name, since):
        """Return the values of a field that its messages tell the changes of."""
        field = records._fields[name]
        column = {
            "integer": "integer",
            "boolean": "integer",
            "many2one": "integer",
            "float": "float",
            "monetary": "float",
            "date": "datetime",
            "datetime": "datetime",
            "text": "text",
        }.get(field.type, "char")
        labels = {}
        if field.type == "selection":
            labels = {
                label: value for value, label in field._description_selection(self.env)
            }
        changes = defaultdict(list)
        for value in (
            self.env["mail.tracking.value"]
            .sudo()
            .search(
                [
                    ("field_id.model", "=", records._name),
                    ("field_id.name", "=", name),
                    ("mail_message_id.res_id", "in", records.ids),
                    ("mail_message_id.model", "=", records._name),
                    ("mail_message_id.date", ">=", since),
                ],
                order="id",
            )
        ):
            message = value.mail_message_id
            changes[message.res_id].append(
                (
                    message.date,
                    value[f"old_value_{column}"],
                    value[f"new_value_{column}"],
                )
            )

        def read(raw):
            if field.type == "selection":
                return labels.get(raw, raw or False)
            if field.type == "boolean":
                return bool(raw)
            if field.type == "date":
                return raw and raw.date()
            return raw or False if field.type == "many2one" else raw

        steps = {}
        for record in records:
            found = changes.get(record.id)
            if not found:
                value = record[name]
                value = value.id if field.type == "many2one" else value
                steps[record.id] = [(datetime.min, value)]
                continue
            steps[record.id] = [(datetime.min, read(found[0][1]))] + [
                (when, read(new)) for when, _old, new in found
            ]
        return steps
