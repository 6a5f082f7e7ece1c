"""Injects faults while many notifications are being sent, and counts what was lost, what was sent twice, and how long another tenant waited."""

import argparse
import importlib
import json

from system import Process, say

# In the order in which they run. Each is one file of this folder.
NAMES = [
    "sender-kill",
    "router-kill",
    "recorder-kill",
    "gateway-kill",
    "broker-kill",
    "database-kill",
    "provider-hang",
    "provider-5xx",
    "provider-reset-after-body",
    "relay-blackhole",
    "provider-slow",
    "poison",
    "poison-crash",
    "parked-full",
    "replay-kill",
    "retry-queue-full",
    "events-refused",
    "router-kill-divided",
    "router-kill-million",
    "consumer-deleted",
    "cancel-under-load",
    "sender-term-rolling",
    "fallback-kill",
    "tenant-flood",
    "lane-scale",
    "control-lost",
    "provider-429",
    "granter-hang",
]
COLUMNS = ["accepted", "lost", "duplicated", "bound", "phantom", "wait_idle_ms", "wait_ms", "wait_p99_ms", "wait_max_ms"]


def scenario(name):
    return importlib.import_module(f"faults.{name.replace('-', '_')}")


def arguments():
    parser = argparse.ArgumentParser(prog="script/faults", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="default: all; see --list")
    parser.add_argument("--list", action="store_true", help="print the faults")
    parser.add_argument("--json", action="store_true", help="only the JSON object on standard output")
    parser.add_argument("--notifications", type=int, default=20_000, help="for each fault (default: 20000)")
    options = parser.parse_args()
    options.names = options.names or NAMES
    for name in options.names:
        if name not in NAMES:
            parser.error(f"there is no fault {name}; there are {', '.join(NAMES)}")
    return options


def main():
    options = arguments()
    if options.list:
        for name in options.names:
            print(f"{name:<28} {scenario(name).__doc__}")
        return 0
    results = {}
    for name in options.names:
        say(f"{name}: {scenario(name).__doc__}")
        try:
            results[name] = scenario(name).Fault(options, name).run()
        except Exception as error:
            # The others are still worth running; this one has shown nothing.
            say(f"    BROKEN: {error!r}")
            results[name] = {"broken": [repr(error)]}
            Process.stop_all()
    if not options.json:
        print(f"{'':<28}" + "".join(f"{column:>13}" for column in COLUMNS))
        for name, result in results.items():
            print(f"{name:<28}" + "".join(f"{result.get(column, '-'):>13}" for column in COLUMNS))
    print(json.dumps(results), flush=True)
    return 1 if any(result["broken"] for result in results.values()) else 0


if __name__ == "__main__":
    try:
        status = main()
    finally:
        Process.stop_all()
    raise SystemExit(status)
