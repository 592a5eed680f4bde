import { Component, onMounted, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { url } from "@web/core/utils/urls";
import { Layout } from "@web/search/layout";
import { FinderBox } from "../finder/finder_box";
import { TraceReasonDialog } from "./trace_dialog";
import { TraceSections } from "./trace_sections";
import { readSubject, TRACE_TAG, traceAction, writeSubject } from "./trace_subject";

/**
 * Where filament went, and where it came from: one box to look for a batch, a spool, a
 * print or an order, and below it the whole way.
 */
export class TraceScreen extends Component {
    static template = "print3d_inventory.TraceScreen";
    static components = { FinderBox, Layout, TraceSections };
    static props = ["*"];
    static path = "print3d-trace";
    static displayName = _t("Recall");

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.words = {
            label: _t("Look for a batch, a spool, a print or an order"),
            placeholder: _t("Batch, spool, print, order… or scan a label"),
            nothing: _t(
                "Nothing goes by this name. Look for a number, a part of a name, or " +
                    "scan the label."
            ),
        };
        this.state = useState({ trace: null, problem: "" });
        this.subject = readSubject(this.props.action.params?.subject);
        this.search = (text) =>
            this.orm.silent.call("print3d.trace", "search_subjects", [text]);
        this.choose = (entry) =>
            this.action.doAction(traceAction(entry.subject), {
                stackPosition: "replaceCurrentAction",
            });
        onWillStart(() => this.subject && this.load());
        onMounted(() => {
            if (this.subject) {
                this.props.updateActionState?.({ subject: writeSubject(this.subject) });
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
