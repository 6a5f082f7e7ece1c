"""All figures of the benchmark in one run: the median of each over the rounds, as one JSON object on the last line."""

import argparse
import json
import os
import pathlib
import statistics
import sys
import urllib.parse
import urllib.request

import figures
from system import Process, Role, say, seed

FIGURES = ["bare_passage_per_s", "celery_per_s", "fanout_per_s", "http_bare_per_s", "accept_per_s"]


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the JSON object on standard output")
    parser.add_argument("--rounds", type=int, default=3, help="of every figure; at least 3 (default: 3)")
    parser.add_argument("--only", metavar="FIGURE", action="append", choices=FIGURES, help="leave the others out")
    parser.add_argument("--endpoints", type=int, default=50_000, help="of the channel (default: 50000)")
    parser.add_argument("--passages", type=int, default=200_000, help="of the bare passage (default: 200000)")
    parser.add_argument("--tasks", type=int, default=8_000, help="of Celery (default: 8000)")
    return parser.parse_args()


def frozen_body():
    """The body of a notification: the request's content as the router freezes it."""
    content = figures.document("fanout")
    content = {"request": "019aa5d0-7c00-7abc-8def-0123456789ab", "service": figures.SERVICE, **content, "files": []}
    return json.dumps(content, separators=(",", ":")).encode()


def best_celery(options, target):
    """How many processes serve Celery best on this machine."""
    rates = {number: figures.celery(frozen_body(), options.tasks // 2, number, target) for number in (2, 4, 8)}
    best = max(rates, key=rates.get)
    say(f"  Celery: {', '.join(f'{rate:,.0f}/s with {number} processes' for number, rate in rates.items())}; takes {best}")
    return best


def purge(queue):
    """Empties a queue over the management API: what the gateway accepted without a router is no work for the next round."""
    url = urllib.parse.urlsplit(os.environ["MANAGEMENT_URL"])
    manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    address = f"http://{url.hostname}:{url.port}/api/queues/%2F/{queue}/contents"
    manager.add_password(None, address, url.username, url.password)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
    opener.open(urllib.request.Request(address, method="DELETE"), timeout=60).close()


def fan_out(options):
    system = Role("up").await_ready()
    try:
        return figures.fan_out("fanout", options.endpoints)
    finally:
        system.stop()


def accept():
    try:
        return figures.accept(json.dumps(figures.document("nobody")).encode())
    finally:
        purge("requests.normal")


def main():
    options = arguments()
    rounds = max(options.rounds, 3)
    target = os.environ["BENCH_TARGET"] + "/hook/{}"
    wanted = options.only or FIGURES
    seed(figures.SERVICE, "fanout", options.endpoints, target)
    seed(figures.SERVICE, "nobody", 0, target)
    processes = best_celery(options, target) if "celery_per_s" in wanted else 0
    measure = {
        "bare_passage_per_s": lambda: figures.bare_passage(frozen_body(), options.passages),
        "celery_per_s": lambda: figures.celery(frozen_body(), options.tasks, processes, target),
        "fanout_per_s": lambda: fan_out(options),
        "http_bare_per_s": lambda: figures.http_bare(json.dumps(figures.document("nobody")).encode()),
        "accept_per_s": accept,
    }
    results = {name: [] for name in wanted}
    for number in range(1, rounds + 1):
        say(f"round {number} of {rounds}")
        for name in wanted:
            results[name].append(measure[name]())
            say(f"  {name:<20} {results[name][-1]:>10,.0f}")
    report(results, options, processes)


def report(results, options, processes):
    median = {name: statistics.median(values) for name, values in results.items()}
    summary = {name: round(value) for name, value in median.items()}
    ratios = {
        "ratio_celery": ("fanout_per_s", "celery_per_s"),
        "ratio_passage": ("fanout_per_s", "bare_passage_per_s"),
        "accept_ratio": ("accept_per_s", "http_bare_per_s"),
    }
    for name, (over, under) in ratios.items():
        if over in median and under in median:
            summary[name] = round(median[over] / median[under], 3)
    summary["celery_processes"] = processes
    summary["fanout_endpoints"] = options.endpoints
    summary["rounds"] = {name: [round(value) for value in values] for name, values in results.items()}
    if not options.json:
        for name, value in summary.items():
            if isinstance(value, (int, float)):
                print(f"{name:<20} {value:>12,}")
    print(json.dumps(summary), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    try:
        main()
    finally:
        Process.stop_all()
