from odoo import Command, api, models

from ..scheduling.filling import EPSILON, Plate, fill_plates
from .mrp_production import OPEN
from .print3d_run import WAITING


class Print3dRunFilling(models.Model):
    """Which pieces of which orders a run makes, as long as it waits."""

    _inherit = "print3d.run"

    def _is_fillable(self):
        """Tell whether pieces may come onto this run and leave it for others."""
        self.ensure_one()
        return (
            self.state in ("queued", "assigned")
            and not self.is_pinned
            and not self.is_held
        )

    def _cancel_waiting(self, waived=False):
        """Let what would have come along with these runs go too."""
        orders = self.sudo().line_ids.production_id
        res = super()._cancel_waiting(waived=waived)
        orders._drop_spares()
        return res

    def _follow_priority(self):
        """Be urgent when one of the orders is, and no longer when none is."""
        for run in self:
            urgent = "1" in run.line_ids.production_id.mapped("priority")
            if run.priority != str(int(urgent)):
                run.priority = str(int(urgent))

    @api.model
    def _fill_plates(self, plates, company, productions):
        """Spread what orders want over the runs that wait, and add those that lack.

        :param plates: whose runs (print3d.plate)
        :param company: of which company (res.company)
        :param productions: orders that may not be in the queue yet (mrp.production)
        :return: the new runs
        """
        # The queue follows orders, whoever may change those.
        self = self.sudo().with_company(company)  # noqa: PLW0642
        created = self.browse()
        # What comes along is handed out first: it spares plates of its own.
        todo = sorted(
            plates.sudo(), key=lambda plate: (-len(plate._get_pieces()), plate.id)
        )
        seen = set()
        while todo:
            plate = todo.pop(0)
            seen.add(plate)
            new, others = self._fill_plate(plate, company, productions.sudo())
            created |= new
            todo += [other for other in others if other not in seen | set(todo)]
        return created

    @api.model
    def _fill_plate(self, plate, company, productions):
        """Spread what is wanted of one plate.

        :return: the new runs, and the plates which may lack less now
        """
        pieces = plate._get_pieces()
        runs = self.search(
            [
                ("plate_id", "=", plate.id),
                ("company_id", "=", company.id),
                ("state", "in", WAITING),
            ]
        )
        others = list(pieces)[1:]
        orders = productions | runs.line_ids.production_id
        if others:
            orders |= orders.search(
                [
                    ("product_id", "in", [product.id for product in others]),
                    ("company_id", "=", company.id),
                    ("state", "in", OPEN),
                ]
            )
        wants = orders._get_wants(plate, pieces, runs, orders._get_shared_plates())
        filled = fill_plates(
            {product.id: count for product, count in pieces.items()},
            wants.values(),
            [
                Plate(
                    run.id,
                    run._get_shares_by_order(),
                    run._is_fillable(),
                    bool(run.reprint_of_id or run.reservation_ids),
                )
                for run in runs
            ],
        )
        changes = [
            (run, plan.shares)
            for run, plan in zip(runs, filled, strict=False)
            if not run._is_filled_with(plan.shares, wants, pieces)
        ]
        new = [plan.shares for plan in filled[len(runs) :] if plan.shares]
        if not changes and not new:
            return self.browse(), []
        plate._lock_filling()
        for run, shares in changes:
            run._refill(shares, wants, pieces)
        created = self.create(
            [self._prepare_run_vals(plate, company, shares, wants) for shares in new]
        )
        for run, shares in zip(created, new, strict=True):
            run._refill(shares, wants, pieces)
        guests = [key for key, want in wants.items() if not want.drives]
        workorders = self.env["mrp.workorder"].browse({key[1] for key in guests})
        return created, list(workorders.plate_id - plate)

    def _get_shares_by_order(self):
        """Return {(order id, work order id): pieces} of this run."""
        self.ensure_one()
        shares = {}
        for line in self.line_ids:
            key = (line.production_id.id, line.workorder_id.id)
            shares[key] = shares.get(key, 0.0) + line.quantity
        return shares

    def _is_filled_with(self, shares, wants, pieces):
        """Tell whether the lines of this run will do for what is to stand on it.

        They may say more: what nobody wants is of some order too.
        """
        self.ensure_one()
        spares = self.line_ids.filtered("production_id.is_print3d_spare")
        there = self._get_shares_by_order()
        for line in spares:
            there.pop((line.production_id.id, line.workorder_id.id), None)
        if not shares or shares.keys() != there.keys():
            return False
        if any(there[key] + EPSILON < part for key, part in shares.items()):
            return False
        used = dict.fromkeys((product.id for product in pieces), 0.0)
        for key, part in there.items():
            used[wants[key].product] = used.get(wants[key].product, 0.0) + part
        for line in spares:
            if used.get(line.product_id.id):
                return False
        known = set(spares.product_id.ids)
        if any(not used[product.id] and product.id not in known for product in pieces):
            return False
        return all(
            used[product.id] <= count + EPSILON for product, count in pieces.items()
        )

    def _refill(self, shares, wants, pieces):
        """Write what this run makes for whom.

        :param dict shares: {(order id, work order id): pieces}, empty cancels it
        :param dict wants: {(order id, work order id): scheduling.filling.Want}
        :param dict pieces: {product: pieces} of the plate
        """
        self.ensure_one()
        self._lock(touch=True)
        old = self.line_ids.production_id
        if not shares:
            self._cancel_waiting()
            return
        shares = dict(shares)
        spare = []
        for product, count in pieces.items():
            keys = [key for key in shares if wants[key].product == product.id]
            room = count - sum(shares[key] for key in keys)
            if room <= EPSILON:
                continue
            if keys:
                # The least urgent order brings the surplus into stock.
                shares[max(keys, key=lambda key: wants[key].rank)] += room
            else:
                spare.append((product, room))
        commands = self._get_line_commands(shares, spare)
        if commands:
            was_urgent = "1" in old.mapped("priority")
            self.line_ids = commands
            if was_urgent or "1" in self.line_ids.production_id.mapped("priority"):
                self._follow_priority()
        (old - self.line_ids.production_id)._drop_spares()

    def _get_line_commands(self, shares, spare):
        """Return the commands that bring the lines of this run to these shares.

        :param dict shares: {(order id, work order id): pieces}
        :param spare: pairs of product and pieces that are of no order
        """
        self.ensure_one()
        left, commands, kept = dict(shares), [], {}
        for line in self.line_ids:
            if line.production_id.is_print3d_spare:
                kept[line.product_id] = line
                continue
            quantity = left.pop((line.production_id.id, line.workorder_id.id), None)
            if not quantity:
                commands.append(Command.delete(line.id))
            elif abs(line.quantity - quantity) > EPSILON:
                commands.append(Command.update(line.id, {"quantity": quantity}))
        commands += [
            Command.create(
                {
                    "production_id": production_id,
                    "workorder_id": workorder_id,
                    "quantity": quantity,
                }
            )
            for (production_id, workorder_id), quantity in left.items()
        ]
        missing = []
        for product, quantity in spare:
            line = kept.get(product)
            if line and abs(line.quantity - quantity) <= EPSILON:
                del kept[product]
            else:
                missing.append((product, quantity, self.name))
        commands += [Command.delete(line.id) for line in kept.values()]
        orders = self.env["mrp.production"]._create_spares(missing, self.company_id)
        commands += [
            Command.create({"production_id": order.id, "quantity": quantity})
            for order, (_product, quantity, _origin) in zip(
                orders, missing, strict=True
            )
        ]
        return commands

    @api.model
    def _prepare_run_vals(self, plate, company, shares, wants):
        """Hook: return the values of a new run of a plate.

        :param plate: print3d.plate
        :param company: res.company
        :param dict shares: {(order id, work order id): pieces}
        :param dict wants: {(order id, work order id): scheduling.filling.Want}
        :rtype: dict
        """
        orders = self.env["mrp.production"].browse({key[0] for key in shares})
        return {
            "plate_id": plate.id,
            "company_id": company.id,
            "priority": "1" if "1" in orders.mapped("priority") else "0",
            "line_ids": [
                Command.create(
                    {
                        "production_id": production_id,
                        "workorder_id": workorder_id,
                        "quantity": quantity,
                    }
                )
                for (production_id, workorder_id), quantity in shares.items()
            ],
        }
