/* global luxon */
import { Component, onWillUnmount, reactive, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { StateDot } from "@print3d_library/marks/state_dot";
import { readClock, readTime } from "./alert_marks";

const EVERY = 30000;

// One clock for all badges on the screen, which stands still without any.
const clock = reactive({ now: null });
let users = 0;
let timer = null;

/** The time, read again and again as long as the component is there. */
export function useClock() {
    const state = useState(clock);
    if (!users) {
        clock.now = luxon.DateTime.now();
    }
    users++;
    if (timer === null) {
        timer = browser.setInterval(() => {
            clock.now = luxon.DateTime.now();
        }, EVERY);
    }
    onWillUnmount(() => {
        users--;
        if (!users) {
            browser.clearInterval(timer);
            timer = null;
        }
    });
    return state;
}

/** Until when somebody should have seen to an alert: icon, word and time left. */
export class SlaBadge extends Component {
    static template = "print3d_inventory.SlaBadge";
    static components = { StateDot };
    static props = {
        dueOn: { optional: true },
        state: { optional: true },
        isOver: { type: Boolean, optional: true },
    };

    setup() {
        this.clock = useClock();
    }

    get mark() {
        return readClock(
            readTime(this.props.dueOn),
            this.props.state,
            this.clock.now,
            this.props.isOver
        );
    }

    get title() {
        const dueOn = readTime(this.props.dueOn);
        return dueOn
            ? _t("Due %s", dueOn.toLocaleString(luxon.DateTime.DATETIME_MED))
            : "";
    }
}

export class SlaBadgeField extends Component {
    static template = "print3d_inventory.SlaBadgeField";
    static components = { SlaBadge };
    static props = { ...standardFieldProps };

    get badge() {
        const { data } = this.props.record;
        return {
            dueOn: data[this.props.name],
            state: data.sla_state,
            isOver: ["resolved", "auto_resolved"].includes(data.state),
        };
    }
}

registry.category("fields").add("print3d_alert_sla", {
    component: SlaBadgeField,
    displayName: _t("Time left"),
    supportedTypes: ["datetime"],
    fieldDependencies: [
        { name: "sla_state", type: "selection" },
        { name: "state", type: "selection" },
    ],
});
