import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { AlertDrawer } from "./alert_drawer";
import { CHANGED } from "./alert_marks";

const NOTIFICATION = "print3d_alert_count";

/** The bell in the top bar: how many alerts nobody knows of, live. */
export class AlertBell extends Component {
    static template = "print3d_inventory.AlertBell";
    static props = {};

    setup() {
        this.bus = useService("bus_service");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.overlay = useService("overlay");
        this.state = useState({ isShown: false, open: 0, critical: 0 });
        this.closeDrawer = null;
        this.load = useDebounced(this.load, 500);
        this.onRing = this.onRing.bind(this);
        onWillStart(async () => {
            this.state.isShown = await user.hasGroup(
                "print3d_library.group_print3d_user"
            );
        });
        this.bus.subscribe(NOTIFICATION, this.onRing);
        onWillUnmount(() => {
            this.bus.unsubscribe(NOTIFICATION, this.onRing);
            this.closeDrawer?.();
        });
        // The first count does not keep the page waiting.
        this.load();
    }

    async load() {
        if (!this.state.isShown) {
            return;
        }
        try {
            this.show(
                await this.orm.silent.call("print3d.alert", "get_bell", [], {
                    limit: 1,
                })
            );
        } catch {
            // A count is not worth a dialog on every page; the next news try again.
        }
    }

    show({ open, critical }) {
        Object.assign(this.state, { open, critical });
    }

    /** Alerts changed: of one company the news say how many there are now. */
    onRing({ company, open, critical, alert }) {
        const companies = user.activeCompanies.map(({ id }) => id);
        if (!this.state.isShown || !companies.includes(company)) {
            return;
        }
        this.env.bus.trigger(CHANGED);
        if (companies.length === 1) {
            this.show({ open, critical });
        } else {
            this.load();
        }
        if (alert?.severity === "critical" && !this.closeDrawer) {
            this.announce(alert);
        }
    }

    announce(alert) {
        const close = this.notification.add(alert.body || "", {
            title: alert.name,
            type: "danger",
            buttons: [
                {
                    name: _t("Alerts"),
                    onClick: () => {
                        close();
                        this.open();
                    },
                },
            ],
        });
    }

    get label() {
        const { open, critical } = this.state;
        if (critical) {
            return _t("Alerts: %(open)s new, %(critical)s of them critical", {
                open,
                critical,
            });
        }
        return open ? _t("Alerts: %s new", open) : _t("Alerts");
    }

    get shownCount() {
        return this.state.open > 99 ? "99+" : this.state.open;
    }

    toggle() {
        return this.closeDrawer ? this.closeDrawer() : this.open();
    }

    open() {
        if (this.closeDrawer) {
            return;
        }
        const remove = this.overlay.add(
            AlertDrawer,
            {
                close: () => this.closeDrawer?.(),
                onData: (data) => this.show(data),
            },
            {
                onRemove: () => {
                    this.closeDrawer = null;
                },
            }
        );
        this.closeDrawer = remove;
    }
}

registry
    .category("systray")
    .add("print3d_inventory.AlertBell", { Component: AlertBell }, { sequence: 23 });
