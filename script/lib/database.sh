# shellcheck shell=bash
# A private PostgreSQL cluster, on loopback only. PostgreSQL refuses to run as root; root runs it as the user postgres.

database_programs() {
    local folder
    for folder in "${POSTHORN_POSTGRESQL_BIN:-}" /usr/lib/postgresql/{17,16,15}/bin; do
        if [[ -x $folder/postgres ]]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    echo "No PostgreSQL found. Run script/setup." >&2
    return 1
}

as_database_user() {
    if ((EUID == 0)); then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# database_prepare FOLDER [CONNECTIONS]: creates the cluster. Commits are durable: fsync is on.
database_prepare() {
    local folder=$1 connections=${2:-100} programs port password
    programs=$(database_programs) || return
    port=$(free_port) password=$(random_word)
    mkdir -p "$folder"
    printf 'DATABASE_PORT=%s\nDATABASE_PASSWORD=%s\n' "$port" "$password" >"$folder/ports"
    chmod 600 "$folder/ports"
    install -d -m 700 "$folder/cluster"
    printf '%s\n' "$password" >"$folder/cluster.password"
    if ((EUID == 0)); then
        chown postgres "$folder" "$folder/cluster" "$folder/cluster.password"
    fi
    as_database_user "$programs/initdb" -D "$folder/cluster" -U posthorn --auth=scram-sha-256 \
        --pwfile="$folder/cluster.password" --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 ||
        { cat "$folder/initdb.log" >&2; return 1; }
    rm -f "$folder/cluster.password"
    cat >>"$folder/cluster/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
max_connections = $connections
shared_buffers = 256MB
wal_buffers = 16MB
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
END
}

database_answers() {
    as_database_user "$1/pg_isready" -q -h 127.0.0.1 -p "$DATABASE_PORT" -U posthorn -d postgres
}

# database_start FOLDER: starts it on the existing data, and returns when it accepts connections.
database_start() {
    local folder=$1 programs
    programs=$(database_programs) || return
    # shellcheck disable=SC1091
    source "$folder/ports"
    # A killed server that its parent has not yet reaped looks alive to PostgreSQL, which then would not start.
    if [[ -e $folder/cluster/postmaster.pid ]] && ! process_lives "$(pid_in "$folder/cluster/postmaster.pid")"; then
        rm -f "$folder/cluster/postmaster.pid" "$folder/.s.PGSQL.$DATABASE_PORT.lock"
    fi
    as_database_user setsid "$programs/pg_ctl" -D "$folder/cluster" -l "$folder/log" -W start </dev/null >/dev/null 2>&1
    if ! wait_until 60 database_answers "$programs"; then
        echo "PostgreSQL did not start:" >&2
        tail -n 20 "$folder/log" >&2
        return 1
    fi
}

# database_kill FOLDER: kill -9 of the server and all its backends.
database_kill() {
    local pid children child
    pid=$(pid_in "$1/cluster/postmaster.pid")
    [[ -n $pid ]] || return 0
    children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
    kill -KILL "$pid" 2>/dev/null || true
    for child in $children; do
        kill -KILL "$child" 2>/dev/null || true
    done
    for child in $pid $children; do
        wait_until 10 process_ended "$child"
    done
}

# A fast shutdown: it rolls back open transactions and waits for no client.
database_stop() {
    end_process "$(pid_in "$1/cluster/postmaster.pid")" "${2:-20}" INT
}

database_url() {
    # shellcheck disable=SC1091
    source "$1/ports"
    printf 'postgres://posthorn:%s@127.0.0.1:%s/postgres\n' "$DATABASE_PASSWORD" "$DATABASE_PORT"
}
