# shellcheck shell=bash
# Posthorn itself for a run of a script: build it, give it settings for the private servers, and prepare them.

# posthorn_build debug|release [PRODUCT…]: sets POSTHORN to the program and BIN to its folder.
posthorn_build() {
    local configuration=$1 product
    shift
    for product in posthorn "$@"; do
        attended swift build -c "$configuration" --product "$product" >&2
    done
    BIN=$(swift build -c "$configuration" --show-bin-path)
    POSTHORN=$BIN/posthorn
    export POSTHORN BIN
}

# A port that users know where it is free, any other where it is not.
port_or_free() {
    if port_answers "$1"; then free_port; else printf '%s\n' "$1"; fi
}

# posthorn_settings GATEWAY_PORT ADMIN_PORT: the settings of a system on this machine, which may call back to this machine.
posthorn_settings() {
    POSTHORN_SECRET_KEY=$(head -c 32 /dev/urandom | base64)
    export POSTHORN_SECRET_KEY
    export POSTHORN_BROKER_URL=$BROKER_URL POSTHORN_MANAGEMENT_URL=$MANAGEMENT_URL POSTHORN_DATABASE_URL=$DATABASE_URL
    export POSTHORN_GATEWAY_LISTEN=127.0.0.1:$1 POSTHORN_ADMIN_LISTEN=127.0.0.1:$2
    export POSTHORN_WEBHOOK_ALLOW=127.0.0.0/8 POSTHORN_WEBHOOK_ALLOW_HTTP=true POSTHORN_WEBHOOK_PORTS=any
    export POSTHORN_LOG_LEVEL=${POSTHORN_LOG_LEVEL:-warning}
    API=http://127.0.0.1:$1 ADMIN=http://127.0.0.1:$2
    export API ADMIN
}

# posthorn_prepare SERVICE [FLAG…]: tables, queues, a service and its key (API_KEY). What it said is in SERVICE_OUTPUT.
posthorn_prepare() {
    "$POSTHORN" database migrate >&2
    "$POSTHORN" topology apply >&2
    SERVICE_OUTPUT=$("$POSTHORN" service create "$@")
    API_KEY=$("$POSTHORN" key create --service "$1" | grep -oE 'posthorn_[A-Za-z0-9._-]{44,}' | head -n 1)
    export SERVICE_OUTPUT API_KEY
}

posthorn_is_ready() {
    curl -fs -m 2 "$ADMIN/readyz"
}

# mail_certificate FOLDER: mail.pem and mail.key for an SMTP server on localhost that is its own authority.
mail_certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -keyout "$1/mail.key" -out "$1/mail.pem" 2>/dev/null
}
