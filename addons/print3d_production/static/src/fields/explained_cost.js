import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ICONS = { filament: "fa-circle", waste: "fa-recycle" };

/** The lines a cost is made of. */
export class ExplainedCostLines extends Component {
    static template = "print3d_production.ExplainedCostLines";
    static props = { lines: Array, total: String, close: Function };
}

/** A cost that opens its own arithmetic. */
export class ExplainedCostField extends Component {
    static template = "print3d_production.ExplainedCostField";
    static props = { ...standardFieldProps };

    setup() {
        this.popover = usePopover(ExplainedCostLines, { position: "bottom-end" });
    }

    get value() {
        return this.props.record.data[this.props.name] || { total: 0, lines: [] };
    }

    money(amount) {
        return formatMonetary(amount, { currencyId: this.value.currency_id });
    }

    get total() {
        return this.money(this.value.total);
    }

    get lines() {
        return this.value.lines.map((line, index) => ({
            key: index,
            icon: ICONS[line.kind] || "fa-print",
            label: line.label,
            sum: _t("%(quantity)s %(unit)s × %(price)s", {
                quantity: formatFloat(line.quantity, { trailingZeros: false }),
                unit: line.unit,
                price: formatFloat(line.price, { digits: [16, 4] }),
            }),
            amount: this.money(line.amount),
        }));
    }

    open(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
        } else {
            this.popover.open(ev.currentTarget, {
                lines: this.lines,
                total: this.total,
            });
        }
    }
}

registry.category("fields").add("print3d_explained_cost", {
    component: ExplainedCostField,
    displayName: _t("Explained cost"),
    supportedTypes: ["json"],
});
