import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatDate } from "@web/views/fields/formatters";
import { formatQuantity } from "./quantity";

const WIDTH = 96;
const HEIGHT = 24;

/** The stock of the coming days as a small line, with the reorder point. */
export class StockSparkField extends Component {
    static template = "print3d_inventory.StockSparkField";
    static props = { ...standardFieldProps };

    get ahead() {
        const ahead = this.props.record.data[this.props.name];
        return ahead && ahead.stock.length ? ahead : null;
    }

    get points() {
        return [this.ahead.start, ...this.ahead.stock];
    }

    get top() {
        return Math.max(...this.points, this.ahead.rop || 0, 1);
    }

    y(quantity) {
        const share = Math.max(0, quantity) / this.top;
        return Math.round(10 * (HEIGHT - 2 - (HEIGHT - 4) * share)) / 10;
    }

    /** Level during a day, then down or up at once. */
    get line() {
        const step = WIDTH / (this.points.length - 1);
        return this.points
            .map((quantity, index) =>
                index
                    ? `H${Math.round(10 * index * step) / 10}V${this.y(quantity)}`
                    : `M0 ${this.y(quantity)}`
            )
            .join("");
    }

    get ropLine() {
        return this.ahead.rop ? `M0 ${this.y(this.ahead.rop)}H${WIDTH}` : "";
    }

    /** "out" when nothing is left within the time, "low" when it is to be ordered. */
    get state() {
        if (this.ahead.empty_on) {
            return "out";
        }
        const last = this.points[this.points.length - 1];
        return last < (this.ahead.rop || 0) ? "low" : "fine";
    }

    get label() {
        const { stock, unit, empty_on } = this.ahead;
        const text = _t("%(now)s now, %(then)s in %(days)s days", {
            now: formatQuantity(this.ahead.start, unit),
            then: formatQuantity(Math.max(0, stock[stock.length - 1]), unit),
            days: stock.length,
        });
        if (!empty_on) {
            return text;
        }
        return _t("%(stock)s. Runs out on %(day)s", {
            stock: text,
            day: formatDate(deserializeDate(empty_on)),
        });
    }
}

registry.category("fields").add("print3d_stock_spark", {
    component: StockSparkField,
    displayName: _t("Stock ahead"),
    supportedTypes: ["json"],
});
