import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

// Asked for when the bus is silent, such as behind a proxy without websockets.
const ASK_EVERY = 4000;
// With more printers than that the bars are folded up.
const MOST_BARS = 12;

/**
 * What a plan comes to beside what it would be without it, and how far its improvement
 * is. While that goes on the figures follow it.
 */
export class ScheduleFigures extends Component {
    static template = "print3d_production.ScheduleFigures";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.state = useState({ known: null });
        const onBus = (known) => this.onProgress(known);
        this.bus.subscribe("print3d_schedule", onBus);
        useEffect(
            () => this.poll(),
            () => [this.data.is_improving]
        );
        onWillUnmount(() => {
            this.bus.unsubscribe("print3d_schedule", onBus);
            browser.clearTimeout(this.timer);
        });
    }

    /** The newest known of: the record as it was read, what the job told since. */
    get data() {
        const known = this.state.known;
        return known && known.id === this.props.record.resId
            ? known
            : this.props.record.data;
    }

    get rows() {
        const data = this.data;
        return [
            {
                name: _t("Late"),
                before: this.hours(data.late_before, data.late_runs_before),
                after: this.hours(data.late_after, data.late_runs_after),
                change: this.compare(data.late_before, data.late_after),
            },
            {
                name: _t("Swaps"),
                before: data.swaps_before,
                after: data.swaps_after,
                change: this.compare(data.swaps_before, data.swaps_after),
            },
            {
                name: _t("Through on average after"),
                before: this.hours(data.waiting_before),
                after: this.hours(data.waiting_after),
                change: this.compare(data.waiting_before, data.waiting_after),
            },
            {
                name: _t("All printed"),
                before: this.moment(data.through_before),
                after: this.moment(data.through_after),
                change: this.compare(
                    this.number(data.through_before),
                    this.number(data.through_after)
                ),
            },
        ];
    }

    /** How much better another plan could be at most, in words. */
    get bound() {
        const { cost_after: cost, cost_bound: bound } = this.data;
        if (!bound || !cost || this.data.lost_count) {
            return "";
        }
        const percent = Math.max(0, Math.round(100 * (1 - bound / cost)));
        return percent
            ? _t("No plan is more than %s %% better.", percent)
            : _t("No plan is better.");
    }

    /** What each printer does until all is printed: its bar and its words. */
    get loads() {
        const kinds = {
            printing: _t("prints"),
            changing: _t("is changed over"),
            waiting: _t("stands and waits for a person"),
            closed: _t("closed"),
            idle: _t("has nothing to do"),
        };
        return (this.data.loads || []).map((load) => {
            const total = Object.keys(kinds).reduce((sum, kind) => sum + load[kind], 0);
            const parts = Object.entries(kinds)
                .filter(([kind]) => load[kind])
                .map(([kind, label]) => ({
                    kind,
                    percent: (100 * load[kind]) / total,
                    text: `${label} ${this.hours(load[kind] / 60)}`,
                }));
            return {
                id: load.printer_id,
                name: load.name,
                parts,
                words: parts.map((part) => part.text).join(", "),
            };
        });
    }

    get showsLoads() {
        return this.loads.length <= MOST_BARS;
    }

    get percent() {
        return Math.round(this.data.progress || 0);
    }

    number(value) {
        const moment = this.toMoment(value);
        return moment ? moment.toMillis() : 0;
    }

    toMoment(value) {
        return typeof value === "string" ? deserializeDateTime(value) : value;
    }

    moment(value) {
        const moment = this.toMoment(value);
        return moment ? toLocaleDateTimeString(moment) : "";
    }

    hours(value, runs) {
        const text = _t("%s h", formatFloat(value || 0, { digits: [16, 1] }));
        if (runs === undefined) {
            return text;
        }
        if (!runs) {
            return _t("nothing");
        }
        return runs === 1
            ? _t("%s, 1 run", text)
            : _t("%(hours)s, %(runs)s runs", { hours: text, runs });
    }

    /** "better", "worse" or "same": fewer is better in every row. */
    compare(before, after) {
        if (Math.abs((before || 0) - (after || 0)) < 0.05) {
            return "same";
        }
        return after < before ? "better" : "worse";
    }

    async onProgress(known) {
        if (known.id !== this.props.record.resId) {
            return;
        }
        const wasImproving = this.data.is_improving;
        this.state.known = known;
        if (wasImproving && !known.is_improving) {
            await this.props.record.load();
            this.state.known = null;
        }
    }

    poll() {
        browser.clearTimeout(this.timer);
        if (this.data.is_improving && this.props.record.resId) {
            this.timer = browser.setTimeout(async () => {
                const id = this.props.record.resId;
                const known = await this.orm.silent.call(
                    "print3d.schedule",
                    "get_progress",
                    [[id]]
                );
                await this.onProgress(known);
                this.poll();
            }, ASK_EVERY);
        }
        return () => browser.clearTimeout(this.timer);
    }

    async onStop() {
        const id = this.props.record.resId;
        await this.orm.call("print3d.schedule", "action_stop", [[id]]);
        this.state.known = { ...this.data, id, is_stopping: true };
    }
}

registry.category("view_widgets").add("print3d_schedule_figures", {
    component: ScheduleFigures,
    fieldDependencies: [
        ...[
            "late_before",
            "late_after",
            "waiting_before",
            "waiting_after",
            "cost_before",
            "cost_after",
            "cost_bound",
            "progress",
        ].map((name) => ({ name, type: "float" })),
        ...[
            "late_runs_before",
            "late_runs_after",
            "swaps_before",
            "swaps_after",
            "lost_count",
            "moved_count",
            "run_count",
            "rounds",
        ].map((name) => ({ name, type: "integer" })),
        { name: "through_before", type: "datetime" },
        { name: "through_after", type: "datetime" },
        { name: "loads", type: "json" },
        { name: "is_improving", type: "boolean" },
        { name: "is_stopping", type: "boolean" },
    ],
});
