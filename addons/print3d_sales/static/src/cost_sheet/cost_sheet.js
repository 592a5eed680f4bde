import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { formatMonetary } from "@web/views/fields/formatters";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useService } from "@web/core/utils/hooks";

const PARTS = [
    { key: "material", label: _t("Material") },
    { key: "machine", label: _t("Machine") },
    { key: "stock", label: _t("From stock") },
    { key: "royalty", label: _t("Royalties") },
];

const MODELS = { run: "print3d.run", royalty: "res.partner" };

/**
 * The cost of an order, explained: figures, one stacked bar of where the revenue goes,
 * and under it the runs, parts and stock takes the figures are the sum of.
 */
export class CostSheet extends Component {
    static template = "print3d_sales.CostSheet";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ open: false });
    }

    get data() {
        return this.props.record.data[this.props.name] || null;
    }

    get margin() {
        return this.data.margin;
    }

    get percent() {
        const { margin, revenue } = this.data;
        return revenue
            ? `${formatFloat((100 * margin) / revenue, { digits: [16, 1] })} %`
            : "";
    }

    /**
     * Parts of the bar in percent of the larger of revenue and cost, so that a loss
     * fills the bar and shows where the revenue ended.
     */
    get bar() {
        const cost = PARTS.reduce((sum, part) => sum + this.data[part.key], 0);
        const whole = Math.max(this.data.revenue, cost);
        if (!whole) {
            return [];
        }
        const parts = PARTS.map(({ key, label }) => ({
            key,
            label,
            value: this.data[key],
            width: (100 * this.data[key]) / whole,
        }));
        if (this.margin > 0) {
            parts.push({
                key: "margin",
                label: _t("Margin"),
                value: this.margin,
                width: (100 * this.margin) / whole,
            });
        }
        return parts.filter((part) => part.width > 0);
    }

    get figures() {
        const figures = [
            { key: "revenue", label: _t("Revenue"), value: this.data.revenue },
        ];
        for (const { key, label } of PARTS) {
            if (!["stock", "royalty"].includes(key) || this.data[key]) {
                figures.push({ key, label, value: this.data[key] });
            }
        }
        figures.push({ key: "margin", label: _t("Margin"), value: this.margin });
        return figures;
    }

    money(value) {
        return formatMonetary(value, { currencyId: this.data.currency_id });
    }

    grams(value) {
        return value ? `${formatFloat(value, { digits: [16, 1] })} g` : "";
    }

    minutes(value) {
        if (!value) {
            return "";
        }
        const total = Math.round(value);
        const hours = Math.floor(total / 60);
        return hours
            ? _t("%(h)s h %(m)s min", { h: hours, m: total % 60 })
            : _t("%s min", total);
    }

    lineLabel(line) {
        if (line.kind === "stock") {
            return _t("%(quantity)s × %(product)s from stock", {
                quantity: line.quantity,
                product: line.name,
            });
        }
        if (line.kind === "royalty") {
            return _t("Royalty to %s", line.name);
        }
        return line.name;
    }

    cost(line) {
        return line.material + line.machine + line.stock + line.royalty;
    }

    toggle() {
        this.state.open = !this.state.open;
    }

    openLine(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODELS[line.kind] || "product.product",
            res_id: line.id,
            views: [[false, "form"]],
        });
    }
}

export const costSheet = {
    component: CostSheet,
    supportedTypes: ["json"],
    displayName: _t("Cost sheet"),
};

registry.category("fields").add("print3d_cost_sheet", costSheet);
