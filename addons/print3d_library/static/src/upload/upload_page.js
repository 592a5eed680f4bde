import { Component, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useCustomDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { Pager } from "@web/core/pager/pager";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { formatPrintTime } from "../marks/format";
import { readDropped } from "./upload_entries";
import { UploadDropzone, useFileInput } from "./upload_hook";
import { FILTERS } from "./upload_item";
import { formatBytes } from "./upload_queue";
import { UploadRow } from "./upload_row";

const BATCH = "print3d.upload.batch";
const MODELS_ACTION = "print3d_library.product_template_action";
const MODE_KEY = "print3d_upload_mode";
const PAGE_SIZE = 50;
// Files of an interrupted upload that are named.
const NAMED = 5;
const CHANGED_DELAY = 2000;

/** What may become of files that are added now. */
const MODES = [
    {
        key: "group",
        icon: "fa-object-group",
        label: _t("Group them first"),
        hint: _t(
            "By folder and name, into models and variants; you see the plan first"
        ),
    },
    {
        key: "each",
        icon: "fa-cubes",
        label: _t("Each file a model"),
        hint: _t("At once, without asking"),
    },
    {
        key: "model",
        icon: "fa-cube",
        label: _t("Into one model"),
        hint: _t("As versions and meshes of a model you choose"),
    },
];

/** Any number of files, folders and archives, and what becomes of each. */
export class UploadPage extends Component {
    static template = "print3d_library.UploadPage";
    static components = { Layout, Pager, RecordSelector, UploadRow };
    static props = ["*"];

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.uploads = useService("print3d_upload");
        this.rootRef = useRef("root");
        this.summary = useState(this.uploads.summary);
        this.modes = MODES;
        const mode = browser.localStorage.getItem(MODE_KEY);
        this.state = useState({
            mode: MODES.some(({ key }) => key === mode) ? mode : "group",
            templateId: false,
            productId: false,
            variants: [],
            filter: "all",
            offset: 0,
            limits: null,
            open: [],
        });
        this.onTemplate = this.onTemplate.bind(this);
        this.onPage = ({ offset }) => (this.state.offset = offset);
        this.setupInputs();
        this.loadOpen = this.loadOpen.bind(this);
        const loadSoon = useDebounced(() => this.load(), CHANGED_DELAY);
        useBus(this.uploads.bus, "CHANGED", loadSoon);
        useBus(this.uploads.bus, "ABORTED", ({ detail }) => this.forget(detail));
        onWillStart(() => this.load());
        this.summary.isPageOpen = true;
        onWillUnmount(() => (this.summary.isPageOpen = false));
    }

    setupInputs() {
        const files = useFileInput((found) => this.add(found));
        const folder = useFileInput((found) => this.add(found), { isFolder: true });
        this.chooseFiles = () => files.click();
        this.chooseFolder = () => folder.click();
        useCustomDropzone(
            this.rootRef,
            UploadDropzone,
            {
                extraClass: "o_print3d_dropzone",
                text: _t("Drop files, folders and ZIP archives"),
                onDrop: async (ev) => this.add(await readDropped(ev.dataTransfer)),
            },
            () => this.isReady
        );
    }

    // === WHERE FILES GO === //

    get target() {
        const { mode, productId, templateId } = this.state;
        if (mode !== "model") {
            return {};
        }
        return productId ? { product_id: productId } : { template_id: templateId };
    }

    /** Whether it is known where files go. */
    get isReady() {
        const { mode, productId, templateId, variants } = this.state;
        return (
            mode !== "model" ||
            Boolean(productId) ||
            (Boolean(templateId) && variants.length < 2)
        );
    }

    setMode(mode) {
        this.state.mode = mode;
        if (mode !== "model") {
            browser.localStorage.setItem(MODE_KEY, mode);
        }
    }

    async onTemplate(templateId) {
        Object.assign(this.state, { templateId, productId: false, variants: [] });
        if (templateId) {
            const variants = await this.orm.searchRead(
                "product.product",
                [["product_tmpl_id", "=", templateId]],
                ["display_name"]
            );
            if (this.state.templateId === templateId) {
                this.state.variants = variants;
            }
        }
    }

    onVariant(ev) {
        this.state.productId = Number(ev.target.value) || false;
    }

    add({ entries }) {
        this.uploads.add(entries, this.target, { hold: this.state.mode === "group" });
    }

    // === THE LIST === //

    get filters() {
        return FILTERS.map((filter) => ({
            ...filter,
            count: this.uploads.count(filter.key),
        })).filter(({ key, count }) => key === "all" || count);
    }

    /** Files of this browser; they are plain objects, told to have changed. */
    get items() {
        // Read, so that the page is drawn again.
        return this.summary.version ? this.uploads.items : [];
    }

    get shown() {
        const { states } = FILTERS.find(({ key }) => key === this.state.filter);
        return this.state.filter === "all"
            ? this.items
            : this.items.filter((item) => states.includes(item.state));
    }

    /** What a page shows of the list, which may have become shorter. */
    get page() {
        const items = this.shown;
        const last = Math.max(0, Math.ceil(items.length / PAGE_SIZE) - 1) * PAGE_SIZE;
        const offset = Math.min(this.state.offset, last);
        return {
            offset,
            limit: PAGE_SIZE,
            total: items.length,
            items: items.slice(offset, offset + PAGE_SIZE),
        };
    }

    setFilter(key) {
        this.state.filter = key;
        this.state.offset = 0;
    }

    get retryable() {
        return this.uploads.items.filter(
            (item) => item.state === "failed" && item.isRetryable
        ).length;
    }

    // === THE WHOLE === //

    get percent() {
        const { size, sent } = this.summary;
        return size ? Math.floor((100 * sent) / size) : 0;
    }

    /** How far everything is, in words. */
    get progress() {
        const { size, sent, speed, busy } = this.summary;
        const total = this.uploads.items.length;
        const parts = [
            busy
                ? _t("%(done)s of %(total)s files", { done: total - busy, total })
                : total === 1
                  ? _t("1 file")
                  : _t("%s files", total),
        ];
        if (!busy) {
            parts.push(formatBytes(size));
        } else {
            parts.push(
                _t("%(sent)s of %(size)s", {
                    sent: formatBytes(sent),
                    size: formatBytes(size),
                })
            );
            if (speed) {
                parts.push(_t("%s/s", formatBytes(speed)));
                parts.push(_t("%s left", formatPrintTime((size - sent) / speed + 1)));
            }
        }
        return parts.join(" · ");
    }

    get limits() {
        const { limits } = this.state;
        return limits
            ? _t("Files up to %(file)s, ZIP archives up to %(archive)s", {
                  file: formatBytes(limits.file),
                  archive: formatBytes(limits.archive),
              })
            : "";
    }

    get quota() {
        const { quota, used } = this.state.limits || {};
        if (!quota) {
            return null;
        }
        return {
            percent: Math.min(100, Math.round((100 * used) / quota)),
            text: _t("%(used)s of your %(quota)s are used", {
                used: formatBytes(used),
                quota: formatBytes(quota),
            }),
        };
    }

    // === WHAT COMES NEXT === //

    async load() {
        const [limits] = await Promise.all([
            this.orm.silent.call("print3d.upload", "get_limits", []),
            this.loadOpen(),
        ]);
        this.state.limits = limits;
        this.uploads.limits = limits;
    }

    async loadOpen() {
        this.state.open = await this.orm.silent.call(BATCH, "get_open", []);
    }

    /** A file was given up: it is not offered as an interrupted one. */
    forget(serverId) {
        for (const batch of this.state.open) {
            batch.files = batch.files.filter(({ id }) => id !== serverId);
        }
    }

    /** Earlier uploads with something left to do, without what is in the list. */
    get earlier() {
        const here = new Set(this.uploads.items.map((item) => item.serverId));
        return this.state.open
            .map((batch) => {
                const files = batch.files.filter(({ id }) => !here.has(id));
                const isHere = batch.id === this.summary.holdBatchId;
                return {
                    ...batch,
                    files,
                    named: files.slice(0, NAMED),
                    more: Math.max(0, files.length - NAMED),
                    waiting: isHere ? 0 : batch.waiting,
                };
            })
            .filter(({ files, waiting }) => files.length || waiting);
    }

    getPercent({ received, size }) {
        return Math.floor((100 * received) / (size || 1));
    }

    /** Files of this list that wait to be grouped, once nothing is on its way. */
    get waiting() {
        const { holdBatchId, counts } = this.summary;
        return holdBatchId ? counts.stored || 0 : 0;
    }

    get isGroupable() {
        return !this.uploads.items.some((item) => item.hold && item.isGoing);
    }

    async group(batchId) {
        const action = await this.orm.call(BATCH, "action_group", [batchId]);
        this.uploads.forgetBatch(batchId);
        await this.action.doAction(action);
    }

    async clear() {
        this.uploads.clear();
        await this.loadOpen();
    }

    async giveUp(batchId) {
        await this.orm.call(BATCH, "action_cancel", [batchId]);
        await this.loadOpen();
    }

    /** Ids of the models that files of this list became. */
    get models() {
        const ids = this.uploads.items
            .filter((item) => ["done", "reading"].includes(item.state))
            .map((item) => item.result?.template_id);
        return [...new Set(ids.filter(Boolean))];
    }

    async openModels() {
        const action = await this.action.loadAction(MODELS_ACTION);
        return this.action.doAction({ ...action, domain: [["id", "in", this.models]] });
    }
}

registry.category("actions").add("print3d_upload", UploadPage);
