"""The API is as docs/openapi.json describes it: schemathesis calls each operation with what fits the description and with what does not, and
applies all of its checks to the answers. The examples are the same in each run."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
EXAMPLES = 20


def test_the_api_is_as_described(installation, service, tmp_path):
    service.listener("news", "ada", "webhook", installation.webhooks.address(f"/{service.name}/described"))
    environment = os.environ | {"PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "schemathesis_hooks"}
    outcome = subprocess.run(
        [
            sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()",
            "--config-file", str(HERE / "schemathesis.toml"), "--no-color",
            "run", f"http://127.0.0.1:{installation.program.ports['gateway']}/openapi.json",
            "--header", f"Authorization: Bearer {service.key}", "--checks", "all", "--workers", "1",
            # A request is on record when the router has taken it, a moment after it was accepted; until then it is a described 404
            # with Retry-After.
            "--exclude-checks", "ensure_resource_availability",
            "--max-examples", str(EXAMPLES), "--generation-deterministic", "--request-timeout", "30",
            # No JSON that is taken holds NUL, however deep, which a description could say only by describing all JSON. That it is
            # refused in a path or a query is tested with the gateway.
            "--generation-allow-x00", "false",
        ],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-20_000:] + outcome.stderr[-2_000:]
    assert installation.program.is_alive
