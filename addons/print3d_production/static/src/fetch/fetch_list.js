import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime, formatDateTime, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatGrams } from "@print3d_library/marks/format";
import { SpoolGauge } from "@print3d_library/marks/spool_gauge";

const CHOICES = [4, 8, 24, 72];
// Others load spools as well: the list is looked at again after so long.
const REFRESH_MS = 60000;

/** What to bring from the rack to the printers, shelf by shelf. */
export class FetchList extends Component {
    static template = "print3d_production.FetchList";
    static components = { SpoolGauge };
    static props = ["*"];

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.choices = CHOICES;
        this.canScan = isBarcodeScannerSupported();
        this.state = useState({ hours: 8, data: null, busy: false });
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) =>
            this.onScanned(detail.barcode)
        );
        onWillStart(() => this.load());
        const timer = browser.setInterval(() => this.load(), REFRESH_MS);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    async load() {
        this.state.data = await this.orm.call("print3d.run", "get_fetch_list", [
            this.state.hours,
        ]);
    }

    async choose(hours) {
        this.state.hours = hours;
        await this.load();
    }

    hoursText(hours) {
        return hours < 48 ? _t("%s hours", [hours]) : _t("%s days", [hours / 24]);
    }

    when(line) {
        const moment = deserializeDateTime(line.at);
        return moment.hasSame(today(), "day")
            ? moment.toLocaleString({ hour: "numeric", minute: "2-digit" })
            : formatDateTime(moment, { showSeconds: false });
    }

    grams(value) {
        return formatGrams(value);
    }

    /** Do something once at a time, and show what is left to fetch. */
    async once(deed) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await deed();
        } finally {
            this.state.busy = false;
            await this.load();
        }
    }

    fetch(line) {
        return this.once(async () => {
            const done = await this.orm.call("print3d.run", "fetch_spool", [
                line.run_id,
                line.spool.id,
            ]);
            this.notification.add(done, { type: "success" });
        });
    }

    onScanned(code) {
        return this.once(async () => {
            const found = await this.orm.call("print3d.run", "fetch_scanned", [
                code,
                this.state.hours,
            ]);
            this.notification.add(found.done || found.message, {
                type: found.done ? "success" : "warning",
            });
        });
    }

    async scan() {
        let code = "";
        try {
            code = await scanBarcode(this.env);
        } catch (error) {
            this.notification.add(error.message || _t("The camera cannot be used."), {
                type: "warning",
            });
        }
        if (code) {
            await this.onScanned(code);
        }
    }

    async print() {
        const action = await this.orm.call("print3d.run", "action_print_fetch_list", [
            this.state.hours,
        ]);
        await this.action.doAction(action);
    }

    openRun(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "print3d.run",
            res_id: line.run_id,
            views: [[false, "form"]],
        });
    }

    openQueue() {
        return this.action.doAction("print3d_production.print3d_run_action");
    }
}

registry.category("actions").add("print3d_fetch", FetchList);
