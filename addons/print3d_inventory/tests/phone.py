"""A phone for tests: Chromium with a camera that shows a picture, and a network to cut.

Odoo's own test browser opens one page and never closes it. A phone is switched off in
the middle, opened again without a network, and keeps what it had; and its service
worker has to lose the network as its page does. So this speaks the DevTools protocol
itself.
"""

import base64
import contextlib
import io
import itertools
import json
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import websocket

from odoo.tests.common import HOST, _find_executable, _preexec

SIZE = (390, 844)
CAMERA_SIZE = (1280, 720)
START_SECONDS = 30
ANSWER_SECONDS = 60
OFFLINE = {
    "offline": True,
    "latency": 0,
    "downloadThroughput": -1,
    "uploadThroughput": -1,
}
ONLINE = {**OFFLINE, "offline": False}


class PhoneError(AssertionError):
    """The page did not do what the test waited for."""


def write_film(picture, path):
    """Write what a fake camera shows: a picture (PIL), standing still, as MJPEG."""
    frame = picture.convert("RGB").resize(CAMERA_SIZE)
    jpeg = io.BytesIO()
    frame.save(jpeg, "JPEG", quality=95)
    path.write_bytes(jpeg.getvalue() * 4)


class Phone:
    """Chromium at the size of a phone, with a profile that outlives its being killed.

    :param test: the HttpCase; it lets the phone's requests through
    :param picture: what the camera shows (PIL), or None for no camera
    """

    def __init__(self, test, picture=None):
        self.test = test
        self.folder = Path(tempfile.mkdtemp(suffix="_phone"))
        test.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        test.addCleanup(self.kill)
        self.film = None
        if picture:
            self.film = self.folder / "camera.mjpeg"
            write_film(picture, self.film)
        self.process = self.socket = self.page = None
        self.is_offline = False
        self.lost_answers = ""
        self.numbers = itertools.count(1)
        self.sessions = {}
        self.cookies = {}
        self.errors = []

    # === SWITCHING ON AND OFF === #

    def start(self):
        """Switch the phone on, with an empty page; the network is as it was."""
        self.kill()
        profile = self.folder / "profile"
        port_file = profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        # Left behind by a browser that was killed.
        for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (profile / name).unlink(missing_ok=True)
        switches = [
            "--headless",
            "--no-sandbox",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-background-timer-throttling",
            "--disable-extensions",
            "--mute-audio",
            "--remote-debugging-port=0",
            "--remote-allow-origins=*",
            f"--user-data-dir={profile}",
        ]
        if self.film:
            switches += [
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={self.film}",
            ]
        with (self.folder / "chromium.log").open("ab") as log:
            # Chromium takes more addresses than the server allows itself.
            # pylint: disable=subprocess-popen-preexec-fn
            self.process = subprocess.Popen(
                [_find_executable(), *switches, "about:blank"],
                stderr=log,
                preexec_fn=_preexec,  # noqa: PLW1509
            )
        until = time.monotonic() + START_SECONDS
        while not (port_file.is_file() and port_file.read_text().count("\n")):
            if time.monotonic() > until or self.process.poll() is not None:
                raise PhoneError("Chromium did not start")
            time.sleep(0.05)
        port, path = port_file.read_text().split("\n")[:2]
        self.socket = websocket.create_connection(
            f"ws://{HOST}:{port}{path}", suppress_origin=True, timeout=1
        )
        self.sessions = {}
        self.page = None
        # Pages and workers wait until the network is set.
        self.send(
            "Target.setAutoAttach",
            autoAttach=True,
            waitForDebuggerOnStart=True,
            flatten=True,
        )
        self._listen_until(lambda: self.page, "a page")
        width, height = SIZE
        self.send(
            "Emulation.setDeviceMetricsOverride",
            self.page,
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=True,
        )
        self.send("Emulation.setTouchEmulationEnabled", self.page, enabled=True)
        self.send("Runtime.enable", self.page)
        self.send("Page.enable", self.page)
        # A browser that is killed forgets what it has not yet written down.
        for name, (value, path, domain) in self.cookies.items():
            self.set_cookie(name, value, path, domain)

    def kill(self):
        """Switch the phone off as an empty battery does."""
        if self.socket:
            self.socket.close()
            self.socket = None
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
        self.process = None

    # === SPEAKING WITH IT === #

    def send(self, method, session=None, **params):
        """Send a command and return its result."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self.socket.send(json.dumps(message))
        until = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < until:
            answer = self._receive()
            if answer and answer.get("id") == number:
                if "error" in answer:
                    raise PhoneError(f"{method}: {answer['error']['message']}")
                return answer["result"]
        raise PhoneError(f"{method} was not answered")

    def _post(self, method, session, **params):
        """Send a command without waiting; its answer is of no interest."""
        message = {"id": next(self.numbers), "method": method, "params": params}
        self.socket.send(json.dumps({**message, "sessionId": session}))

    def _receive(self):
        try:
            message = json.loads(self.socket.recv())
        except websocket.WebSocketTimeoutException:
            return None
        if "method" in message:
            self._on_event(
                message["method"], message["params"], message.get("sessionId")
            )
        return message

    def _on_event(self, method, params, session):
        if method == "Target.attachedToTarget":
            self._on_target(params["sessionId"], params["targetInfo"])
        elif method == "Target.detachedFromTarget":
            self.sessions.pop(params["sessionId"], None)
        elif method == "Fetch.requestPaused":
            self._on_paused(params, session)
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            thrown = details.get("exception", {})
            self.errors.append(thrown.get("description") or details["text"])

    def _on_target(self, session, info):
        self.sessions[session] = info["type"]
        if info["type"] in ("page", "service_worker"):
            self._post("Network.enable", session)
            self._post("Network.emulateNetworkConditions", session, **self._network)
        if info["type"] == "page" and not self.page:
            self.page = session
        self._post("Runtime.runIfWaitingForDebugger", session)

    def _on_paused(self, params, session):
        """An answer on its way: let it through, or lose it."""
        if self.lost_answers and self.lost_answers in params["request"]["url"]:
            self._post(
                "Fetch.failRequest",
                session,
                requestId=params["requestId"],
                errorReason="ConnectionClosed",
            )
        else:
            self._post("Fetch.continueRequest", session, requestId=params["requestId"])

    def _listen_until(self, is_done, what):
        until = time.monotonic() + START_SECONDS
        while not is_done():
            if time.monotonic() > until:
                raise PhoneError(f"{what} did not come")
            self._receive()

    # === THE NETWORK === #

    @property
    def _network(self):
        return OFFLINE if self.is_offline else ONLINE

    def set_offline(self, is_offline):
        """Cut the network of the page and of its service worker, or mend it."""
        self.is_offline = is_offline
        for session, kind in list(self.sessions.items()):
            if kind in ("page", "service_worker"):
                self.send("Network.emulateNetworkConditions", session, **self._network)

    @contextlib.contextmanager
    def losing_answers(self, url):
        """Let requests whose address contains ``url`` arrive, and lose the answers."""
        self.lost_answers = url
        self.send(
            "Fetch.enable",
            self.page,
            patterns=[{"urlPattern": f"*{url}*", "requestStage": "Response"}],
        )
        try:
            yield
        finally:
            self.send("Fetch.disable", self.page)
            self.lost_answers = ""

    def set_cookie(self, name, value, path, domain):
        """Set a cookie, as the test browser of Odoo does."""
        self.cookies[name] = value, path, domain
        self.send(
            "Network.setCookie",
            self.page,
            name=name,
            value=value,
            path=path,
            domain=domain,
        )

    # === USING IT === #

    def open(self, url):
        """Open an address, and wait until the scan app is there."""
        self.send("Page.navigate", self.page, url=url)
        self.wait("document.querySelector('.o_print3d_scan[data-ready=\"1\"]')")

    def evaluate(self, expression):
        """Return what an expression gives in the page; promises are awaited."""
        result = self.send(
            "Runtime.evaluate",
            self.page,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise PhoneError(details.get("exception", {}).get("description", details))
        return result["result"].get("value")

    def wait(self, expression, seconds=30):
        """Wait until an expression is true, and return it (as true or false)."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            # Between two pages there is nothing to ask.
            with contextlib.suppress(PhoneError):
                if self.evaluate(f"Boolean({expression})"):
                    return True
            time.sleep(0.05)
        raise PhoneError(
            f"{expression} did not come true. The page says: {self.text!r}. "
            f"Errors: {self.errors}"
        )

    @property
    def text(self):
        """What the page says."""
        return self.evaluate("document.body ? document.body.innerText : ''")

    def see(self, text, seconds=30):
        """Wait until the page says a text."""
        self.wait(f"document.body.innerText.includes({json.dumps(text)})", seconds)

    def tap(self, selector):
        """Touch what a selector finds, once it is there and can be touched."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.wait(f"{found} && !{found}.disabled")
        self.evaluate(f"{found}.click()")

    def press(self, keys):
        """Type on the number pad."""
        for key in keys:
            self.tap(f'.o_scan_pad [data-key="{key}"]')

    def scan(self, code):
        """Let a hand scanner type a code: a key every 5 ms, and Enter.

        The keys bear their times, however long they take to arrive.
        """
        now = time.time()
        for number, key in enumerate([*code, "Enter"]):
            event = {"key": key, "timestamp": now + number * 0.005}
            text = "\r" if key == "Enter" else key
            for kind, more in (("keyDown", {"text": text}), ("keyUp", {})):
                self.send(
                    "Input.dispatchKeyEvent", self.page, type=kind, **event, **more
                )

    def take_picture(self):
        """Return what the screen shows (PNG)."""
        result = self.send("Page.captureScreenshot", self.page)
        return base64.b64decode(result["data"])
