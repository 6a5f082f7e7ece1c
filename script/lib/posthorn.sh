# shellcheck shell=bash
# Posthorn for one run of a script: builds it, sets its settings for the private servers, and prepares them.

# posthorn_build debug|release [PRODUCT…]: sets POSTHORN to the program and BIN to its folder. The compiler's output is shown only if it fails.
posthorn_build() {
    local configuration=$1 product
    shift
    for product in posthorn "$@"; do
        printf 'building %s (%s)\n' "$product" "$configuration" >&2
        if ! attended swift build -c "$configuration" --product "$product" >"$SERVERS_FOLDER/build" 2>&1; then
            cat "$SERVERS_FOLDER/build" >&2
            return 1
        fi
    done
    BIN=$(swift build -c "$configuration" --show-bin-path 2>/dev/null)
    POSTHORN=$BIN/posthorn
    export POSTHORN BIN
}

# The usual port if it is free, otherwise another one.
port_or_free() {
    if port_answers "$1"; then free_port; else printf '%s\n' "$1"; fi
}

# posthorn_settings GATEWAY_PORT ADMIN_PORT: the settings of a system that may call webhooks on this machine.
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

# posthorn_prepare SERVICE [--broker-user]: tables, queues, a service, its API_KEY and, as its own broker user, SERVICE_BROKER_URL.
posthorn_prepare() {
    local password said=$SERVERS_FOLDER/prepare
    if ! { "$POSTHORN" database migrate && "$POSTHORN" topology apply; } >"$said" 2>&1; then
        cat "$said" >&2
        return 1
    fi
    password=$("$POSTHORN" service create "$@" 2>"$said") || { cat "$said" >&2; return 1; }
    SERVICE_BROKER_URL=amqp://$1:$password@${BROKER_URL#*@}
    API_KEY=$("$POSTHORN" key create --service "$1")
    export SERVICE_BROKER_URL API_KEY
}

posthorn_is_ready() {
    curl -fs -m 2 "$ADMIN/readyz"
}

# mail_certificate FOLDER: mail.pem and mail.key for an SMTP server on localhost, self-signed.
mail_certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -keyout "$1/mail.key" -out "$1/mail.pem" 2>/dev/null
}
