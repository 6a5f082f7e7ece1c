"""A real SMTP server (aiosmtpd) that requires STARTTLS and a password, and keeps the mails that it receives."""

import dataclasses
import email
import email.policy
import logging
import ssl
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

# It warns about its own deprecated code at every login.
logging.getLogger("mail.log").setLevel(logging.ERROR)


@dataclasses.dataclass
class Mail:
    recipient: str
    sender: str
    subject: str
    text: str
    encrypted: bool


class MailReceiver:
    """Takes its certificate from `mail.pem` and `mail.key` in the folder."""

    def __init__(self, folder, port, user="posthorn", password="demonstration", on_mail=lambda mail: None):
        self.mails = []
        self.lock = threading.Lock()
        self.on_mail = on_mail
        self.user, self.password = user.encode(), password.encode()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(f"{folder}/mail.pem", f"{folder}/mail.key")
        self.controller = Controller(
            self,
            hostname="127.0.0.1",
            port=port,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=self.authenticate,
        )
        self.controller.start()

    def authenticate(self, server, session, envelope, mechanism, data):
        return AuthResult(success=data.login == self.user and data.password == self.password)

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(preferencelist=("plain", "html"))
        for recipient in envelope.rcpt_tos:
            mail = Mail(
                recipient=recipient,
                sender=str(message["From"]),
                subject=str(message["Subject"]),
                text=body.get_content().strip() if body else "",
                encrypted=session.ssl is not None,
            )
            with self.lock:
                self.mails.append(mail)
            self.on_mail(mail)
        return "250 OK"

    def close(self):
        self.controller.stop()
