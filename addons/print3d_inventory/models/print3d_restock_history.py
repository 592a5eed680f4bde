from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..restocking import Use, add_up_counts, find_empty_days, measure_use

# Receipts of so many days tell how long orders take.
RECEIPT_DAYS = 730


class History(NamedTuple):
    """What went by date, what was thrown away, and what the stock did.

    ``used``, ``scrapped`` and ``changes`` are {date: quantity}, ``counts`` is a list of
    (date, found less, found more) by physical counts. ``on_hand`` is what is there now.
    """

    used: dict
    scrapped: dict
    counts: list
    changes: dict
    on_hand: float


class Print3dRestockHistory(models.AbstractModel):
    """What really was used, and how long orders really took.

    What counts as use is what has to be bought again because work goes on:

    * what production and customers took, less what they gave back;
    * of spools, every line of the ledger that takes grams off for use, and every
      weighing or count with the corrections around it. They count with their sign: what
      a weighing finds less was used without being noted, what it finds more was noted
      too much. So over the life of a spool just what came with it was used;
    * what failed prints took (scrapped with their print as document);
    * what a physical count of other things finds less, as far as no later count finds
      it again; the first count of a thing brings its stock and is no use;
    * of other things, what is scrapped: a nozzle that is thrown away is a used nozzle.

    No use is what comes from vendors or goes back to them, what moves between places,
    what is wound from one spool to another, new spools told by hand, and, unless a
    policy says otherwise, spools that are thrown away.
    """

    _name = "print3d.restock.history"
    _description = "History of Use and Receipts"

    @api.model
    def _get_today(self, company):
        """Return the date at the company."""
        zone = company.sudo().partner_id.tz or self.env.user.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    # === USE === #

    @api.model
    def _get_histories(self, products, company, first):
        """Return what was used since ``first``, in one query for all products.

        :param products: product.product
        :param first: the first date
        :return: {(product id, warehouse id or None): History}
        :rtype: dict
        """
        if not products:
            return {}
        rows = self.env.execute_query(self._get_use_query(products, company, first))
        found = defaultdict(lambda: History({}, {}, [], {}, 0.0))
        for product, place, day, used, scrapped, less, more, change in rows:
            history = found[product, place]
            if used:
                history.used[day] = used
            if scrapped:
                history.scrapped[day] = scrapped
            if less or more:
                history.counts.append((day, less, more))
            if change:
                history.changes[day] = change
        for key, quantity in self._get_on_hand(products, company).items():
            found[key] = found[key]._replace(on_hand=quantity)
        return dict(found)

    @api.model
    def _merge_histories(self, histories):
        """Return one History of several places."""
        used, scrapped, changes = (defaultdict(float) for _kind in range(3))
        counts, on_hand = [], 0.0
        for history in histories:
            for sums, part in (
                (used, history.used),
                (scrapped, history.scrapped),
                (changes, history.changes),
            ):
                for day, quantity in part.items():
                    sums[day] += quantity
            counts += history.counts
            on_hand += history.on_hand
        return History(used, scrapped, sorted(counts), changes, on_hand)

    @api.model
    def _measure_use(self, history, policy, today, factors=None, extra=None):
        """Return the daily use (Use) a policy sees in a history, up to yesterday.

        :param dict factors: what was to be expected of each day, of a usual one
        :param dict extra: what was known to come on top, by date
        """
        if history is None:
            return Use()
        first, last = today - timedelta(days=policy.history_days), today - timedelta(1)
        used = self._get_used(history, policy.has_scraps)
        on_hand = history.on_hand - history.changes.get(today, 0.0)
        empty = find_empty_days(on_hand, history.changes, first, last)
        return measure_use(used, first, last, empty, factors, extra)

    @api.model
    def _get_used(self, history, has_scraps):
        """Return {date: quantity} of what counts as use of a history."""
        used = defaultdict(float, history.used)
        parts = [add_up_counts(history.counts)]
        if has_scraps:
            parts.append(history.scrapped)
        for part in parts:
            for day, quantity in part.items():
                used[day] += quantity
        return used

    @api.model
    def _get_on_hand(self, products, company):
        """Return {(product id, warehouse id or None): what is in stock}."""
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", products.ids),
                    ("company_id", "=", company.id),
                    ("location_id.usage", "=", "internal"),
                ],
                ["product_id", "location_id"],
                ["quantity:sum"],
            )
        )
        found = defaultdict(float)
        for product, place, quantity in groups:
            found[product.id, place.warehouse_id.id or None] += quantity
        return found

    @api.model
    def _get_use_query(self, products, company, first):
        """Return (product, warehouse, day, used, scrapped, less, more, change) rows.

        ``out`` is what left the shop by a move, below zero what came. Times are dates
        at the company; what the ledger tells late counts when it happened.
        """
        for model in ("stock.move", "stock.move.line", "print3d.spool.entry"):
            self.env[model].flush_model()
        self.env["stock.location"].flush_model(["usage", "warehouse_id"])
        self.env["product.template"].flush_model(["is_filament"])
        zone = company.sudo().partner_id.tz or self.env.user.tz or "UTC"
        return SQL(
            """
            WITH moved AS (
                SELECT line.product_id,
                       CASE WHEN source.usage = 'internal' THEN source.warehouse_id
                            ELSE dest.warehouse_id END AS warehouse_id,
                       (COALESCE(entry.happened_on, line.date) AT TIME ZONE 'UTC'
                           AT TIME ZONE %(zone)s)::date AS day,
                       CASE WHEN source.usage = 'internal'
                            THEN line.quantity_product_uom
                            ELSE -line.quantity_product_uom END AS out,
                       CASE WHEN source.usage = 'internal' THEN dest.usage
                            ELSE source.usage END AS other,
                       entry.kind, undone.kind AS undone_kind,
                       COALESCE(entry.res_model, 'stock.scrap') = 'stock.scrap'
                           AS is_thrown_away,
                       move.scrap_id, move.origin_returned_move_id,
                       template.is_filament
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location dest ON dest.id = line.location_dest_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN print3d_spool_entry entry ON entry.id = line.spool_entry_id
             LEFT JOIN print3d_spool_entry undone ON undone.id = entry.undoes_id
                 WHERE line.state = 'done' AND line.company_id = %(company)s
                   AND line.product_id = ANY(%(products)s)
                   AND line.date >= %(first)s::date - 1
                   AND (source.usage = 'internal') != (dest.usage = 'internal')
            ), sorted AS (
                SELECT *, CASE
                       WHEN kind IN ('merge_in', 'merge_out')
                            OR undone_kind IN ('merge_in', 'merge_out') THEN 'none'
                       WHEN undone_kind = 'scrap' THEN 'scrapped'
                       WHEN kind IN ('use', 'count', 'percent', 'weigh', 'scale',
                                     'correct') THEN 'used'
                       WHEN kind = 'scrap' AND is_thrown_away THEN 'scrapped'
                       WHEN kind = 'scrap' THEN 'used'
                       WHEN other = 'customer' THEN 'used'
                       WHEN other = 'production'
                            AND (out > 0 OR origin_returned_move_id IS NOT NULL)
                            THEN 'used'
                       WHEN kind IS NOT NULL THEN 'none'
                       WHEN scrap_id IS NOT NULL AND is_filament THEN 'scrapped'
                       WHEN scrap_id IS NOT NULL THEN 'used'
                       WHEN other = 'inventory' THEN 'counted'
                       ELSE 'none' END AS meaning
                  FROM moved
                 WHERE day >= %(first)s
            )
            SELECT product_id, warehouse_id, day,
                   COALESCE(SUM(out) FILTER (WHERE meaning = 'used'), 0),
                   COALESCE(SUM(out) FILTER (WHERE meaning = 'scrapped'), 0),
                   COALESCE(SUM(GREATEST(out, 0)) FILTER (
                       WHERE meaning = 'counted'), 0),
                   COALESCE(SUM(GREATEST(-out, 0)) FILTER (
                       WHERE meaning = 'counted'), 0),
                   -SUM(out)
              FROM sorted
          GROUP BY product_id, warehouse_id, day
          ORDER BY product_id, warehouse_id, day
            """,
            zone=zone,
            company=company.id,
            products=list(products.ids),
            first=first,
        )

    @api.model
    def _get_monthly_use(self, products, company, today, has_scraps=False):
        """Return what was used of all these products together, month by month.

        Grams and pieces are not added up: each thing counts by the share of its own
        use, and as much as it has days of use.

        :return: {(year, month): weight}, the first date that counts, the last one; or
            None when nothing was used
        """
        first = date(today.year - 3, today.month, 1)
        months, start = defaultdict(float), None
        for history in self._get_histories(products, company, first).values():
            used = self._get_used(history, has_scraps)
            total = sum(used.values())
            if total <= 0:
                continue
            for day, quantity in used.items():
                months[day.year, day.month] += quantity / total * len(used)
            start = min([*used, *([start] if start else [])])
        if not start:
            return None
        # Before the first use nobody knows whether there was anything to use.
        return dict(months), start.replace(day=1), today - timedelta(days=1)

    # === RECEIPTS === #

    @api.model
    def _get_receipts(self, company, until="full"):
        """Return how many days orders took, from confirmation to stock.

        :param str until: ``full``, until all of a line had come, which lines that are
            still awaited do not tell; or ``first``, until anything had
        :return: {(vendor id, product id): days of each line} and
            {vendor id: days of each order}, the newest last
        :rtype: tuple[dict, dict]
        """
        for model in ("stock.move", "purchase.order", "purchase.order.line"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(partner.commercial_partner_id, partner.id),
                       line.product_id, line.order_id,
                       EXTRACT(EPOCH FROM %(moment)s - purchase.date_approve) / 86400
                  FROM purchase_order_line line
                  JOIN purchase_order purchase ON purchase.id = line.order_id
                  JOIN res_partner partner ON partner.id = purchase.partner_id
                  JOIN stock_move move ON move.purchase_line_id = line.id
                  JOIN stock_location source ON source.id = move.location_id
                 WHERE purchase.company_id = %(company)s
                   AND purchase.state IN ('purchase', 'done')
                   AND purchase.date_approve >= %(since)s
                   AND move.state = 'done' AND move.quantity > 0
                   AND source.usage IN ('supplier', 'transit')
              GROUP BY partner.id, line.id, purchase.id
                %(having)s
              ORDER BY purchase.date_approve, line.id
                """,
                moment=SQL("MIN(move.date)" if until == "first" else "MAX(move.date)"),
                having=SQL()
                if until == "first"
                else SQL("HAVING line.qty_received >= line.product_qty - 0.001"),
                company=company.id,
                since=fields.Datetime.now() - timedelta(days=RECEIPT_DAYS),
            )
        )
        own, orders = defaultdict(list), defaultdict(dict)
        for vendor, product, order, days in rows:
            days = max(0.0, float(days))
            own[vendor, product].append(days)
            its = orders[vendor]
            # An order is as late as its last line, or as early as its first.
            choose = min if until == "first" else max
            its[order] = choose(its.get(order, days), days)
        return dict(own), {vendor: list(its.values()) for vendor, its in orders.items()}
