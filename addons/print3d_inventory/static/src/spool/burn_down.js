import { Component, onWillStart, useEffect, useState } from "@odoo/owl";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { formatGrams, safeColour } from "@print3d_library/marks/format";

const WIDTH = 600;
const HEIGHT = 140;
const STATEMENTS = ["weigh", "scale", "count", "percent"];

/**
 * How a spool went down: its grams over time, what was weighed as dots, and when it
 * will be empty if it goes on like this.
 */
export class BurnDown extends Component {
    static template = "print3d_inventory.BurnDown";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ points: [], full: 0, left: 0, emptyOn: null });
        onWillStart(() => this.load());
        useEffect(
            (resId, left) => {
                if (this.loadedFor !== `${resId}/${left}`) {
                    this.load();
                }
            },
            () => [this.props.record.resId, this.props.record.data.remaining_g]
        );
    }

    async load() {
        const { resId, data } = this.props.record;
        this.loadedFor = `${resId}/${data.remaining_g}`;
        if (!resId) {
            return;
        }
        const found = await this.orm.call("stock.lot", "get_burn_down", [[resId]]);
        this.state.points = found.points.map(([when, grams, kind]) => ({
            when: deserializeDateTime(when),
            grams,
            kind,
        }));
        this.state.full = found.full;
        this.state.left = found.left;
        this.state.perDay = found.per_day;
        this.state.emptyOn = found.empty_on && deserializeDateTime(found.empty_on);
        this.state.now = deserializeDateTime(found.now);
    }

    get hasStory() {
        return this.state.points.length > 1;
    }

    get top() {
        const grams = this.state.points.map((point) => point.grams);
        return Math.max(this.state.full, ...grams, 1);
    }

    /** The time the drawing covers; a forecast takes at most half of it. */
    get span() {
        const from = this.state.points[0].when.toMillis();
        const now = this.state.now.toMillis();
        const past = Math.max(now - from, 3600000);
        const ahead = this.state.emptyOn ? this.state.emptyOn.toMillis() - now : 0;
        return { from, now, to: now + Math.min(Math.max(ahead, 0), past) };
    }

    x(when) {
        const { from, to } = this.span;
        return Math.round((10 * WIDTH * (when - from)) / (to - from)) / 10;
    }

    y(grams) {
        return Math.round(10 * (HEIGHT - (HEIGHT * grams) / this.top)) / 10;
    }

    /** The line: level until something happened, then down or up at once. */
    get line() {
        const parts = [];
        for (const { when, grams } of this.state.points) {
            const x = this.x(when.toMillis());
            parts.push(
                parts.length ? `H${x}V${this.y(grams)}` : `M${x} ${this.y(grams)}`
            );
        }
        parts.push(`H${this.x(this.span.now)}`);
        return parts.join("");
    }

    get area() {
        return `${this.line}V${HEIGHT}H${this.x(this.span.from)}Z`;
    }

    get forecast() {
        if (!this.state.emptyOn) {
            return "";
        }
        const { now, to } = this.span;
        const share = (to - now) / (this.state.emptyOn.toMillis() - now);
        const grams = this.state.left * (1 - share);
        return `M${this.x(now)} ${this.y(this.state.left)}L${this.x(to)} ${this.y(grams)}`;
    }

    /** What was weighed or counted, in parts of the drawing's size. */
    get dots() {
        return this.state.points
            .filter((point) => STATEMENTS.includes(point.kind))
            .map((point, index) => ({
                key: index,
                left: `${(100 * this.x(point.when.toMillis())) / WIDTH}%`,
                top: `${(100 * this.y(point.grams)) / HEIGHT}%`,
                title: `${formatDate(point.when)}: ${formatGrams(point.grams)}`,
            }));
    }

    get colour() {
        const first = String(this.props.record.data.spool_colour || "").split(",")[0];
        return safeColour(first);
    }

    get topText() {
        return formatGrams(this.top);
    }

    get fromText() {
        return formatDate(this.state.points[0].when);
    }

    get forecastText() {
        if (!this.state.emptyOn) {
            return "";
        }
        return _t("Empty about %(day)s, at %(grams)s a day", {
            day: formatDate(this.state.emptyOn),
            grams: formatGrams(this.state.perDay),
        });
    }

    get label() {
        return [
            _t("%(grams)s left of %(full)s", {
                grams: formatGrams(this.state.left),
                full: formatGrams(this.state.full),
            }),
            this.forecastText,
        ]
            .filter(Boolean)
            .join(". ");
    }
}

export const burnDown = {
    component: BurnDown,
    fieldDependencies: [
        { name: "remaining_g", type: "float", readonly: true },
        { name: "spool_colour", type: "char", readonly: true },
    ],
};

registry.category("view_widgets").add("print3d_burn_down", burnDown);
