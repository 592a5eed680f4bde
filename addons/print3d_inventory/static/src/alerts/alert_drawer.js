import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { useActiveElement } from "@web/core/ui/ui_service";
import { useBus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";
import { AlertCard } from "./alert_card";
import { useAlertDeeds } from "./alert_deeds";
import { CHANGED, SEVERITIES } from "./alert_marks";

const PAGE = 30;
/** The tabs that are always there; others only with something in them. */
const TABS = ["all", "mine", "inventory", "printer", "job", "request"];

/** What the bell opens: the alerts that are not over, with all that one does to them. */
export class AlertDrawer extends Component {
    static template = "print3d_inventory.AlertDrawer";
    static components = { AlertCard };
    static props = {
        close: Function,
        onData: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.sheetRef = useRef("sheet");
        this.keepLast = new KeepLast();
        this.state = useState({
            tab: "all",
            search: "",
            severity: "",
            data: null,
            limit: PAGE,
        });
        this.load = this.load.bind(this);
        this.deeds = useAlertDeeds({ reload: this.load, leave: this.props.close });
        this.onSearch = useDebounced((ev) => {
            this.state.search = ev.target.value;
            this.state.limit = PAGE;
            this.load();
        }, 250);
        useActiveElement("sheet");
        useHotkey("escape", () => this.props.close(), {
            bypassEditableProtection: true,
        });
        const options = {
            bypassEditableProtection: true,
            allowRepeat: true,
            area: () => this.sheetRef.el,
        };
        useHotkey("arrowdown", () => this.move(1), options);
        useHotkey("arrowup", () => this.move(-1), options);
        onWillStart(this.load);
        useBus(this.env.bus, CHANGED, this.load);
    }

    async load() {
        const data = await this.keepLast.add(
            this.orm.silent.call("print3d.alert", "get_bell", [], {
                tab: this.state.tab,
                search: this.state.search,
                severity: this.state.severity || null,
                limit: this.state.limit,
            })
        );
        this.state.data = data;
        this.props.onData?.(data);
    }

    // === What is shown ===

    get tabs() {
        const tabs = this.state.data?.tabs || [];
        return tabs.filter(
            ({ key, count }) => TABS.includes(key) || count || key === this.state.tab
        );
    }

    get severities() {
        return Object.entries(SEVERITIES)
            .map(([key, severity]) => ({ key, ...severity }))
            .reverse();
    }

    get alerts() {
        return this.state.data?.alerts || [];
    }

    get hasMore() {
        return this.alerts.length < (this.state.data?.total || 0);
    }

    get isFiltered() {
        return Boolean(this.state.search.trim() || this.state.severity);
    }

    get emptyTitle() {
        if (this.isFiltered) {
            return _t("No alert is like that");
        }
        return this.state.tab === "mine"
            ? _t("Nothing is assigned to you")
            : _t("Nothing needs a person");
    }

    // === What people do ===

    choose(tab) {
        this.state.tab = tab;
        this.state.limit = PAGE;
        return this.load();
    }

    chooseSeverity(severity) {
        this.state.severity = this.state.severity === severity ? "" : severity;
        this.state.limit = PAGE;
        return this.load();
    }

    showMore() {
        this.state.limit += PAGE;
        return this.load();
    }

    /** Go to the next card or the one before; the search box is above the first. */
    move(step) {
        const sheet = this.sheetRef.el;
        const cards = [...sheet.querySelectorAll(".o_print3d_alert_item")];
        const current = cards.findIndex((card) =>
            card.contains(document.activeElement)
        );
        const next = current < 0 && step < 0 ? cards.length - 1 : current + step;
        const target = cards[next] || sheet.querySelector("input[type=search]");
        target?.focus();
        target?.scrollIntoView?.({ block: "nearest" });
    }

    /** Arrows go from tab to tab, as screen readers tell people. */
    onTabKey(ev) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[ev.key];
        if (!step) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        const isRtl = localization.direction === "rtl";
        const tabs = [...ev.currentTarget.querySelectorAll("[role=tab]")];
        const index = tabs.indexOf(ev.target) + (isRtl ? -step : step);
        const target = tabs[(index + tabs.length) % tabs.length];
        target.focus();
        target.click();
    }

    onCardKey(ev, alert) {
        if (ev.key === "Enter" && ev.target === ev.currentTarget) {
            this.deeds.open(alert);
        }
    }

    async openAll() {
        await this.props.close();
        const context = { search_default_not_over: 1 };
        if (this.state.tab !== "all") {
            context[`search_default_${this.state.tab}`] = 1;
        }
        if (this.state.severity) {
            context[`search_default_${this.state.severity}`] = 1;
        }
        return this.env.services.action.doAction(
            "print3d_inventory.print3d_alert_action",
            {
                additionalContext: context,
                clearBreadcrumbs: true,
            }
        );
    }
}
