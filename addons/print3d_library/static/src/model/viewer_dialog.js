import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { Viewer } from "../viewer/viewer";

/** Something in 3D over the page. */
export class ViewerDialog extends Component {
    static template = "print3d_library.ViewerDialog";
    static components = { Dialog, Viewer };
    static props = {
        close: Function,
        title: String,
        resModel: String,
        resId: Number,
        picture: { type: String, optional: true },
    };
    static defaultProps = { picture: "" };
}
