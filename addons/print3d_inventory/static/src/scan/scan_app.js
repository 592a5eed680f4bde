import { Component, onMounted, onWillUnmount, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus } from "@web/core/utils/hooks";
import { ScanModel } from "./core/scan_model";
import { useScan, useWedge } from "./hooks";
import { Navigation } from "./navigation";
import { HomeScreen } from "./screens/home_screen";
import { PlaceScreen } from "./screens/place_screen";
import { ProductScreen } from "./screens/product_screen";
import { PurchaseScreen } from "./screens/purchase_screen";
import { SpoolScreen } from "./screens/spool_screen";
import { TagScreen } from "./screens/tag_screen";
import { ConflictSheet } from "./sheets/conflict_sheet";
import { DrySheet, MoreSheet, QuarantineSheet, ScrapSheet } from "./sheets/deed_sheets";
import { PickSheet } from "./sheets/pick_sheet";
import { QueueSheet } from "./sheets/queue_sheet";
import { ReceiveSheet } from "./sheets/receive_sheet";
import { SettingsSheet } from "./sheets/settings_sheet";
import { WeighSheet } from "./sheets/weigh_sheet";

const SCREENS = {
    spool: SpoolScreen,
    place: PlaceScreen,
    purchase: PurchaseScreen,
    receipt: PurchaseScreen,
    product: ProductScreen,
    tag: TagScreen,
};
const SHEETS = {
    weigh: WeighSheet,
    pick: PickSheet,
    dry: DrySheet,
    scrap: ScrapSheet,
    quarantine: QuarantineSheet,
    more: MoreSheet,
    receive: ReceiveSheet,
    queue: QueueSheet,
    conflict: ConflictSheet,
    settings: SettingsSheet,
};
const WIDE = "(min-width: 900px)";

/** The scan app: its frame, which screen is open, and what is told at the lower edge. */
export class ScanApp extends Component {
    static template = "print3d_inventory.ScanApp";
    static components = { HomeScreen };
    static props = {
        database: String,
        code: { type: String, optional: true },
        model: { type: Object, optional: true },
    };

    setup() {
        this.model =
            this.props.model || new ScanModel({ database: this.props.database });
        this.nav = new Navigation();
        useSubEnv({ scan: this.model, nav: this.nav });
        this.scan = useScan();
        this.here = useState(this.nav.here);
        const media = window.matchMedia(WIDE);
        this.view = useState({ isWide: media.matches, install: null });
        const onMedia = () => {
            this.view.isWide = media.matches;
        };
        media.addEventListener("change", onMedia);
        onWillUnmount(() => media.removeEventListener("change", onMedia));
        useBus(this.model.bus, "OPEN", ({ detail }) => this.open(detail));
        useWedge((code) => this.model.scan(code));
        onMounted(() => this.start());
    }

    async start() {
        this.listen();
        await this.model.start();
        if (this.props.code) {
            await this.model.scan(this.props.code);
        }
    }

    listen() {
        window.addEventListener("beforeinstallprompt", (ev) => {
            ev.preventDefault();
            this.view.install = () => {
                this.view.install = null;
                ev.prompt();
            };
        });
        const worker = window.navigator.serviceWorker;
        worker?.addEventListener("message", ({ data }) => {
            if (data?.type === "print3d_scan_update") {
                this.model.state.hasUpdate = true;
            }
        });
        worker?.controller?.postMessage({ type: "print3d_scan_started" });
    }

    // === SCREENS === //

    get screen() {
        return SCREENS[this.here.screen];
    }

    get screenProps() {
        const { screen, id } = this.here;
        const more = {
            place: { isWide: this.view.isWide },
            purchase: { kind: "purchase" },
            receipt: { kind: "receipt" },
        };
        return screen === "tag" ? {} : { id, ...more[screen] };
    }

    get sheet() {
        const { sheet } = this.here;
        return sheet && this.scan.state.user ? SHEETS[sheet.name] : null;
    }

    get sheetProps() {
        const { name, ...params } = this.here.sheet;
        const props = { ...params, close: () => this.nav.closeSheet() };
        return name === "settings" ? { ...props, install: this.view.install } : props;
    }

    /** Show what was scanned or chosen. */
    async open(answer) {
        if (answer.type === "tag") {
            this.model.tag = answer.tag;
            this.model.tagAnswer = answer;
            await this.nav.go("tag", Date.now());
        } else if (SCREENS[answer.type] && answer.id) {
            await this.nav.go(answer.type, answer.id);
        } else if (answer.model && answer.id) {
            // The packet of a job, perhaps: its own page tells more.
            window.location.assign(`/odoo/${answer.model}/${answer.id}`);
        }
    }

    // === THE FRAME === //

    get title() {
        return {
            home: _t("Scan"),
            spool: _t("Spool"),
            place: _t("Place"),
            purchase: _t("Receive"),
            receipt: _t("Receive"),
            product: _t("Filament"),
            tag: _t("Tag"),
        }[this.here.screen];
    }

    /** What is under a sheet is out of reach. */
    get isCovered() {
        return Boolean(this.sheet);
    }

    get isHome() {
        return this.here.screen === "home";
    }

    get count() {
        return this.scan.read(
            () => this.model.queue.waiting.length + this.model.queue.open.length
        );
    }

    /** How it stands with the queue: an icon, a word and how urgent it is. */
    get queueState() {
        const { status, isOnline } = this.scan.state;
        return this.scan.read(() => {
            const { open, waiting } = this.model.queue;
            if (open.length) {
                return { icon: "fa-hand-paper-o", text: _t("Needs you"), kind: "bad" };
            }
            if (status === "session") {
                return { icon: "fa-sign-in", text: _t("Log in"), kind: "bad" };
            }
            if (!isOnline || status === "offline") {
                return { icon: "fa-plug", text: _t("Offline"), kind: "warn" };
            }
            if (waiting.length || status === "error") {
                return { icon: "fa-cloud-upload", text: _t("Sending"), kind: "warn" };
            }
            return { icon: "fa-check-circle", text: _t("All sent"), kind: "good" };
        });
    }

    get queueLabel() {
        const { text } = this.queueState;
        return this.count
            ? _t("%(state)s: %(count)s of your actions", {
                  state: text,
                  count: this.count,
              })
            : text;
    }

    get loginUrl() {
        const { pathname } = window.location;
        return `/web/login?redirect=${encodeURIComponent(pathname)}`;
    }

    reload() {
        window.location.reload();
    }

    // === THE NOTE === //

    get note() {
        return this.scan.state.note;
    }

    canUndo(note) {
        return Boolean(
            note.item && note.kind === "done" && note.item.result?.undo !== false
        );
    }

    /** What the server asks about can be done all the same. */
    get insistText() {
        const texts = { over: _t("Receive anyway"), swap: _t("Swap them") };
        return texts[this.note.item?.result?.ask] || "";
    }

    insist() {
        const { item } = this.note;
        this.model.hush();
        this.model.insist(item);
    }

    look() {
        const { item, kind } = this.note;
        this.model.hush();
        this.nav.open(
            kind === "conflict"
                ? { name: "conflict", itemKey: item.key }
                : { name: "queue" }
        );
    }
}
