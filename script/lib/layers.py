"""The declared order of the modules, from top to bottom. A module depends only on modules in rows below its own.

A new module goes into the lowest row that is above all its dependencies. Modules in one row never depend on each other: so no sender
knows another sender, and the router knows nothing of the recorder.
"""

# One line is one row: its top-level folders, each with its modules.
ROWS = [
    {"posthorn": ["posthorn"]},
    {"Producer": ["Gateway", "ProducerKit"], "Router": ["Router"], "Senders": ["SenderProcess"], "Recorder": ["Recorder"]},
    {"Senders": ["EmailSender", "WebhookSender"]},
    {"Senders": ["Senders", "MIME"]},
    {"Shared": ["Cancellations", "Connections", "Lanes", "WebAPI"]},
    {"Shared": ["Control", "Parking", "Management", "Roles"]},
    {"Shared": ["Accounts", "Contract", "Health", "Schema"]},
    {"Shared": ["Lookups", "Queueing", "Topology", "Transfers"]},
    {"Shared": ["Broker", "Database", "Destinations", "HTTPServer"]},
    {"Shared": ["Model", "Runtime"]},
    {"Shared": ["Cryptography", "Executors", "JSON"]},
]

# Folders whose files may not import these modules, although their target depends on them.
FORBIDDEN_IMPORTS = {"Sources/Router/Stages": {"Broker", "Database"}}


def place(module):
    """The number of the module's row from the top, and its top-level folder; nothing where it has none."""
    for number, row in enumerate(ROWS):
        for folder, names in row.items():
            if module in names:
                return number, folder
    return None
