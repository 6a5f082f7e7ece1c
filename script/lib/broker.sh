# shellcheck shell=bash
# A private RabbitMQ node, with its own epmd, on loopback only. All state is in one folder, so that a killed node
# can be started again on the same data.

# The launchers of the release itself: those in PATH switch to the user rabbitmq first.
broker_programs() {
    local folder
    for folder in "${POSTHORN_RABBITMQ_SBIN:-}" /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin /opt/rabbitmq*/sbin; do
        if [[ -x $folder/rabbitmq-server ]]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    echo "No rabbitmq-server found. Run script/setup." >&2
    return 1
}

# broker_prepare FOLDER: chooses ports and a password and writes the configuration. With BROKER_TLS=yes the node also listens with TLS,
# with a self-signed certificate for `localhost`.
broker_prepare() {
    local folder=$1 port management distribution epmd password
    mkdir -p "$folder/home" "$folder/log"
    port=$(free_port) management=$(free_port) distribution=$(free_port) epmd=$(free_port) password=$(random_word)
    cat >"$folder/ports" <<END
BROKER_PORT=$port
BROKER_MANAGEMENT_PORT=$management
BROKER_DISTRIBUTION_PORT=$distribution
BROKER_EPMD_PORT=$epmd
BROKER_PASSWORD=$password
BROKER_NODE=posthorn_$port@localhost
END
    cat >"$folder/rabbitmq.conf" <<END
listeners.tcp.1 = 127.0.0.1:$port
management.tcp.ip = 127.0.0.1
management.tcp.port = $management
default_user = posthorn
default_pass = $password
log.file.level = warning
log.console = false
max_message_size = 1048576
END
    if [[ ${BROKER_TLS:-no} == yes ]]; then
        broker_prepare_tls "$folder"
    fi
    echo '[rabbitmq_consistent_hash_exchange,rabbitmq_management].' >"$folder/enabled_plugins"
    random_word | tr -dc 'a-zA-Z0-9' >"$folder/home/.erlang.cookie"
    chmod 600 "$folder/home/.erlang.cookie" "$folder/ports" "$folder/rabbitmq.conf"
}

broker_prepare_tls() {
    local folder=$1 port
    port=$(free_port)
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$folder/tls.key" -out "$folder/tls.pem" 2>/dev/null
    echo "BROKER_TLS_PORT=$port" >>"$folder/ports"
    cat >>"$folder/rabbitmq.conf" <<END
listeners.ssl.1 = 127.0.0.1:$port
ssl_options.cacertfile = $folder/tls.pem
ssl_options.certfile = $folder/tls.pem
ssl_options.keyfile = $folder/tls.key
ssl_options.verify = verify_none
END
}

# broker_control FOLDER WORD…: runs rabbitmqctl for the node.
broker_control() {
    local folder=$1 programs
    shift
    programs=$(broker_programs) || return
    # shellcheck disable=SC1091
    source "$folder/ports"
    env HOME="$folder/home" ERL_EPMD_PORT="$BROKER_EPMD_PORT" RABBITMQ_CONF_ENV_FILE=/dev/null \
        "$programs/rabbitmqctl" --quiet --node "$BROKER_NODE" "$@"
}

broker_answers() {
    port_answers "$BROKER_PORT" &&
        curl -fs -m 5 -u "posthorn:$BROKER_PASSWORD" "http://127.0.0.1:$BROKER_MANAGEMENT_PORT/api/overview" -o "$1/overview"
}

# broker_launch FOLDER: starts it and returns at once. `broker_wait` then waits until it is ready.
broker_launch() {
    local folder=$1 programs
    programs=$(broker_programs) || return
    # shellcheck disable=SC1091
    source "$folder/ports"
    export ERL_EPMD_PORT=$BROKER_EPMD_PORT ERL_EPMD_ADDRESS=127.0.0.1
    if ! process_lives "$(pid_in "$folder/epmd.pid")"; then
        setsid epmd </dev/null >"$folder/log/epmd" 2>&1 &
        echo $! >"$folder/epmd.pid"
        disown
    fi
    wait_until 10 port_answers "$BROKER_EPMD_PORT" || return
    rm -f "$folder/pid"
    # With input allowed the launcher becomes the node, so the process id is the node's.
    env HOME="$folder/home" \
        RABBITMQ_ALLOW_INPUT=true \
        RABBITMQ_CONF_ENV_FILE=/dev/null \
        RABBITMQ_NODENAME="$BROKER_NODE" \
        RABBITMQ_DIST_PORT="$BROKER_DISTRIBUTION_PORT" \
        RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins" \
        RABBITMQ_MNESIA_BASE="$folder/data" \
        RABBITMQ_LOG_BASE="$folder/log" \
        RABBITMQ_GENERATED_CONFIG_DIR="$folder/generated" \
        RABBITMQ_PID_FILE="$folder/pid" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-noinput -kernel inet_dist_use_interface {127,0,0,1}" \
        setsid "$programs/rabbitmq-server" </dev/null >"$folder/log/console" 2>&1 &
    echo $! >"$folder/launched.pid"
    disown
}

# broker_wait FOLDER: returns when AMQP and the management API accept connections.
broker_wait() {
    # shellcheck disable=SC1091
    source "$1/ports"
    if ! wait_until 90 broker_answers "$1"; then
        echo "RabbitMQ did not start:" >&2
        tail -n 20 "$1/log/console" >&2
        return 1
    fi
}

# broker_kill FOLDER: kill -9, like a power failure.
broker_kill() {
    local pid
    pid=$(pid_in "$1/launched.pid")
    kill -KILL "$pid" 2>/dev/null || true
    wait_until 10 process_ended "$pid"
}

broker_stop() {
    end_process "$(pid_in "$1/launched.pid")" "${2:-20}"
    end_process "$(pid_in "$1/epmd.pid")" 5
}

broker_url() {
    # shellcheck disable=SC1091
    source "$1/ports"
    printf 'amqp://posthorn:%s@127.0.0.1:%s/\n' "$BROKER_PASSWORD" "$BROKER_PORT"
}

broker_tls_url() {
    # shellcheck disable=SC1091
    source "$1/ports"
    printf 'amqps://posthorn:%s@localhost:%s/\n' "$BROKER_PASSWORD" "$BROKER_TLS_PORT"
}

broker_management_url() {
    # shellcheck disable=SC1091
    source "$1/ports"
    printf 'http://posthorn:%s@127.0.0.1:%s\n' "$BROKER_PASSWORD" "$BROKER_MANAGEMENT_PORT"
}
