from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.print3d_inventory.models.print3d_trace_lines import INSIDE


class Print3dTrace(models.AbstractModel):
    """Orders, customers and invoices at the end of the way of filament."""

    _inherit = "print3d.trace"

    # === WHERE TO BEGIN === #

    @api.model
    def _get_starts(self):
        return {
            **super()._get_starts(),
            "sale.order": self._start_from_orders,
            "res.partner": self._start_from_customers,
        }

    @api.model
    def _start_from_orders(self, orders):
        """Go back from what orders got, and from what is made for them."""
        trail = self._follow_spools([])
        lines = orders.order_line
        self._go_back(
            trail, self._find_sent(SQL("move.sale_line_id = ANY(%s)", lines.ids))
        )
        productions = (
            self.env["mrp.production"]
            .sudo()
            .search([("sale_line_id", "in", lines.ids)])
        )
        self._go_back_from_productions(trail, productions)
        return trail

    @api.model
    def _start_from_customers(self, partners):
        """Go back from all that customers ordered."""
        orders = (
            self.env["sale.order"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", partners.commercial_partner_id.ids),
                    ("state", "=", "sale"),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
        )
        return self._start_from_orders(orders)

    @api.model
    def _start_from_invoices(self, invoices):
        """Go back from what customers were invoiced."""
        orders = invoices.invoice_line_ids.sale_line_ids.order_id
        if orders:
            return self._start_from_orders(orders)
        return super()._start_from_invoices(invoices)

    # === MADE FOR AN ORDER === #

    # Orders are delivered from the stock, and what is missing there is printed: their
    # moves are not chained. What was made for a line of an order is taken for what this
    # line got.

    @api.model
    def _find_chained(self, moves):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT maker.id, line.id, dest.usage, line.quantity_product_uom
                  FROM stock_move maker
                  JOIN mrp_production production ON production.id = maker.production_id
                  JOIN stock_move move ON move.sale_line_id = production.sale_line_id
                   AND move.product_id = maker.product_id
                  JOIN stock_move_line line ON line.move_id = move.id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location dest ON dest.id = line.location_dest_id
                 WHERE maker.id = ANY(%s) AND line.state = 'done'
                   AND line.lot_id IS NULL AND line.company_id = ANY(%s)
                   AND source.usage IN %s AND dest.usage NOT IN %s
                """,
                moves,
                self.env.companies.ids,
                INSIDE,
                INSIDE,
            )
        )
        return list({*super()._find_chained(moves), *rows})

    @api.model
    def _find_wanted(self, moves):
        wanted = super()._find_wanted(moves)
        for move, pieces in self.env.execute_query(
            SQL(
                """
                SELECT maker.id, SUM(move.product_qty)
                  FROM stock_move maker
                  JOIN mrp_production production ON production.id = maker.production_id
                  JOIN stock_move move ON move.sale_line_id = production.sale_line_id
                   AND move.product_id = maker.product_id
                  JOIN stock_location dest ON dest.id = move.location_dest_id
                 WHERE maker.id = ANY(%s) AND move.state != 'cancel'
                   AND dest.usage = 'customer'
              GROUP BY maker.id
                """,
                moves,
            )
        ):
            wanted[move] = max(wanted.get(move, 0.0), pieces)
        return wanted

    @api.model
    def _find_chained_makers(self, moves):
        makers = super()._find_chained_makers(moves)
        for move, line, pieces in self.env.execute_query(
            SQL(
                """
                SELECT move.id, line.id, line.quantity_product_uom
                  FROM stock_move move
                  JOIN mrp_production production
                    ON production.sale_line_id = move.sale_line_id
                  JOIN stock_move maker ON maker.production_id = production.id
                   AND maker.product_id = move.product_id
                  JOIN stock_move_line line ON line.move_id = maker.id
                  JOIN stock_location source ON source.id = line.location_id
                 WHERE move.id = ANY(%s) AND line.state = 'done'
                   AND source.usage = 'production' AND line.company_id = ANY(%s)
                """,
                list(moves),
                self.env.companies.ids,
            )
        ):
            if (line, pieces) not in makers[move]:
                makers[move].append((line, pieces))
        return makers

    # === NAMES === #

    @api.model
    def _get_words(self):
        return {
            **super()._get_words(),
            "sale.order": self.env._("Order"),
            "res.partner": self.env._("Customer"),
        }

    @api.model
    def _suggest(self, text):
        mine = Domain("company_id", "in", self.env.companies.ids)
        found = [
            *super()._suggest(text),
            *self._suggest_records(
                "sale.order",
                mine & Domain("state", "=", "sale"),
                text,
                "fa-shopping-bag",
                "partner_id",
            ),
        ]
        if self.env["sale.order"].has_access("read"):
            found += self._suggest_records(
                "res.partner",
                Domain("sale_order_ids.state", "=", "sale"),
                text,
                "fa-user",
                "commercial_partner_id",
            )
        return [
            *found,
            *self._suggest_records(
                "account.move",
                mine & Domain("state", "=", "posted"),
                text,
                "fa-file-text-o",
                "partner_id",
            ),
        ]

    # === SECTIONS === #

    @api.model
    def _get_sections(self, trail, parts):
        sections = super()._get_sections(trail, parts)
        index = [section["key"] for section in sections].index("customers")
        sections.insert(index, self._get_orders_section(trail))
        return sections

    @api.model
    def _get_customer(self, line):
        return line.move_id.sale_line_id.order_id.partner_id or super()._get_customer(
            line
        )

    @api.model
    def _get_customer_subject(self, partner):
        return bool(partner) and {"model": "res.partner", "ids": partner.ids}

    @api.model
    def _get_promised(self, trail):
        """Return the lines of orders (sale.order.line) pieces are made for."""
        return self._get_productions(trail).sale_line_id.filtered(
            lambda line: line.state == "sale"
        )

    @api.model
    def _get_contacts(self, trail):
        """Add who ordered pieces that did not leave yet."""
        contacts = super()._get_contacts(trail)
        for line in self._get_promised(trail):
            waiting = line.product_uom_qty - line.qty_delivered
            if waiting <= 0:
                continue
            contact = contacts.setdefault(
                line.order_id.partner_id, self._make_contact()
            )
            contact["waiting"] += waiting
            contact["sure"] = True
        return contacts

    @api.model
    def _get_orders_section(self, trail):
        """The orders of customers, with what they got, and their invoices."""
        nothing = self.env["stock.move.line"]
        got = (
            self._get_lines(trail.sent)
            .filtered("move_id.sale_line_id")
            .grouped(lambda line: line.move_id.sale_line_id.order_id)
        )
        promised = self._get_promised(trail).grouped("order_id")
        orders = self.env["sale.order"].sudo().union(*got, *promised)
        stages = dict(
            self.env["sale.order"]
            ._fields["print3d_stage"]
            ._description_selection(self.env)
        )
        rows = []
        for order in orders.sorted("date_order", reverse=True):
            sent = got.get(order, nothing)
            invoices = order.order_line.invoice_lines.move_id.filtered(
                lambda invoice: invoice.state != "cancel"
            )
            rows.append(
                {
                    "group": "",
                    "cells": {
                        "order": self._link(order, order.name),
                        "customer": self._link(order.partner_id),
                        "date": order.date_order.date(),
                        "stage": stages.get(order.print3d_stage, ""),
                        "pieces": self._describe_pieces(sent),
                        "invoices": [
                            self._link(
                                invoice, invoice.name or self.env._("Draft invoice")
                            )
                            for invoice in invoices
                        ],
                        "sure": order in promised
                        or any(trail.sent[line.id] for line in sent),
                    },
                    "follow": {"model": "sale.order", "ids": order.ids},
                }
            )
        return {
            "key": "orders",
            "title": self.env._("Orders"),
            "icon": "fa-shopping-bag",
            "columns": self._make_columns(
                ("order", self.env._("Order"), "link"),
                ("customer", self.env._("Customer"), "link"),
                ("date", self.env._("Ordered"), "date"),
                ("stage", self.env._("Stage"), "text"),
                ("pieces", self.env._("Got"), "text"),
                ("invoices", self.env._("Invoices"), "links"),
                ("sure", self.env._("Sure"), "sure"),
            ),
            "rows": rows,
        }

    @api.model
    def _get_figures(self, trail, parts):
        figures = super()._get_figures(trail, parts)
        sent = self._get_lines(trail.sent)
        orders = sent.move_id.sale_line_id.order_id | self._get_promised(trail).order_id
        figures.insert(
            -1, {"key": "orders", "label": self.env._("Orders"), "value": len(orders)}
        )
        return figures


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "print3d.traceable"]
