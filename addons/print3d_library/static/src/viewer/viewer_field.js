import { useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Thumbnail, ThumbnailField, thumbnailField } from "../marks/thumbnail";
import { Viewer } from "./viewer";

/** A picture with a button that puts the 3D view in its place. */
export class ViewerField extends ThumbnailField {
    static template = "print3d_library.ViewerField";
    static components = { Thumbnail, Viewer };

    setup() {
        super.setup?.();
        this.state = useState({ open: false });
        this.button = useRef("button");
        this.refocus = false;
        // Another record has a picture of its own.
        useEffect(
            () => () => {
                this.state.open = false;
            },
            () => [this.props.record.resId]
        );
        useEffect(() => {
            if (this.refocus && this.button.el) {
                this.refocus = false;
                this.button.el.focus();
            }
        });
    }

    get hasViewer() {
        const { record } = this.props;
        return Boolean(record.resId && record.data.has_viewer);
    }

    open() {
        this.state.open = true;
    }

    close() {
        this.refocus = true;
        this.state.open = false;
    }
}

export const viewerField = {
    ...thumbnailField,
    component: ViewerField,
    displayName: _t("Picture and 3D view"),
    supportedTypes: ["binary"],
    fieldDependencies: [
        ...thumbnailField.fieldDependencies,
        { name: "has_viewer", type: "boolean", readonly: true },
    ],
};

registry.category("fields").add("print3d_viewer", viewerField);
