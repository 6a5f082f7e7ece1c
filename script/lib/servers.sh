# shellcheck shell=bash
# Private servers for one run of a script. Source it, call `servers_start NAME`, and they are stopped however the script ends:
#
#     source "$(dirname "$0")/lib/servers.sh"
#     servers_start demo
#     attended swift test
#
# The state is in .servers/NAME.PID of the checkout, a link to a folder in /tmp, because the user postgres may not have access to
# the checkout's parent folders. Sets BROKER_URL, MANAGEMENT_URL, DATABASE_URL and SERVERS_FOLDER.

library=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=script/lib/processes.sh
source "$library/processes.sh"
# shellcheck source=script/lib/broker.sh
source "$library/broker.sh"
# shellcheck source=script/lib/database.sh
source "$library/database.sh"

checkout=$(cd "$library/../.." && pwd)
servers_link=
attended_pid=
attended_limit=10

# servers_bring_up FOLDER [CONNECTIONS]: starts both servers in this folder, in parallel.
servers_bring_up() {
    SERVERS_FOLDER=$1
    chmod 755 "$SERVERS_FOLDER"
    broker_prepare "$SERVERS_FOLDER/broker"
    broker_launch "$SERVERS_FOLDER/broker" || return
    database_prepare "$SERVERS_FOLDER/database" "${2:-100}" || return
    database_start "$SERVERS_FOLDER/database" || return
    broker_wait "$SERVERS_FOLDER/broker" || return
    BROKER_URL=$(broker_url "$SERVERS_FOLDER/broker")
    MANAGEMENT_URL=$(broker_management_url "$SERVERS_FOLDER/broker")
    DATABASE_URL=$(database_url "$SERVERS_FOLDER/database")
    export BROKER_URL MANAGEMENT_URL DATABASE_URL SERVERS_FOLDER
}

servers_take_down() {
    [[ -d $1 ]] || return 0
    broker_stop "$1/broker" 15 &
    database_stop "$1/database" 15
    wait $!
    rm -rf "$1"
}

# Removes what an earlier run left behind because it was killed with -9.
servers_sweep() {
    local link owner
    for link in "$checkout"/.servers/*.*; do
        [[ -L $link ]] || continue
        owner=${link##*.}
        if ! process_lives "$owner"; then
            servers_take_down "$(readlink "$link")"
            rm -f "$link"
        fi
    done
}

servers_start() {
    local folder
    mkdir -p "$checkout/.servers"
    servers_sweep
    folder=$(mktemp -d "/tmp/posthorn-$1.XXXXXX")
    servers_link=$checkout/.servers/$1.$$
    ln -sfn "$folder" "$servers_link"
    trap 'leave $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    servers_bring_up "$folder" "${2:-100}"
}

# test_environment: the settings of the tests. The servers must have been started with BROKER_TLS=yes.
test_environment() {
    POSTHORN_TEST_BROKER_TLS_URL=$(broker_tls_url "$SERVERS_FOLDER/broker")
    export POSTHORN_TEST_BROKER_TLS_URL POSTHORN_TEST_BROKER_FOLDER=$SERVERS_FOLDER/broker
    export POSTHORN_TEST_BROKER_URL=$BROKER_URL POSTHORN_TEST_MANAGEMENT_URL=$MANAGEMENT_URL POSTHORN_TEST_DATABASE_URL=$DATABASE_URL
    # Third-party clients and servers.
    export POSTHORN_TEST_PYTHON=$PWD/.venv/bin/python
    # Tests run in parallel, but not hundreds at once: tests of time-outs need a machine that can answer in time.
    export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-6}
}

# attended COMMAND…: runs it in a new session and waits, so that a signal to the script stops all of it at once.
attended() {
    local status=0
    setsid "$@" &
    attended_pid=$!
    wait "$attended_pid" || status=$?
    attended_pid=
    return "$status"
}

# A script that has to stop more than the servers defines `before_leaving`.
leave() {
    trap '' INT TERM HUP
    trap - EXIT
    if [[ -n $attended_pid ]]; then
        end_session "$attended_pid" "$attended_limit"
    fi
    if declare -F before_leaving >/dev/null; then
        before_leaving || true
    fi
    if [[ -n $servers_link ]]; then
        servers_take_down "$(readlink "$servers_link")"
        rm -f "$servers_link"
    fi
    release_ports
    exit "$1"
}
