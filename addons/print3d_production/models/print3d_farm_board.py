from odoo import api, fields, models
from odoo.tools import SQL

from .mrp_workcenter import STATE_COLOURS
from .print3d_run import RUNNING, WAITING

# So many runs without a printer are looked through for one that a free printer can
# start; who has more of them plans or assigns them first.
LOOSE = 40


class Print3dFarmBoard(models.AbstractModel):
    """The farm as tiles: what each printer does, and what it wants of a person."""

    _name = "print3d.farm.board"
    _description = "Farm Board"

    @api.model
    def get_board(self, printer_ids=None):
        """Return the tiles of the printers of the user's companies.

        The number of queries does not depend on how many printers there are.

        :param printer_ids: only these printers, as after a change; all by default
        :return: ``tiles``, ``now`` (UTC, what times are to be reckoned from),
            ``can_act`` (the user may start and end prints), ``can_add`` (the user may
            add printers), ``states`` (pairs of key and label) and ``companies`` (their
            numbers)
        :rtype: dict
        """
        printers = self._get_printers(printer_ids)
        can_act = self.env.user.has_group("print3d_library.group_print3d_operator")
        states = printers._fields["printer_state"]._description_selection(self.env)
        following = self._get_next_runs(printers)
        labels = dict(states)
        return {
            "now": fields.Datetime.to_string(fields.Datetime.now()),
            "can_act": can_act,
            "can_add": self.env["mrp.workcenter"].has_access("create"),
            "states": [list(item) for item in states],
            "companies": self.env.companies.ids,
            "tiles": [
                self._prepare_tile(
                    printer,
                    following.get(printer.id, self.env["print3d.run"]),
                    labels[printer.printer_state],
                    can_act,
                )
                for printer in printers
            ],
        }

    @api.model
    def _get_printers(self, printer_ids=None):
        """Return the printers on the board; an archived one until its print ended.

        :param printer_ids: only these
        :rtype: mrp.workcenter
        """
        printers = self.env["mrp.workcenter"].with_context(active_test=False)
        domain = [
            ("is_printer", "=", True),
            ("company_id", "in", [*self.env.companies.ids, False]),
            "|",
            ("active", "=", True),
            ("run_ids", "any", [("state", "in", RUNNING)]),
        ]
        if printer_ids is not None:
            domain.append(("id", "in", printer_ids))
        return printers.search(domain).with_env(self.env)

    # === TILES === #

    @api.model
    def _prepare_tile(self, printer, following, label, can_act):
        """Hook: return what a tile shows of a printer.

        :param following: the run that it prints next (print3d.run), or none
        :param str label: its state in words
        :param bool can_act: offer what an operator does
        :rtype: dict
        """
        failed = printer.plate_run_id.state == "failed"
        state = printer.printer_state
        return {
            "id": printer.id,
            "name": printer.display_name,
            "model": printer.printer_model_id.name or printer.printer_model or "",
            "sequence": printer.sequence,
            "state": state,
            "label": self.env._("Failed") if state == "to_clear" and failed else label,
            "colour": "red"
            if state == "to_clear" and failed
            else STATE_COLOURS.get(state, "amber"),
            "rank": self._get_rank(state, failed, following),
            "note": self._get_note(printer, failed),
            "run": self._prepare_current(printer),
            "plate": self._prepare_run(printer.plate_run_id),
            "next": self._prepare_next(following),
            "slots": printer.slots_json,
            "waiting": printer.waiting_count,
            "waiting_s": printer.waiting_time_s,
            "actions": self._prepare_actions(state, following) if can_act else [],
        }

    @api.model
    def _get_rank(self, state, failed, following):
        """Return how soon a printer wants a person: 0 at once, from 5 on not yet."""
        if state == "to_clear":
            return 0 if failed else 3
        if state == "free":
            ready = following and following.feasibility in ("ready", "swap")
            return 5 if ready else 7
        return {"overdue": 1, "paused": 2, "blocked": 4, "printing": 6}.get(state, 9)

    @api.model
    def _get_note(self, printer, failed):
        """Say in a few words what is the matter with a printer."""
        run = printer.plate_run_id
        if printer.printer_state == "to_clear" and run:
            if failed and run.failure_cause_id:
                return self.env._(
                    "%(product)s: %(cause)s",
                    product=run.product_id.display_name,
                    cause=run.failure_cause_id.name,
                )
            return run.product_id.display_name
        if printer.printer_state == "offline":
            return self.env._("Nothing is planned on it")
        return ""

    @api.model
    def _prepare_run(self, run):
        """Return what is shown of a run; nothing when there is none."""
        if not run:
            return False
        return {
            "id": run.id,
            "name": run.name,
            "product": run.product_id.display_name,
            "picture": run.thumbnail_url or "",
            "quantity": run.quantity,
            "chips": run.chips or [],
        }

    @api.model
    def _prepare_current(self, printer):
        """Return what is printed now, and how far it is."""
        run = printer.current_run_id
        if not run:
            return False
        return {
            **self._prepare_run(run),
            "percent": round(run.progress_shown, 1),
            "eta": fields.Datetime.to_string(run.date_eta or run.date_expected) or "",
            "is_paused": run.state == "paused",
            "due": fields.Datetime.to_string(run.due_date) or "",
        }

    @api.model
    def _prepare_next(self, run):
        """Return what is printed next, and whether it can start."""
        if not run:
            return False
        labels = dict(run._fields["feasibility"]._description_selection(self.env))
        return {
            **self._prepare_run(run),
            "time_s": run.time_s,
            "feasibility": run.feasibility or "",
            "label": labels.get(run.feasibility, ""),
            "note": run.feasibility_note or "",
        }

    @api.model
    def _prepare_actions(self, state, following):
        """Return what a person can do with a printer in this state, the first first."""
        actions = {
            "good": {"label": self.env._("All good"), "icon": "fa-check"},
            "failed": {"label": self.env._("Failed"), "icon": "fa-times"},
            "pause": {"label": self.env._("Pause"), "icon": "fa-pause"},
            "resume": {"label": self.env._("Resume"), "icon": "fa-play"},
            "clear": {"label": self.env._("Plate cleared"), "icon": "fa-hand-paper-o"},
            "start": {"label": self.env._("Start next"), "icon": "fa-play"},
            "put_back": {
                "label": self.env._("Put back into service"),
                "icon": "fa-plug",
            },
        }
        keys = {
            "printing": ["good", "failed", "pause"],
            "overdue": ["good", "failed", "pause"],
            "paused": ["resume", "good", "failed"],
            "to_clear": ["clear"],
            "free": ["start"] if following else [],
            "offline": ["put_back"],
        }
        return [{"key": key, **actions[key]} for key in keys.get(state, [])]

    # === WHAT IS NEXT === #

    @api.model
    def _get_next_runs(self, printers):
        """Return {printer id: the run that it prints next}.

        First what is assigned to it, then what is planned on it, then the first run
        without a printer that the queue would put on it.

        :param printers: the printers (mrp.workcenter)
        """
        if not printers:
            return {}
        Run = self.env["print3d.run"]
        Run.flush_model(
            [
                "workcenter_id",
                "planned_workcenter_id",
                "state",
                "queue_rank",
                "sequence",
                "is_held",
            ]
        )
        rows = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (printer) printer, id
                      FROM (SELECT COALESCE(workcenter_id, planned_workcenter_id)
                                   AS printer,
                                   workcenter_id IS NULL AS loose, id, queue_rank,
                                   sequence
                              FROM print3d_run
                             WHERE state IN ('queued', 'assigned')
                               AND is_held IS NOT TRUE) waiting
                     WHERE printer IN %s
                  ORDER BY printer, loose, queue_rank, sequence, id
                    """,
                    tuple(printers.ids),
                )
            )
        )
        loose = Run
        idle = printers.filtered(
            lambda printer: printer.id not in rows and not printer.current_run_id
        )
        if idle:
            loose = Run.search(
                [
                    ("state", "in", WAITING),
                    ("state", "!=", "draft"),
                    ("is_held", "=", False),
                    ("workcenter_id", "=", False),
                    ("planned_workcenter_id", "=", False),
                    ("company_id", "in", self.env.companies.ids),
                ],
                limit=LOOSE,
            )
        # One batch, so that the queue is walked once for all tiles.
        runs = Run.browse([*rows.values(), *loose.ids])
        following = {
            printer_id: Run.browse(run_id).with_prefetch(runs._prefetch_ids)
            for printer_id, run_id in rows.items()
        }
        runs.mapped("feasibility")
        for run in loose:
            proposed = (run.feasibility_json or {}).get("printer_id")
            if proposed in idle.ids:
                following.setdefault(proposed, run)
        return following
