import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const call = (model, method, args) =>
    rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs: {} });

/** What happens at the printers, which is another tour's subject. */
async function printEverything() {
    const runs = await call("print3d.run", "search_read", [
        [["customer_id.name", "=", "Tour Customer"]],
        ["state"],
    ]);
    for (const run of runs) {
        await call("print3d.run", "action_start", [[run.id], {}]);
        await call("print3d.run", "action_all_good", [[run.id]]);
    }
}

registry.category("web_tour.tours").add("print3d_sales_order", {
    steps: () => [
        {
            content: "Begin a quotation on the board of orders",
            trigger:
                ".o_control_panel .o-kanban-button-new, .o_control_panel .o_list_button_add",
            run: "click",
        },
        {
            content: "Choose the customer",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Tour Customer",
        },
        {
            trigger: ".ui-menu-item > a:contains('Tour Customer')",
            run: "click",
        },
        {
            content: "Add a line",
            trigger:
                ".o_field_x2many_list_row_add > button, .o_field_x2many_list_row_add > a",
            run: "click",
        },
        {
            content: "Choose the model",
            trigger:
                ".o_selected_row .o_field_widget[name=product_id] input, .o_selected_row .o_field_widget[name=product_template_id] input",
            run: "edit Test Vase",
        },
        {
            trigger: ".ui-menu-item > a:contains('Test Vase')",
            run: "click",
        },
        {
            content: "Wait for its price, which would come over the one told",
            trigger:
                ".o_selected_row .o_field_widget[name=price_unit] input:value('1.00')",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=price_unit] input",
            run: "edit 30",
        },
        ...stepUtils.saveForm(),
        {
            content: "Sell it",
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "The order is to be printed",
            trigger: ".o_field_widget[name=print3d_stage]:contains('To Print')",
        },
        {
            content: "Print it, then look at the order again",
            trigger: "button[name=action_print3d_view_runs]",
            run: async ({ click }) => {
                await printEverything();
                await click();
            },
        },
        {
            content: "The run is done",
            trigger: ".o_list_renderer .o_data_row:contains('Done')",
        },
        {
            content: "Back to the order",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=print3d_stage]:contains('Ready to Ship')",
        },
        {
            content: "Open the delivery",
            trigger: "button[name=action_view_delivery]",
            run: "click",
        },
        {
            content: "Send it",
            trigger: "button[name=button_validate]:visible",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Done')",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            content: "Invoice it",
            trigger: "#create_invoice, button[id=create_invoice]",
            run: "click",
        },
        {
            trigger:
                ".modal button#create_invoice_open, .modal button[name=create_invoices]",
            run: "click",
        },
        {
            content: "Post the invoice",
            trigger: "button[name=action_post]:visible",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Posted')",
        },
        {
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=print3d_stage]:contains('Invoiced')",
        },
        {
            content: "What did it bring?",
            trigger: ".o_notebook_headers a[name=print3d]",
            run: "click",
        },
        {
            content: "30 of revenue, 50 g at 0.03 or 0.02 and an hour at 6",
            trigger:
                ".o_print3d_cost_sheet [data-figure=margin]:contains(/2[23]\\.\\d/)",
        },
        {
            content: "Open the arithmetic",
            trigger: ".o_print3d_cost_sheet button[aria-expanded=false]",
            run: "click",
        },
        {
            trigger: ".o_print3d_cost_lines tr:contains('RUN/'):contains('50')",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_sales_home", {
    steps: () => [
        {
            content: "The order is due",
            trigger:
                ".o_print3d_orders_due .o_print3d_home_row:contains('Test Customer')",
        },
        {
            content: "The day in numbers, and a line",
            trigger: ".o_print3d_today [data-number=sold]",
        },
        {
            trigger: ".o_print3d_today .o_print3d_today_dot",
        },
        {
            content: "Begin a new order from here",
            trigger: ".o_print3d_home_actions button:contains('New order')",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=partner_id] input",
        },
    ],
});
