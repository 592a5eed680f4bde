import { whenReady } from "@odoo/owl";
import { makeEnv, mountComponent, startServices } from "@web/env";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { ScanApp } from "./scan_app";

const HOME = "/print3d/scan";

/** The phone keeps the app, so that it opens without a network. */
function register() {
    window.navigator.serviceWorker
        ?.register(`${HOME}/sw.js`, { scope: HOME, updateViaCache: "none" })
        .catch(() => {
            // Without it the app works as long as there is a network.
        });
}

/** The code of a label that led here; it is opened once, and not again on a reload. */
function takeCode() {
    const url = new URL(window.location.href);
    const code = url.searchParams.get("code") || "";
    if (code) {
        window.history.replaceState(null, "", HOME);
    }
    return code;
}

/** A service that needs the network must not keep the app from starting. */
function leaveOutServices() {
    const services = registry.category("services");
    for (const name of ["pwa", "error"]) {
        if (services.contains(name)) {
            services.remove(name);
        }
    }
}

async function start() {
    register();
    leaveOutServices();
    const code = takeCode();
    await whenReady();
    const env = makeEnv();
    await startServices(env);
    await mountComponent(ScanApp, document.body, {
        env,
        props: { database: `print3d_scan:${session.db}`, code },
    });
}

start();
