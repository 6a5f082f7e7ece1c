"""How much longer 60 login codes by mail take while the first relay is a black hole and the second one is healthy."""

from figures.tenant import Tenant
from receivers.mails import BlackHole, MailSink
from relays import relays
from system import Role, forget_messages

CODES = 60


def measure(run):
    sink, dead = MailSink(), BlackHole()
    tenant = Tenant("bench-mail", sink, 1, "email", "{}@example.org")
    forget_messages()
    try:
        seconds = {}
        for name, first in (("up", sink.url), ("down", dead.url)):
            with Role("up", **relays("first,second", first=first, second=sink.url)).running():
                # The first mail opens connections.
                if name == "up":
                    tenant.fan_out_seconds(priority="priority")
                seconds[name] = tenant.fan_out_seconds(run.count(CODES), priority="priority")
    finally:
        sink.close()
        dead.close()
    return {"relay_down_ratio": seconds["down"] / seconds["up"], "relay_down_s": seconds["down"]}
