import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { AlertCard } from "./alert_card";
import { useAlertDeeds } from "./alert_deeds";
import { CHANGED } from "./alert_marks";

/** The open alerts of a record, on its page. */
export class AlertBand extends Component {
    static template = "print3d_inventory.AlertBand";
    static components = { AlertCard };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ alerts: [], count: 0 });
        this.deeds = useAlertDeeds({ reload: () => this.reload() });
        useBus(this.env.bus, CHANGED, () => this.load(this.props.record));
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps(({ record }) => this.load(record));
    }

    async load({ resModel, resId }) {
        const none = { alerts: [], count: 0 };
        const band = resId
            ? await this.orm.silent.call("print3d.alert", "get_band", [resModel, resId])
            : none;
        Object.assign(this.state, band);
    }

    /** What was done may have changed the record as well. */
    async reload() {
        await this.props.record.load();
        await this.load(this.props.record);
    }

    get page() {
        const { resModel, resId } = this.props.record;
        return { resModel, resId };
    }

    get more() {
        return this.state.count - this.state.alerts.length;
    }

    async openAll() {
        const { resModel, resId } = this.props.record;
        return this.action.doAction(
            await this.orm.call(resModel, "action_view_alerts", [[resId]])
        );
    }
}

registry.category("view_widgets").add("print3d_alert_band", { component: AlertBand });

/** What the source of an alert offers to do, as buttons on the page of the alert. */
export class AlertActions extends Component {
    static template = "print3d_inventory.AlertActions";
    static props = { ...standardWidgetProps };

    setup() {
        const { record } = this.props;
        this.deeds = useAlertDeeds({ reload: () => record.load() });
    }

    get actions() {
        return this.props.record.data.offered_actions || [];
    }

    run(entry) {
        return this.deeds.run({ id: this.props.record.resId }, entry.key);
    }
}

registry.category("view_widgets").add("print3d_alert_actions", {
    component: AlertActions,
    fieldDependencies: [{ name: "offered_actions", type: "json" }],
});
