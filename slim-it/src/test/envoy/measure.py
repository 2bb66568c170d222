"""Envoy to Envoy over host, VXLAN and Slim, in the same run: measure.py ENVOY [ROUNDS] [SECONDS], as root, with nothing else on the machine.

Puts up a lab of its own and takes it down. A client (wrk) asks an Envoy on the first host, that one an Envoy on the second, which answers. All six
Envoys (two in the hosts' own network, two in containers, two in containers with the shim) run all the time; the three paths take turns. Prints medians as a
table, then everything as JSON. CPU is that of the whole machine, from /proc/stat.
"""
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../.."))
LAB = "envoymeasure"
SLIM = [os.path.join(ROOT, "slim")]
DIRECTORY = f"/run/slim-testbed/{LAB}/measure"

PATHS = {  # node of the client's Envoy, of the server's, address of the latter, ports
    "host": ("h1", "h2", "192.168.77.2", 10000, 15000),
    "VXLAN": ("c1", "c2", "10.32.0.2", 10100, 15100),
    "Slim": ("c1.slim", "c2.slim", "10.32.0.2", 10200, 15200),
}
LOADS = {"64 connections, kept": ("/kept", 64), "1 connection, kept": ("/kept", 1), "16, a new connection for each request": ("/new", 16)}

HTTP = '"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'
ROUTER = '{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}'
OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


def listener(port, routes):
    return f"""
  listeners:
  - address: {{socket_address: {{address: 0.0.0.0, port_value: {port}}}}}
    filter_chains: [{{filters: [{{name: hcm, typed_config: {{{HTTP}, stat_prefix: all, http_filters: [{ROUTER}],
      route_config: {{virtual_hosts: [{{name: all, domains: ["*"], routes: [{routes}]}}]}}}}}}]}}]
"""


def cluster(name, address, port, requests):
    options = f'{{{OPTIONS}: {{"@type": type.googleapis.com/{OPTIONS}, {requests} explicit_http_config: {{http_protocol_options: {{}}}}}}}}'
    end = f"{{endpoint: {{address: {{socket_address: {{address: {address}, port_value: {port}}}}}}}}}"
    limits = "circuit_breakers: {thresholds: [{max_connections: 4096, max_pending_requests: 4096, max_requests: 4096}]}"
    return f"""  - {{name: {name}, type: STATIC, {limits}, typed_extension_protocol_options: {options},
     load_assignment: {{cluster_name: x, endpoints: [{{lb_endpoints: [{end}]}}]}}}}
"""


def start(envoy, node, name, text):
    file = f"{DIRECTORY}/{name}.yaml"
    with open(file, "w") as out:
        out.write("static_resources:" + text)
    with open(f"{DIRECTORY}/{name}.log", "w") as log:
        return subprocess.Popen(
            ["sh", f"/run/slim-testbed/{LAB}/enter/{node}", envoy, "-c", file, "--concurrency", "1", "--disable-hot-restart"],
            stdout=log, stderr=log)


def cpu_seconds():
    with open("/proc/stat") as stat:
        fields = [int(field) for field in stat.readline().split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / os.sysconf("SC_CLK_TCK")


def milliseconds(text):
    number, unit = re.match(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def measure(path, load, seconds):
    url, connections = LOADS[load]
    node, _, _, port, _ = PATHS[path]
    before = cpu_seconds()
    out = subprocess.run(
        ["sh", f"/run/slim-testbed/{LAB}/enter/{node.split('.')[0]}", "wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency",
         f"http://127.0.0.1:{port}{url}"], check=True, capture_output=True, text=True).stdout
    used = cpu_seconds() - before
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"{path}, {load}: {out}")
    requests = int(re.search(r"(\d+) requests in", out).group(1))
    return {
        "path": path, "load": load, "requests_per_s": float(re.search(r"Requests/sec: +([\d.]+)", out).group(1)),
        "p50_ms": milliseconds(re.search(r"50% +(\S+)", out).group(1)), "p99_ms": milliseconds(re.search(r"99% +(\S+)", out).group(1)),
        "cpu_us_per_request": 1e6 * used / requests}


def tunnel_bytes():
    out = subprocess.run(
        ["sh", f"/run/slim-testbed/{LAB}/enter/h1", "ip", "-s", "-j", "link", "show", "vx0"], check=True, capture_output=True, text=True).stdout
    counters = json.loads(out)[0]["stats64"]
    return counters["rx"]["bytes"] + counters["tx"]["bytes"]


def run(envoy, rounds, seconds):
    os.makedirs(DIRECTORY)
    started = []
    answer = '{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: "' + "x" * 1024 + '"}}}'
    ask = "{match: {prefix: /kept}, route: {cluster: kept}}, {match: {prefix: /new}, route: {cluster: new}}"
    try:
        for path, (client, server, address, port, back) in PATHS.items():
            started.append(start(envoy, server, path + "-back", listener(back, answer)))
            clusters = cluster("kept", address, back, "") + cluster("new", address, back, "common_http_protocol_options: {max_requests_per_connection: 1},")
            started.append(start(envoy, client, path + "-front", listener(port, ask) + "  clusters:\n" + clusters))
        time.sleep(2)
        for path in PATHS:  # The first connections over Slim may take the overlay.
            for load in LOADS:
                measure(path, load, 1)
        for front in started[1::2]:  # No pool keeps one of those.
            front.send_signal(signal.SIGTERM)
            front.wait()
        for path, (client, _, address, port, back) in PATHS.items():
            clusters = cluster("kept", address, back, "") + cluster("new", address, back, "common_http_protocol_options: {max_requests_per_connection: 1},")
            started.append(start(envoy, client, path + "-front", listener(port, ask) + "  clusters:\n" + clusters))
        time.sleep(1)
        samples, carried = [], 0
        for round_number in range(rounds):
            for load in LOADS:
                order = list(PATHS) if round_number % 2 == 0 else list(reversed(PATHS))
                for path in order:
                    before = tunnel_bytes()
                    samples.append(measure(path, load, seconds))
                    if path == "Slim":
                        carried += tunnel_bytes() - before
        return samples, carried
    finally:
        for each in started:
            if each.poll() is None:
                each.kill()
                each.wait()


def main():
    envoy, rounds, seconds = sys.argv[1], int((sys.argv[2:] or [5])[0]), int((sys.argv[3:] or [2])[0])
    subprocess.run(SLIM + ["lab", "up", "--name", LAB, "--routers", "--mode", "secure"], check=True, stdout=subprocess.DEVNULL)
    try:
        samples, carried = run(envoy, rounds, seconds)
    finally:
        subprocess.run(SLIM + ["lab", "down", "--name", LAB], check=True, stdout=subprocess.DEVNULL)
    print("| load | path | requests/s | p50 ms | p99 ms | CPU us/request |\n|---|---|---|---|---|---|")
    for load in LOADS:
        for path in PATHS:
            own = [sample for sample in samples if sample["path"] == path and sample["load"] == load]
            values = [statistics.median(sample[key] for sample in own) for key in ("requests_per_s", "p50_ms", "p99_ms", "cpu_us_per_request")]
            print(f"| {load} | {path} | {values[0]:,.0f} | {values[1]:.2f} | {values[2]:.2f} | {values[3]:.0f} |")
    print(f"\nMedians of {rounds} rounds of {seconds} s; while Slim was measured, the tunnel carried {carried} bytes.")
    print(json.dumps({"rounds": rounds, "seconds": seconds, "tunnel_bytes": carried, "samples": samples}), file=sys.stderr)


main()
