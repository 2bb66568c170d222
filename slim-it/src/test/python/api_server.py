"""Lists and watches what is in a directory, as Kubernetes' API server does: KIND/NAME.json, taken anew every 20 ms.

usage: api_server.py ADDRESS PORT DIRECTORY
Nothing is ever deleted. A watch says MODIFIED, of what is new too: clients take it for an addition.
"""
import http.server
import json
import os
import sys
import threading
import time

KINDS = {
    "/api/v1/pods": ("v1", "Pod"),
    "/api/v1/nodes": ("v1", "Node"),
    "/api/v1/services": ("v1", "Service"),
    "/apis/discovery.k8s.io/v1/endpointslices": ("discovery.k8s.io/v1", "EndpointSlice"),
}
changed = threading.Condition()
revision = 1
objects = {}  # (kind, name) -> (revision, text, object)


def follow(directory):
    global revision
    while True:
        for kind in os.listdir(directory):
            for name in os.listdir(os.path.join(directory, kind)):
                with open(os.path.join(directory, kind, name)) as file:
                    text = file.read()
                known = objects.get((kind, name))
                if name.endswith(".json") and (known is None or known[1] != text):
                    with changed:
                        revision += 1
                        one = json.loads(text)
                        one["metadata"]["resourceVersion"] = str(revision)
                        objects[kind, name] = (revision, text, one)
                        changed.notify_all()
        time.sleep(0.02)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/version":
            self.answer({"major": "1", "minor": "36", "gitVersion": "v1.36.0"})
        elif path not in KINDS:
            self.send_error(404)
        elif "watch=true" not in query:
            with changed:
                version, kind = KINDS[path]
                items = [o[2] for k, o in objects.items() if k[0] == kind]
                self.answer({"apiVersion": version, "kind": kind + "List",
                             "metadata": {"resourceVersion": str(revision)}, "items": items})
        elif self.headers.get("Upgrade"):
            self.answer({})  # No WebSockets here: watch over plain HTTP.
        else:
            since = [p[16:] for p in query.split("&") if p.startswith("resourceVersion=")]
            self.watch(KINDS[path][1], int(since[0] or 0) if since else 0)

    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def watch(self, kind, since):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            with changed:
                news = sorted((o[0], o[2]) for k, o in objects.items() if k[0] == kind and o[0] > since)
                if not news:
                    changed.wait(1)
            for at, one in news:
                line = json.dumps({"type": "MODIFIED", "object": one}).encode() + b"\n"
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                since = at

    def log_message(self, *_):
        pass


threading.Thread(target=follow, args=(sys.argv[3],), daemon=True).start()
http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
