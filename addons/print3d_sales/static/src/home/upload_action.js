import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Ask for sliced files and hand them to the upload, from wherever one is. */
function uploadFiles(env) {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.addEventListener("change", () => {
        env.services.print3d_upload.add(input.files);
    });
    input.click();
}

registry.category("actions").add("print3d_upload_files", uploadFiles);

registry.category("print3d_home_actions").add("upload_files", {
    label: _t("Upload file"),
    icon: "fa-cloud-upload",
    action: { type: "ir.actions.client", tag: "print3d_upload_files" },
    groups: "print3d_library.group_print3d_operator",
    sequence: 8,
});
