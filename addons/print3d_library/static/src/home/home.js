/* global luxon */
import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";

const sectionsRegistry = registry.category("print3d_home_sections");
const actionsRegistry = registry.category("print3d_home_actions");

/**
 * Landing page. What it shows comes from two registries:
 *
 * - `print3d_home_sections`: `{key, component, sequence, column: "main"|"side"}`; the
 *   component gets `data` (what `print3d.home` returns under the key), `reload` and
 *   shows only when the server sent its key;
 * - `print3d_home_actions`: `{label, icon, action, groups?, sequence?}`.
 */
export class Print3dHome extends Component {
    static template = "print3d_library.Home";
    static props = ["*"];

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ data: null, actions: [] });
        this.load = this.load.bind(this);
        useBus(useService("print3d_upload").bus, "CHANGED", this.load);
        onWillStart(async () => {
            await Promise.all([this.load(), this.loadActions()]);
        });
    }

    async load() {
        this.state.data = await this.orm.silent.call("print3d.home", "get_data", []);
    }

    async loadActions() {
        const actions = actionsRegistry
            .getEntries()
            .map(([key, entry]) => ({ key, sequence: 100, ...entry }));
        const allowed = await Promise.all(
            actions.map(async ({ groups }) => {
                const checks = (groups || "").split(",").filter(Boolean);
                const results = await Promise.all(
                    checks.map((group) => user.hasGroup(group.trim()))
                );
                return !checks.length || results.includes(true);
            })
        );
        this.state.actions = actions
            .filter((action, index) => allowed[index])
            .sort((a, b) => a.sequence - b.sequence);
    }

    sections(column) {
        return sectionsRegistry
            .getAll()
            .filter(
                (section) =>
                    (section.column || "main") === column &&
                    section.key in (this.state.data || {})
            )
            .sort((a, b) => (a.sequence || 100) - (b.sequence || 100));
    }

    get greeting() {
        const hour = luxon.DateTime.local().hour;
        const name = user.name.split(" ")[0];
        if (hour < 5 || hour >= 18) {
            return _t("Good evening, %s", name);
        }
        return hour < 12
            ? _t("Good morning, %s", name)
            : _t("Good afternoon, %s", name);
    }

    get today() {
        return luxon.DateTime.local().toLocaleString({
            weekday: "long",
            day: "numeric",
            month: "long",
        });
    }

    run(entry) {
        return this.action.doAction(entry.action);
    }
}

registry.category("actions").add("print3d_home", Print3dHome);
