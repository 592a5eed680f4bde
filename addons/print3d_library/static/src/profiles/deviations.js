import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatNumber, formatTerm, termLabel } from "../facts/terms";

/**
 * What a profile asks for, with its range.
 *
 * @param {Object} line `{name, old, unit, low, high}`
 * @returns {string}
 */
export function formatExpected(line) {
    const text = formatTerm(line.old, line.unit, line.name);
    const { low, high } = line;
    if (typeof low !== "number" || typeof high !== "number") {
        return text;
    }
    return _t("%(value)s (%(low)s to %(high)s)", {
        value: text,
        low: formatNumber(low),
        high: formatNumber(high),
    });
}

/** Where a version is not as its print profile asks, and why that is right. */
export class DeviationsField extends Component {
    static template = "print3d_library.DeviationsField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({
            accepting: 0,
            reason: "",
            open: false,
            busy: false,
            canWrite: false,
        });
        user.checkAccessRight("print3d.slice", "write").then((allowed) => {
            this.state.canWrite = allowed;
        });
    }

    get value() {
        return this.props.record.data[this.props.name] || { lines: [] };
    }

    get lines() {
        return this.value.lines.map((line) => ({
            ...line,
            label: termLabel(line.name),
            expected: formatExpected(line),
            found: formatTerm(line.new, line.unit, line.name),
        }));
    }

    get openCount() {
        return this.value.lines.filter(({ state }) => state === "open").length;
    }

    get isUnfolded() {
        return this.state.open || this.openCount > 0;
    }

    get title() {
        const { profile, lines } = this.value;
        if (this.openCount) {
            return this.openCount === 1
                ? _t("Deviates from profile %s in one setting", profile)
                : _t("Deviates from profile %(profile)s in %(count)s settings", {
                      profile,
                      count: this.openCount,
                  });
        }
        return lines.length
            ? _t("Deviates from profile %s on purpose", profile)
            : _t("As profile %s asks", profile);
    }

    async run(callback) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await callback();
            this.state.accepting = 0;
            await this.props.record.load();
        } finally {
            this.state.busy = false;
        }
    }

    startAccept(line) {
        Object.assign(this.state, { accepting: line.id, reason: "" });
    }

    accept(line) {
        const { reason } = this.state;
        return this.run(() =>
            this.orm.call("print3d.deviation", "action_accept", [[line.id], reason])
        );
    }

    reopen(line) {
        return this.run(() =>
            this.orm.call("print3d.deviation", "action_reopen", [[line.id]])
        );
    }

    openProfile() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: this.value.profile,
            res_model: "print3d.profile",
            res_id: this.value.profile_id,
            views: [[false, "form"]],
        });
    }

    async makeProfile() {
        const action = await this.orm.call("print3d.slice", "action_make_profile", [
            [this.props.record.resId],
        ]);
        return this.action.doAction(action);
    }
}

export const deviationsField = {
    component: DeviationsField,
    displayName: _t("Deviations from the print profile"),
    supportedTypes: ["json"],
};

registry.category("fields").add("print3d_deviations", deviationsField);
