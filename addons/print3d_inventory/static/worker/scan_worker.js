/* global caches, Request, Response */

/**
 * Keeps the scan app on the phone: its page, its scripts and styles, its words.
 *
 * The page comes from the phone at once, and is compared with the server's meanwhile;
 * a new one is used from the next time on, and whoever has the app open is told. What
 * the page needs is fetched before the new page replaces the old one, so the two always
 * fit each other. Calls of the server and what people do are none of this worker's
 * business: the app keeps those itself.
 */

const CACHE = "print3d-scan-1";
const PAGE = "/print3d/scan";
const WORDS = "/web/webclient/translations";
const FONT = "/web/static/src/libs/fontawesome/fonts/fontawesome-webfont.woff2?v=4.7.0";
// What the page loads without naming it.
const ALSO = [
    FONT,
    "/web/static/lib/zxing-library/zxing-library.js",
    `${PAGE}/manifest.webmanifest`,
    "/print3d_inventory/static/img/scan-192.png",
];
const KEPT = /^\/(?:web\/assets\/|web\/static\/|print3d_[a-z]+\/static\/)/;
const NAMED = /(?:src|href)="(\/[^"]+)"/g;

/** Addresses of scripts, styles and pictures that a page names. */
function getNamed(html) {
    const found = [...html.matchAll(NAMED)].map(([, url]) =>
        url.replaceAll("&amp;", "&")
    );
    return [...new Set(found.filter((url) => KEPT.test(url)))];
}

/** The page as the server has it; null when it is another page, to log in perhaps. */
async function fetchPage() {
    const response = await fetch(PAGE, {
        cache: "no-store",
        credentials: "same-origin",
    });
    if (!response.ok || response.redirected) {
        return null;
    }
    return { html: await response.clone().text(), response };
}

/** Keep a page and all it needs; the page last, so that what is kept is whole. */
async function keep({ html, response }) {
    const cache = await caches.open(CACHE);
    const named = getNamed(html);
    await Promise.all(
        [...named, ...ALSO].map(async (url) => {
            const isVersioned = url.startsWith("/web/assets/");
            if (!isVersioned || !(await cache.match(url))) {
                await cache.add(
                    new Request(url, { cache: isVersioned ? "default" : "no-cache" })
                );
            }
        })
    );
    await cache.put(PAGE, response);
    // Scripts and styles of earlier versions.
    for (const request of await cache.keys()) {
        const { pathname, search } = new URL(request.url);
        if (pathname.startsWith("/web/assets/") && !named.includes(pathname + search)) {
            await cache.delete(request);
        }
    }
}

const UPDATE = { type: "print3d_scan_update" };

// Whether the look that was begun last found a new version.
let looking = Promise.resolve(false);

/** Look whether there is a new version, keep it, and say whether there was. */
async function renew() {
    const cache = await caches.open(CACHE);
    const [fresh, known] = await Promise.all([fetchPage(), cache.match(PAGE)]);
    if (!fresh) {
        return false;
    }
    const before = known ? await known.text() : "";
    if (before === fresh.html) {
        return false;
    }
    await keep(fresh);
    if (before) {
        const pages = await globalThis.clients.matchAll({ type: "window" });
        pages.forEach((page) => page.postMessage(UPDATE));
    }
    return Boolean(before);
}

async function answerPage(event) {
    const cache = await caches.open(CACHE);
    const known = await cache.match(PAGE);
    if (!known) {
        return fetch(event.request);
    }
    looking = renew().catch(() => false);
    event.waitUntil(looking);
    return known;
}

async function answerKept(request) {
    const cache = await caches.open(CACHE);
    const known = await cache.match(request);
    if (known) {
        return known;
    }
    const response = await fetch(request);
    if (response.ok && response.type === "basic") {
        await cache.put(request, response.clone());
    }
    return response;
}

/**
 * The words of a language. The page asks with the mark of the words it has, and gets
 * none when they are still right: only whole answers are kept.
 */
async function answerWords(request) {
    const url = new URL(request.url);
    const lang = url.searchParams.get("lang") || "";
    const key = `${WORDS}?lang=${encodeURIComponent(lang)}`;
    const cache = await caches.open(CACHE);
    try {
        const response = await fetch(request);
        if (!response.ok) {
            throw new Error(response.statusText);
        }
        const words = await response.clone().json();
        if (words.modules) {
            await cache.put(key, response.clone());
        }
        return response;
    } catch (error) {
        const hash = url.searchParams.get("hash");
        if (hash) {
            return Response.json({ lang, hash });
        }
        const known = await cache.match(key);
        if (known) {
            return known;
        }
        throw error;
    }
}

globalThis.addEventListener("install", (event) => {
    event.waitUntil(
        (async () => {
            const page = await fetchPage();
            if (!page) {
                throw new Error("nobody is logged in");
            }
            await keep(page);
            await globalThis.skipWaiting();
        })()
    );
});

globalThis.addEventListener("activate", (event) => {
    event.waitUntil(
        (async () => {
            for (const name of await caches.keys()) {
                if (name.startsWith("print3d-scan-") && name !== CACHE) {
                    await caches.delete(name);
                }
            }
            await globalThis.clients.claim();
        })()
    );
});

// The look may be over before the page it was begun for hears anything: a page that has
// started asks for the outcome.
globalThis.addEventListener("message", (event) => {
    if (event.data?.type === "print3d_scan_started") {
        const answer = async () => (await looking) && event.source.postMessage(UPDATE);
        event.waitUntil(answer());
    }
});

globalThis.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== globalThis.location.origin) {
        return;
    }
    if (request.mode === "navigate") {
        if (url.pathname === PAGE && !url.searchParams.has("debug")) {
            event.respondWith(answerPage(event));
        }
    } else if (url.pathname === WORDS) {
        event.respondWith(answerWords(request));
    } else if (
        KEPT.test(url.pathname) ||
        url.pathname === `${PAGE}/manifest.webmanifest`
    ) {
        event.respondWith(answerKept(request));
    }
});
