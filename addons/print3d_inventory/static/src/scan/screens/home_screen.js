import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CameraView } from "../camera_view";
import { useScan } from "../hooks";
import { Row } from "../parts";

const SEARCH_DELAY_MS = 250;

/** Where everything begins: the camera, a field for codes and names, and what was last. */
export class HomeScreen extends Component {
    static template = "print3d_inventory.ScanHome";
    static components = { CameraView, Row };
    static props = {};

    setup() {
        this.scan = useScan();
        this.here = useState(this.scan.nav.here);
        this.input = useRef("input");
        this.state = useState({ text: "", found: null, isReading: false });
    }

    get model() {
        return this.scan.model;
    }

    get showsCamera() {
        return !this.here.sheet;
    }

    get recent() {
        return this.scan.read(() =>
            this.model.recent.map((entry) => {
                const card = this.model.getCard(entry.type, entry.id);
                return card?.type === "spool" ? { ...entry, ...card } : entry;
            })
        );
    }

    get purchases() {
        return this.scan.read(() => this.model.purchases);
    }

    get toDecide() {
        return this.scan.read(() => this.model.queue.open.length);
    }

    get decideText() {
        return this.toDecide === 1
            ? _t("One action needs you")
            : _t("%s actions need you", this.toDecide);
    }

    get canRead() {
        return this.model.nfc.isThere;
    }

    onCode(code) {
        this.model.scan(code);
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.search(), SEARCH_DELAY_MS);
    }

    async search() {
        const { text } = this.state;
        const found = text.trim() ? await this.model.search(text) : null;
        if (text === this.state.text) {
            this.state.found = found;
        }
    }

    /** What is typed is a code when it is known as one, else a name to look for. */
    async onSubmit() {
        window.clearTimeout(this.timer);
        const text = this.state.text.trim();
        if (!text) {
            this.input.el.focus();
            return;
        }
        const answer = await this.model.resolve(text);
        if (answer.type !== "unknown") {
            this.clear();
            this.model.remember(answer);
            this.model.bus.trigger("OPEN", answer);
            return;
        }
        await this.search();
        if (!this.state.found?.length) {
            this.model.feedback.give("warn");
        }
    }

    open(answer) {
        this.clear();
        this.model.remember(answer);
        this.model.bus.trigger("OPEN", answer);
    }

    clear() {
        Object.assign(this.state, { text: "", found: null });
    }

    async toggleReader() {
        if (this.state.isReading) {
            this.model.nfc.stop();
            this.state.isReading = false;
            return;
        }
        this.state.isReading = await this.model.nfc.start(
            (tag) => this.model.scan(tag),
            (problem) => this.model.say(problem, { kind: "warn" })
        );
    }
}
