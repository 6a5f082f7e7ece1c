"""Shows every mail that arrives: `mailbox.py FOLDER PORT`. Runs until it is ended."""

import signal
import sys

from mail_receiver import MailReceiver


def show(mail):
    print(f"mail to {mail.recipient}: {mail.subject}", flush=True)


receiver = MailReceiver(sys.argv[1], int(sys.argv[2]), on_mail=show)
signal.sigwait({signal.SIGTERM, signal.SIGINT})
receiver.close()
