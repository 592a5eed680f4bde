import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useScan } from "../hooks";
import { formatWhen, Sheet } from "../parts";

const MOST_DONE = 12;

/** What waits to be told, what needs a person, and what was done last. */
export class QueueSheet extends Component {
    static template = "print3d_inventory.ScanQueue";
    static components = { Sheet };
    static props = { close: Function };

    setup() {
        this.scan = useScan();
    }

    get queue() {
        return this.scan.model.queue;
    }

    get waiting() {
        return this.scan.read(() => this.queue.waiting);
    }

    get open() {
        return this.scan.read(() => this.queue.open);
    }

    get done() {
        return this.scan.read(() =>
            this.queue.items
                .filter(({ state }) => state === "done")
                .slice(-MOST_DONE)
                .reverse()
        );
    }

    get isEmpty() {
        return !this.waiting.length && !this.open.length && !this.done.length;
    }

    get loginUrl() {
        return `/web/login?redirect=${encodeURIComponent("/print3d/scan")}`;
    }

    get statusText() {
        const { status, other } = this.scan.state;
        const texts = {
            offline: _t("No network. What you do is kept here and sent by itself."),
            error: _t("The server had a problem. It is tried again by itself."),
            session: other
                ? _t(
                      "%s is logged in now. Log in as yourself to send what you did.",
                      other
                  )
                : _t("You are logged out. Log in again: nothing is lost."),
        };
        return texts[status] || "";
    }

    getWhen(item) {
        return formatWhen(item.createdOn);
    }

    canUndo(item) {
        return item.route === "act" && item.result?.undo !== false;
    }

    decide(item) {
        this.scan.nav.open({ name: "conflict", itemKey: item.key });
    }

    getInsistText(item) {
        const texts = { over: _t("Receive anyway"), swap: _t("Swap them") };
        return texts[item.result?.ask] || "";
    }
}
