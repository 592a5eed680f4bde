import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { HomeCard } from "@print3d_library/home/home_card";
import { AlertCard } from "../alerts/alert_card";
import { useAlertDeeds } from "../alerts/alert_deeds";
import { CHANGED } from "../alerts/alert_marks";

/** What needs a person today: the alerts that cannot wait, the worst first. */
export class TodayAlertsSection extends Component {
    static template = "print3d_inventory.TodayAlertsSection";
    static components = { AlertCard, HomeCard };
    static props = { data: Object, reload: Function };

    setup() {
        this.action = useService("action");
        this.deeds = useAlertDeeds({ reload: () => this.props.reload() });
        // Many alerts at a time are one change of the page.
        const reload = useDebounced(() => this.props.reload(), 1000);
        useBus(this.env.bus, CHANGED, reload);
        this.title = _t("What needs a person today");
        this.allLabel = _t("All alerts");
    }

    openAll() {
        return this.action.doAction("print3d_inventory.print3d_alert_action");
    }
}

registry.category("print3d_home_sections").add("today_alerts", {
    key: "today_alerts",
    component: TodayAlertsSection,
    sequence: 1,
    column: "main",
});

registry.category("print3d_home_actions").add("alerts", {
    label: _t("Alerts"),
    icon: "fa-bell",
    action: "print3d_inventory.print3d_alert_action",
    groups: "print3d_library.group_print3d_user",
    sequence: 15,
});
