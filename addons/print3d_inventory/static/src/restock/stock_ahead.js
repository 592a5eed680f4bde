/* global Chart */

import {
    Component,
    onWillStart,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { formatDate } from "@web/views/fields/formatters";
import { getChartConfig } from "./stock_chart";
import { formatQuantity } from "./quantity";

const SPANS = [30, 60, 120];

/**
 * The stock of the coming days: a stepped line with what comes and goes, the reorder
 * point, and how sure it is; and the same as a table.
 */
export class StockAhead extends Component {
    static template = "print3d_inventory.StockAhead";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.state = useState({ ahead: null, span: 60, hasTable: false });
        this.spans = SPANS;
        onWillStart(async () => {
            await Promise.all([loadBundle("web.chartjs_lib"), this.load()]);
        });
        useEffect(
            (productId, stamp) => {
                if (this.loadedFor !== `${productId}/${stamp}`) {
                    this.load();
                }
            },
            () => [this.productId, this.stamp]
        );
        useEffect(
            () => this.draw(),
            () => [this.state.ahead, this.canvas.el]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get productId() {
        const { resModel, resId, data } = this.props.record;
        return resModel === "product.product" ? resId : data.product_id?.id;
    }

    /** Changes when the record was saved with another limit. */
    get stamp() {
        const { data } = this.props.record;
        return `${data.product_min_qty || 0}/${data.qty_available || 0}`;
    }

    async load() {
        const productId = this.productId;
        const { resModel, resId } = this.props.record;
        this.loadedFor = `${productId}/${this.stamp}`;
        // A rule looks at its warehouse, a thing at all of them.
        const isRule = resModel === "stock.warehouse.orderpoint" && resId;
        this.state.ahead = productId
            ? await this.orm.call(
                  isRule ? resModel : "product.product",
                  "get_stock_ahead",
                  [[isRule ? resId : productId]],
                  { days: this.state.span }
              )
            : null;
    }

    async setSpan(span) {
        this.state.span = span;
        await this.load();
    }

    draw() {
        this.chart?.destroy();
        this.chart = null;
        if (!this.state.ahead || !this.canvas.el) {
            return;
        }
        this.chart = new Chart(
            this.canvas.el,
            getChartConfig(this.state.ahead, cookie.get("color_scheme"))
        );
    }

    quantity(value) {
        return formatQuantity(value, this.state.ahead.unit);
    }

    day(text) {
        return formatDate(deserializeDate(text));
    }

    get hasUse() {
        return this.state.ahead.days.some(
            (day) => day.planned || day.events || day.burn
        );
    }

    get summary() {
        const { ahead } = this.state;
        const parts = [
            ahead.daily_use
                ? _t("%(use)s a day are usual", { use: this.quantity(ahead.daily_use) })
                : _t("Nothing is usually used of it"),
        ];
        if (ahead.is_guess) {
            parts.push(_t("with too little history to be sure"));
        }
        return parts.join(", ");
    }

    get verdict() {
        const { depletion_on } = this.state.ahead;
        if (depletion_on) {
            return _t("Runs out on %(day)s", { day: this.day(depletion_on) });
        }
        return _t("Lasts longer than %(days)s days", { days: this.state.span });
    }

    /** Days on which something happens besides the usual, and the last one. */
    get rows() {
        const { days } = this.state.ahead;
        return days
            .filter(
                (day, index) =>
                    index % 7 === 0 ||
                    index === days.length - 1 ||
                    day.in ||
                    day.planned ||
                    day.events
            )
            .map((day) => ({
                key: day.date,
                day: this.day(day.date),
                isLow: day.is_low,
                stock:
                    day.stock < 0
                        ? _t("%(amount)s missing", {
                              amount: this.quantity(-day.stock),
                          })
                        : this.quantity(day.stock),
                in: day.in ? `+${this.quantity(day.in)}` : "",
                planned: day.planned ? this.quantity(day.planned) : "",
                expected:
                    day.events + day.burn > 0
                        ? this.quantity(day.events + day.burn)
                        : "",
            }));
    }

    get sources() {
        return this.state.ahead.sources.map((source, index) => ({
            ...source,
            key: index,
            day: this.day(source.date),
            amount: `${source.qty > 0 ? "+" : ""}${this.quantity(source.qty)}`,
        }));
    }

    openSource(source) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: source.res_model,
            res_id: source.res_id,
            views: [[false, "form"]],
        });
    }
}

export const stockAhead = {
    component: StockAhead,
    fieldDependencies: [],
};

registry.category("view_widgets").add("print3d_stock_ahead", stockAhead);
