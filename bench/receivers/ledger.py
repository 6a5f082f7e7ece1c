"""A receiver's ledger: a line for each notification that reached it, with the moment, the notification's id and the answer."""

import collections

LINE = len("1700000000.000 019aa5d0-7c00-8abc-9def-0123456789ab 204\n")


class Ledger:
    """Reads what a receiver wrote down since the page was opened."""

    def __init__(self, path):
        self.path = path
        self.path.touch()
        self.start = 0

    def open_page(self):
        """What came before does not count any more."""
        self.start = self.path.stat().st_size

    def lines(self):
        with self.path.open() as file:
            file.seek(self.start)
            for line in file:
                if line.endswith("\n"):
                    moment, identities, status = line.split()
                    # One call may have had several.
                    for identity in identities.lower().split(","):
                        yield float(moment), identity, status

    def arrived(self):
        """A cheap estimate of the number of calls, by the size of the file. Calls with several notifications count as somewhat fewer."""
        return (self.path.stat().st_size - self.start) // LINE

    def taken(self):
        """How often each notification was taken. A call that was not answered with success does not count."""
        return collections.Counter(identity for _, identity, status in self.lines() if status < "300")

    def failed(self):
        """How many calls were not answered with success."""
        return sum(status >= "300" for _, _, status in self.lines())

    def moments(self):
        """When each notification was first taken."""
        moments = {}
        for moment, identity, status in self.lines():
            if status < "300":
                moments.setdefault(identity, moment)
        return moments
