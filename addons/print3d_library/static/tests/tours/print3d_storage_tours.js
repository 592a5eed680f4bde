import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const SECRET_KEY = "test/secret+key/of/the/shop/0000000001";

function choose(xmlid) {
    return async () => {
        const response = await fetch(`/web/content/print3d_library.${xmlid}`);
        const content = (await response.blob()).slice(1);
        const file = new File([content], `${xmlid}.stl`);
        await inputFiles(".modal .o_field_binary input[type=file]", [file]);
    };
}

registry.category("web_tour.tours").add("print3d_library_storage", {
    steps: () => [
        {
            content: "A storage whose keys are not complete",
            trigger: ".o_data_row:contains(Tour Bucket) td[name=name]",
            run: "click",
        },
        { trigger: ".o_form_view button[name=action_check]", run: "click" },
        { trigger: ".alert-danger:contains(are not entered)" },
        {
            content: "Enter the secret; it is not shown while it is written",
            trigger: "[name=secret_key] input[type=password]",
            run: `edit ${SECRET_KEY}`,
        },
        { trigger: ".o_form_view button[name=action_check]", run: "click" },
        {
            content: "It works, and browsers are not let in yet",
            trigger: ".alert-warning:contains(CORS)",
        },
        {
            content: "What is in the form now is a mask",
            trigger: "[name=secret_key] input",
            run({ anchor }) {
                if (anchor.value.includes("secret")) {
                    throw new Error("The secret came back to the browser");
                }
            },
        },
        { trigger: "button[name=action_set_cors]", run: "click" },
        { trigger: ".o_form_view:not(:has(.alert-warning))" },
        { trigger: "button[name=action_move_files]", run: "click" },
        {
            trigger: ".o_form_view [name=target_id] input:value(Tour Bucket)",
        },
        { trigger: "button[name=action_start]", run: "click" },
        {
            content: "It ended, and says how much it moved",
            trigger: ".o_form_view [name=progress]:contains(100)",
        },
        { trigger: "button[name=action_view_lines]", run: "click" },
        {
            trigger: ".o_data_row:contains(part.stl):contains(Moved)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_library_damaged", {
    steps: () => [
        {
            content: "The home page says what is damaged, and offers what helps",
            trigger:
                ".o_print3d_home_damage .o_print3d_home_row:contains(tour_damaged) .btn-primary",
            run: "click",
        },
        {
            content: "Another file is refused",
            trigger: ".modal .o_field_binary",
            run: choose("tour_other"),
        },
        { trigger: ".modal .o_field_binary input:value(tour_other)" },
        { trigger: ".modal button[name=action_restore]", run: "click" },
        {
            trigger: ".modal:contains(not the original) .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: ".modal .o_clear_file_button, .modal .o_select_file_button",
            run: choose("tour_original"),
        },
        { trigger: ".modal .o_field_binary input:value(tour_original)" },
        { trigger: ".modal button[name=action_restore]", run: "click" },
        { trigger: ".o_notification:contains(whole again)" },
        { trigger: ".o_print3d_home:not(:contains(tour_damaged))" },
    ],
});
