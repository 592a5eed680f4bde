import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { RecordSelector } from "@web/core/record_selectors/record_selector";

const MANY = 40;

/** Where files go: another variant, another model, or a model of their own. */
export class MoveDialog extends Component {
    static template = "print3d_library.ImportMoveDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        count: Number,
        models: Array,
        onVariant: Function,
        onModel: Function,
        onNew: Function,
    };

    setup() {
        this.state = useState({ text: "", name: "" });
    }

    get found() {
        const text = this.state.text.trim().toLowerCase();
        return this.props.models
            .filter((model) => !text || model.name.toLowerCase().includes(text))
            .slice(0, MANY);
    }

    get hasMore() {
        return this.found.length === MANY;
    }

    choose(callback, ...args) {
        callback(...args);
        this.props.close();
    }

    makeNew() {
        if (this.state.name.trim()) {
            this.choose(this.props.onNew, this.state.name.trim());
        }
    }
}

/** Designer, licence, category and tags of several models at once. */
export class AssignDialog extends Component {
    static template = "print3d_library.ImportAssignDialog";
    static components = { Dialog, MultiRecordSelector, RecordSelector };
    static props = { close: Function, count: Number, onAssign: Function };

    setup() {
        this.state = useState({
            designer_id: false,
            licence_id: false,
            categ_id: false,
            tag_ids: [],
        });
    }

    assign() {
        const vals = {};
        for (const name of ["designer_id", "licence_id", "categ_id"]) {
            if (this.state[name]) {
                vals[name] = this.state[name];
            }
        }
        if (this.state.tag_ids.length) {
            vals.tag_ids = [...this.state.tag_ids];
        }
        if (Object.keys(vals).length) {
            this.props.onAssign(vals);
        }
        this.props.close();
    }
}

/** The model of the library that gets the files. */
export class LinkDialog extends Component {
    static template = "print3d_library.ImportLinkDialog";
    static components = { Dialog, RecordSelector };
    static props = {
        close: Function,
        name: String,
        templateId: { type: [Number, Boolean] },
        onLink: Function,
    };

    setup() {
        this.state = useState({ id: this.props.templateId });
    }

    get domain() {
        return [["is_print3d_model", "=", true]];
    }

    link() {
        this.props.onLink(this.state.id);
        this.props.close();
    }
}
