import { registry } from "@web/core/registry";

const chooseProduct = (name) => [
    {
        content: "name the product",
        trigger: `.modal .o_field_widget[name=product_id] input`,
        run: `edit ${name}`,
    },
    {
        content: "take it",
        trigger: `.o-autocomplete--dropdown-item:contains(${name})`,
        run: "click",
    },
];

// Somebody asks at the desk.
registry.category("web_tour.tours").add("print3d_request_new", {
    steps: () => [
        {
            content: "ask for something",
            trigger: ".o_control_panel .o-kanban-button-new",
            run: "click",
        },
        {
            content: "add a line",
            trigger: ".modal .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...chooseProduct("Tour Nozzle"),
        {
            content: "say how many",
            trigger: ".modal .o_field_widget[name=quantity] input",
            run: "edit 5",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name=justification] textarea",
            run: "edit The last one is worn",
        },
        {
            content: "submit it",
            trigger: ".modal button[name=action_submit]",
            run: "click",
        },
        {
            content: "it waits for somebody",
            trigger: ".o_arrow_button_current:contains(Submitted)",
        },
        {
            content: "and not for whoever asked",
            trigger: ".o_form_view:not(:has(button[name=action_approve]))",
        },
    ],
});

// An owner approves, orders and receives it.
registry.category("web_tour.tours").add("print3d_request_road", {
    steps: () => [
        {
            content: "approve it on its card",
            trigger:
                ".o_kanban_record:contains(Tour Nozzle) button[name=action_approve]",
            run: "click",
        },
        {
            content: "the card moved on; order it",
            trigger:
                ".o_kanban_group:contains(Approved) .o_kanban_record:contains(Tour Nozzle) button[name=action_order]",
            run: "click",
        },
        {
            content: "confirm the order",
            trigger: "button[name=button_confirm].btn-primary, button#draft_confirm",
            run: "click",
        },
        {
            content: "it is confirmed",
            trigger: ".o_arrow_button_current:contains(Purchase Order)",
        },
        {
            content: "back to the board",
            trigger: ".o_back_button, .breadcrumb-item a:contains(Requests)",
            run: "click",
        },
        {
            content: "receive it",
            trigger:
                ".o_kanban_group:contains(Ordered) .o_kanban_record:contains(Tour Nozzle) button[name=action_receive]",
            run: "click",
        },
        {
            content: "one is missing",
            trigger: ".modal .o_data_row td[name=received]",
            run: "click",
        },
        {
            content: "four came",
            trigger: ".modal .o_field_widget[name=received] input",
            run: "edit 4",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit The box was torn",
        },
        {
            content: "book it",
            trigger: ".modal button[name=action_receive]",
            run: "click",
        },
        {
            content: "the rest is on its way",
            trigger:
                ".o_kanban_group:contains(Receiving) .o_kanban_record:contains(Tour Nozzle)",
        },
    ],
});

// Somebody asks on a phone.
registry.category("web_tour.tours").add("print3d_request_phone", {
    steps: () => [
        {
            content: "ask for something",
            trigger: ".o_control_panel .o-kanban-button-new",
            run: "click",
        },
        {
            content: "add a thing",
            trigger: ".modal .o-kanban-button-new",
            run: "click",
        },
        {
            content: "say what it is",
            trigger: ".modal:last .o_field_widget[name=name] input",
            run: "edit A brush for the bed",
        },
        {
            content: "and what it costs",
            trigger: ".modal:last .o_field_widget[name=cost] input",
            run: "edit 7",
        },
        {
            content: "keep the thing",
            trigger: ".modal:last .o_form_button_save, .modal:last .btn-primary",
            run: "click",
        },
        {
            content: "submit it",
            trigger: ".modal button[name=action_submit]",
            run: "click",
        },
        {
            content: "so little is approved by itself",
            trigger: ".o_statusbar_status:contains(Approved)",
        },
    ],
});
