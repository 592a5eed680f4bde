import { Component, markup, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";

const FAMILIES = [
    ["roll", _t("Label rolls")],
    ["sheet", _t("Label sheets")],
    ["page", _t("Plain paper")],
    ["zpl", _t("Zebra printers (ZPL file)")],
];

/** Paper, place on the sheet and copies, beside what will come out of the printer. */
export class PrintLabelsDialog extends Component {
    static template = "print3d_inventory.PrintLabelsDialog";
    static components = { Dialog };
    static props = { close: Function, kind: String, ids: Array };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ choice: {}, preview: null, busy: true, page: 0 });
        onWillStart(async () => {
            this.data = await this.call("get_dialog");
            this.state.choice = this.data.choice;
            await this.refresh();
        });
    }

    get families() {
        return FAMILIES.map(([key, name]) => ({
            key,
            name,
            layouts: this.data.layouts.filter((layout) => layout.family === key),
        }));
    }

    get layout() {
        return this.data.layouts.find(
            (layout) => layout.key === this.state.choice.layout
        );
    }

    get isSheet() {
        return this.layout.family === "sheet";
    }

    get isZpl() {
        return this.layout.family === "zpl";
    }

    get picture() {
        // Drawn by our own server, which escapes every text in it.
        return markup(this.state.preview.svg);
    }

    get summary() {
        const { labels, pages } = this.state.preview;
        const count = labels === 1 ? _t("1 label") : _t("%s labels", labels);
        if (!this.isSheet) {
            return count;
        }
        return [count, pages === 1 ? _t("1 sheet") : _t("%s sheets", pages)].join(
            " · "
        );
    }

    get pageText() {
        return _t("%(page)s of %(pages)s", {
            page: this.state.preview.page + 1,
            pages: this.state.preview.pages,
        });
    }

    getCellTitle(cell) {
        return _t("Begin with label %s", cell.index + 1);
    }

    call(method, ...args) {
        return this.orm.call("print3d.label", method, [
            this.props.kind,
            this.props.ids,
            ...args,
        ]);
    }

    async refresh() {
        this.state.busy = true;
        try {
            this.state.preview = await this.keepLast.add(
                this.call("preview", this.state.choice, this.state.page)
            );
        } finally {
            this.state.busy = false;
        }
    }

    change(values) {
        Object.assign(this.state.choice, values);
        this.state.page = 0;
        return this.refresh();
    }

    onLayout(ev) {
        const layout = this.data.layouts.find(({ key }) => key === ev.target.value);
        return this.change({
            layout: layout.key,
            colour: layout.colour,
            start: this.data.starts[layout.key] || 0,
        });
    }

    onNumber(name, ev, low, high) {
        const number = Math.round(Number(ev.target.value)) || low;
        const value = Math.max(low, Math.min(number, high));
        ev.target.value = value;
        return this.change({ [name]: name === "start" ? value - 1 : value });
    }

    onPage(step) {
        this.state.page = this.state.preview.page + step;
        return this.refresh();
    }

    async onPrint() {
        const { url, download } = await this.call("print_labels", this.state.choice);
        this.props.close();
        return this.action.doAction({
            type: "ir.actions.act_url",
            url,
            target: download ? "download" : "new",
        });
    }
}

registry
    .category("actions")
    .add("print3d_inventory.print_labels", (env, { params }) => {
        env.services.dialog.add(PrintLabelsDialog, params);
    });
