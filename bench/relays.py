"""The settings of several mail relays."""


def relays(providers, **sinks):
    """`providers` is the value of `POSTHORN_EMAIL_PROVIDERS`, and `sinks` has the url of each."""
    settings = {"POSTHORN_EMAIL_FROM": "posthorn@example.org", "POSTHORN_EMAIL_PROVIDERS": providers}
    for name, url in sinks.items():
        settings[f"POSTHORN_EMAIL_{name.upper()}_URL"] = url
        settings[f"POSTHORN_EMAIL_{name.upper()}_STARTTLS"] = "never"
    return settings
