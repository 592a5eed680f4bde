import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { url } from "@web/core/utils/urls";
import { Layout } from "@web/search/layout";
import { TraceReasonDialog } from "./trace_dialog";
import { TraceSections } from "./trace_sections";
import { readSubject, TRACE_TAG, traceAction, writeSubject } from "./trace_subject";

const TYPING_DELAY = 250;

/**
 * Where filament went, and where it came from: one box to look for a batch, a spool, a
 * print or an order, and below it the whole way.
 */
export class TraceScreen extends Component {
    static template = "print3d_inventory.TraceScreen";
    static components = { Layout, TraceSections };
    static props = ["*"];
    static path = "print3d-trace";
    static displayName = _t("Recall");

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.inputRef = useRef("input");
        this.state = useState({
            text: "",
            found: null,
            active: 0,
            trace: null,
            problem: "",
        });
        this.subject = readSubject(this.props.action.params?.subject);
        this.search = useDebounced(() => this.searchNow(), TYPING_DELAY);
        onWillStart(() => this.subject && this.load());
        onMounted(() => {
            if (this.subject) {
                this.props.updateActionState?.({ subject: writeSubject(this.subject) });
            } else if (!this.env.isSmall) {
                this.inputRef.el?.focus();
            }
        });
    }

    async load() {
        try {
            this.state.trace = await this.orm.call("print3d.trace", "get_trace", [
                this.subject,
            ]);
            this.env.config?.setDisplayName?.(this.state.trace.title);
        } catch (error) {
            if (!(error instanceof RPCError) || !error.data?.message) {
                throw error;
            }
            this.state.problem = error.data.message;
        }
    }

    // === The box ===

    onInput(ev) {
        this.state.text = ev.target.value;
        this.search();
    }

    async searchNow() {
        const text = this.state.text.trim();
        if (!text) {
            this.state.found = null;
            return;
        }
        this.state.found = await this.keepLast.add(
            this.orm.silent.call("print3d.trace", "search_subjects", [text])
        );
        this.state.active = 0;
    }

    async onKeydown(ev) {
        const { found } = this.state;
        if (ev.key === "Enter") {
            ev.preventDefault();
            // A scanner is faster than the delay after typing.
            await this.searchNow();
            const entry = this.state.found?.[this.state.active];
            if (entry) {
                this.choose(entry);
            }
        } else if (ev.key === "Escape") {
            this.state.found = null;
        } else if (["ArrowDown", "ArrowUp"].includes(ev.key) && found?.length) {
            ev.preventDefault();
            const step = ev.key === "ArrowDown" ? 1 : -1;
            this.state.active =
                (this.state.active + step + found.length) % found.length;
        }
    }

    choose(entry) {
        return this.action.doAction(traceAction(entry.subject), {
            stackPosition: "replaceCurrentAction",
        });
    }

    // === What follows ===

    get xlsxUrl() {
        return url("/print3d/trace.xlsx", { subject: JSON.stringify(this.subject) });
    }

    askStop() {
        this.dialog.add(TraceReasonDialog, {
            title: _t("Put into quarantine"),
            text: _t(
                "%s spools are put aside. Nothing prints with them until they are " +
                    "released, one by one.",
                this.state.trace.spools_to_stop
            ),
            button: _t("Put into quarantine"),
            confirm: async (reason) => {
                const count = await this.orm.call("print3d.trace", "stop_spools", [
                    this.subject,
                    reason,
                ]);
                this.notification.add(_t("%s spools are in quarantine now.", count), {
                    type: "success",
                });
                await this.load();
            },
        });
    }

    askRecall() {
        this.dialog.add(TraceReasonDialog, {
            title: _t("Begin a recall"),
            text: _t(
                "It keeps what is called back, why, by whom and since when, and prints " +
                    "the list of customers to call."
            ),
            button: _t("Begin the recall"),
            confirm: async (reason) => {
                const action = await this.orm.call("print3d.recall", "action_begin", [
                    this.subject,
                    reason,
                ]);
                await this.action.doAction(action);
            },
        });
    }
}

registry.category("actions").add(TRACE_TAG, TraceScreen);
