import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { PAGE_ACTION } from "./upload_hook";
import { UploadRow } from "./upload_row";

const MOST_ROWS = 6;
// What is most worth knowing comes first where not all have room.
const ORDER = [
    "failed",
    "stalled",
    "reused",
    "sending",
    "finishing",
    "hashing",
    "done",
];

/** Uploads of this browser, a line a file, above whatever screen is open. */
export class UploadPanel extends Component {
    static template = "print3d_library.UploadPanel";
    static components = { UploadRow };
    static props = {};

    setup() {
        this.action = useService("action");
        this.uploads = useService("print3d_upload");
        this.summary = useState(this.uploads.summary);
    }

    /** Not above the page, which says it all. */
    get isShown() {
        return Boolean(
            this.summary.version &&
                this.uploads.items.length &&
                !this.summary.isPageOpen
        );
    }

    get items() {
        const { items } = this.uploads;
        if (items.length <= MOST_ROWS) {
            return items;
        }
        return ORDER.flatMap((state) =>
            items.filter((item) => item.state === state)
        ).slice(0, MOST_ROWS);
    }

    get hidden() {
        return this.uploads.items.length - this.items.length;
    }

    get title() {
        const going = this.uploads.count("going");
        if (this.summary.halted) {
            return _t("Sending has stopped");
        }
        return going ? _t("%s files on their way", going) : _t("Files are through");
    }

    get percent() {
        const { size, sent } = this.summary;
        return size ? Math.floor((100 * sent) / size) : 0;
    }

    openPage() {
        return this.action.doAction(PAGE_ACTION);
    }
}

registry.category("main_components").add("print3d_library.UploadPanel", {
    Component: UploadPanel,
});
