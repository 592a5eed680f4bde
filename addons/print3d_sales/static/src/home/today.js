import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { formatGrams } from "@print3d_library/marks/format";
import { HomeCard } from "@print3d_library/home/home_card";

const WIDTH = 140;
const HEIGHT = 36;
const MARGIN = 3;

/** The numbers of the day and, as a line, the prints of the last two weeks. */
export class TodaySection extends Component {
    static template = "print3d_sales.TodaySection";
    static components = { HomeCard };
    static props = { data: Object, reload: Function };

    setup() {
        this.title = _t("Today");
    }

    text(number) {
        if (number.kind === "money") {
            return formatMonetary(number.value, {
                currencyId: number.currency_id,
                digits: [16, 0],
            });
        }
        return number.kind === "grams"
            ? formatGrams(number.value)
            : String(number.value);
    }

    /** Points of the line, the oldest day first. */
    get points() {
        const { spark } = this.props.data;
        const highest = Math.max(1, ...spark.map((day) => day.count));
        const step = (WIDTH - 2 * MARGIN) / Math.max(1, spark.length - 1);
        return spark.map((day, index) => ({
            x: MARGIN + index * step,
            y: HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * day.count) / highest,
        }));
    }

    get line() {
        return this.points
            .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
            .join(" ");
    }

    /** Place of the dot that marks today; drawn apart, as the line is stretched. */
    get dot() {
        const { x, y } = this.points.at(-1);
        return `left: ${(100 * x) / WIDTH}%; top: ${(100 * y) / HEIGHT}%`;
    }

    get viewBox() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get sparkLabel() {
        const total = this.props.data.spark.reduce((sum, day) => sum + day.count, 0);
        return _t("%(prints)s prints in %(days)s days", {
            prints: total,
            days: this.props.data.spark.length,
        });
    }
}

registry.category("print3d_home_sections").add("today", {
    key: "today",
    component: TodaySection,
    sequence: 10,
    column: "side",
});
