import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { url } from "@web/core/utils/urls";
import { Layout } from "@web/search/layout";
import { dateText } from "./shopping_format";
import { ShoppingAdd } from "./shopping_add";
import { CompareDialog } from "./shopping_compare";
import { ShoppingVendor } from "./shopping_vendor";

const MODEL = "print3d.shopping.line";
const TYPING_DELAY = 500;

/**
 * What is to be bought, vendor by vendor: how much of it, why, what it costs with its
 * freight, and one button that makes RFQs of it.
 */
export class ShoppingScreen extends Component {
    static template = "print3d_inventory.ShoppingScreen";
    static components = { Layout, ShoppingAdd, ShoppingVendor };
    static props = ["*"];
    static path = "shopping-list";
    static displayName = _t("Shopping List");

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.state = useState({
            data: null,
            // What is left out of the RFQs; all else is in.
            unticked: new Set(),
            showMoves: false,
            busy: false,
            made: null,
        });
        this.pending = new Map();
        this.api = {
            toggle: (line) => this.toggle(line),
            setPacks: (line, packs) => this.setPacks(line, packs),
            release: (line) => this.change("action_release", [[line.id]]),
            compare: (line) => this.compare(line),
            dismiss: (line, days) => this.dismiss(line, days),
            remove: (line) => this.change("action_remove", [[line.id]]),
            openProduct: (line) => this.openProduct(line),
            openOrder: (order) => this.openOrder(order),
        };
        onWillStart(() => this.load());
        onWillUnmount(() => this.sendPacks());
    }

    async load() {
        const data = await this.keepLast.add(this.orm.call(MODEL, "get_list", []));
        for (const line of data.lines) {
            if (this.pending.has(line.id)) {
                line.packs = this.pending.get(line.id);
            }
        }
        this.state.data = data;
    }

    /** Call a method that changes the list, and show what came of it. */
    async change(method, args, kwargs = {}) {
        const result = await this.orm.call(MODEL, method, args, kwargs);
        await this.load();
        return result;
    }

    // === What is shown ===

    get data() {
        return this.state.data;
    }

    get groups() {
        const groups = this.data.vendors.map((vendor) => ({
            key: vendor.id,
            vendor,
            lines: this.data.lines.filter((line) => line.vendor_id === vendor.id),
        }));
        const orphans = this.data.lines.filter((line) => !line.vendor_id);
        if (orphans.length) {
            groups.unshift({ key: 0, vendor: null, lines: orphans });
        }
        return groups;
    }

    get ticked() {
        return this.data.lines.filter(
            (line) => line.vendor_id && !this.state.unticked.has(line.id)
        );
    }

    money(amount, currencyId = this.data.company.currency_id) {
        return formatCurrency(amount, currencyId);
    }

    date(text) {
        return dateText(text);
    }

    /** Goods and freight of all vendors, whatever is ticked. */
    get totals() {
        const goods = this.data.vendors.reduce((sum, vendor) => sum + vendor.goods, 0);
        const freight = this.data.vendors.reduce(
            (sum, vendor) => sum + vendor.freight,
            0
        );
        return { goods, freight };
    }

    get heading() {
        const count = this.data.lines.length;
        if (!count) {
            return _t("Shopping list");
        }
        return count === 1 ? _t("1 thing to buy") : _t("%s things to buy", count);
    }

    get summary() {
        if (!this.data.may.buy || !this.data.lines.length) {
            return "";
        }
        const { goods, freight } = this.totals;
        const words = [_t("Goods %s", this.money(goods))];
        if (freight) {
            words.push(_t("freight %s", this.money(freight)));
        }
        return words.join(" · ");
    }

    get lessText() {
        return _t("%s less", this.money(this.data.split.saving));
    }

    get savingText() {
        const count = this.data.split.moves.length;
        return count === 1
            ? _t("when one of these comes from another vendor")
            : _t("when %s of these come from other vendors", count);
    }

    get tickedText() {
        return _t("%(lines)s of %(all)s chosen", {
            lines: this.ticked.length,
            all: this.data.lines.length,
        });
    }

    get csvUrl() {
        return url("/print3d/shopping.csv", {
            lines: this.data.lines.map((line) => line.id).join(","),
        });
    }

    // === What people do ===

    toggle(line) {
        const { unticked } = this.state;
        if (unticked.has(line.id)) {
            unticked.delete(line.id);
        } else {
            unticked.add(line.id);
        }
    }

    /** Show the new number at once, and tell the server when the thumb rests. */
    setPacks(line, packs) {
        if (packs < 1) {
            return;
        }
        line.packs = packs;
        this.pending.set(line.id, packs);
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.sendPacks(), TYPING_DELAY);
    }

    async sendPacks() {
        browser.clearTimeout(this.timer);
        const pending = [...this.pending];
        if (!pending.length) {
            return;
        }
        this.pending.clear();
        for (const [id, packs] of pending) {
            await this.orm.call(MODEL, "action_set_packs", [[id], packs]);
        }
        await this.load();
    }

    compare(line) {
        this.dialog.add(CompareDialog, {
            line,
            choose: async (vendorId) => {
                const before = await this.change("action_set_vendors", [
                    { [line.id]: vendorId },
                ]);
                this.offerBack(_t("%s changed its vendor.", line.name), before);
            },
            release: () => this.change("action_release", [[line.id]]),
            add: (product) => this.add(product),
        });
    }

    async dismiss(line, days) {
        await this.change("action_dismiss", [[line.id]], { days });
        this.undoable(_t("%s is put off.", line.name), () => this.wake(line));
    }

    wake(line) {
        return this.change("action_wake", [[line.id]]);
    }

    async add(product) {
        await this.change("action_add_product", [product.id]);
        this.notification.add(_t("%s is on the list.", product.name), {
            type: "success",
        });
    }

    async applySplit() {
        const { saving } = this.data.split;
        const before = await this.change("action_apply_split", []);
        this.state.showMoves = false;
        this.offerBack(_t("The list costs %s less now.", this.money(saving)), before);
    }

    offerBack(message, before) {
        const back = (chosen) => {
            const entries = Object.entries(before.choices).filter(
                ([id]) => before.chosen.includes(Number(id)) === chosen
            );
            return (
                entries.length &&
                this.orm.call(MODEL, "action_set_vendors", [
                    Object.fromEntries(entries),
                    chosen,
                ])
            );
        };
        this.undoable(message, async () => {
            await back(true);
            await back(false);
            await this.load();
        });
    }

    undoable(message, undo) {
        const close = this.notification.add(message, {
            type: "success",
            buttons: [
                {
                    name: _t("Undo"),
                    primary: true,
                    onClick: () => {
                        close();
                        return undo();
                    },
                },
            ],
        });
    }

    /** One click however often it is pressed: what is in an RFQ is not put in again. */
    async createRfqs() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.sendPacks();
            const ids = this.ticked.map((line) => line.id);
            this.state.made = await this.change("create_rfqs", [ids]);
        } finally {
            this.state.busy = false;
        }
    }

    async undoOrder(order) {
        await this.change("action_undo_rfqs", [[order.id]]);
        if (this.state.made) {
            this.state.made.orders = this.state.made.orders.filter(
                ({ id }) => id !== order.id
            );
        }
    }

    isNew(order) {
        return Boolean(this.state.made?.orders.some(({ id }) => id === order.id));
    }

    async print() {
        await this.sendPacks();
        const ids = this.data.lines.map((line) => line.id);
        const action = await this.orm.call(MODEL, "action_print", [ids]);
        return this.action.doAction(action);
    }

    // === Where it leads ===

    openTable() {
        return this.action.doAction("print3d_inventory.print3d_shopping_line_action");
    }

    openRules() {
        return this.action.doAction("print3d_inventory.print3d_orderpoint_action");
    }

    openProduct(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "product.product",
            res_id: line.product_id,
            views: [[false, "form"]],
        });
    }

    openOrder(order) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "purchase.order",
            res_id: order.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("print3d_shopping", ShoppingScreen);
