# shellcheck shell=bash
# Processes and ports: start apart from the terminal, wait for a condition, stop by process id.

chosen_ports=/tmp/posthorn-ports.$EUID

# Prints a free loopback port, below the range that the kernel gives to clients. A chosen port is not chosen again while the
# script that chose it runs: its server may need some time to start.
free_port() {
    local port owner
    mkdir -p "$chosen_ports"
    while :; do
        port=$((15000 + (RANDOM * 32768 + RANDOM) % 17000))
        owner=$(readlink "$chosen_ports/$port") && process_lives "$owner" && continue
        rm -f "$chosen_ports/$port"
        if ! port_answers "$port" && ln -s "$$" "$chosen_ports/$port" 2>/dev/null; then
            printf '%s\n' "$port"
            return
        fi
    done
}

# Releases the ports that this script chose.
release_ports() {
    [[ ! -d $chosen_ports ]] || find "$chosen_ports" -lname "$$" -delete
}

# Whether a server listens on this loopback port.
port_answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Whether a process is running (a zombie is not).
process_lives() {
    local state
    [[ -n ${1:-} && -r /proc/$1/stat ]] || return 1
    state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) || return 1
    [[ $state != Z && $state != X ]]
}

# wait_until SECONDS COMMAND…: repeats a cheap check until it succeeds; fails when the time is up.
wait_until() {
    local limit=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < limit)) || return 1
        sleep 0.1
    done
}

process_ended() {
    ! process_lives "$1"
}

# end_process PID [SECONDS [SIGNAL]]: stops it, and kills it if it has not ended in time.
end_process() {
    local pid=${1:-} limit=${2:-10} signal=${3:-TERM}
    process_lives "$pid" || return 0
    kill "-$signal" "$pid" 2>/dev/null || true
    wait_until "$limit" process_ended "$pid" && return 0
    kill -KILL "$pid" 2>/dev/null || true
    wait_until 5 process_ended "$pid"
}

session_ended() {
    [[ -z $(session_members "$1") ]]
}

# The running processes of a session, including those with their own process groups.
session_members() {
    ps -o pid=,state= -s "$1" 2>/dev/null | while read -r pid state; do
        [[ $state == Z ]] || printf '%s\n' "$pid"
    done
}

# end_session ID [SECONDS]: stops all processes of a session, and kills those that have not ended in time.
end_session() {
    local pid
    for pid in $(session_members "$1"); do
        kill -TERM "$pid" 2>/dev/null || true
    done
    wait_until "${2:-10}" session_ended "$1" && return 0
    for pid in $(session_members "$1"); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    wait_until 5 session_ended "$1"
}

# The process id in a server's file, or nothing.
pid_in() {
    [[ -r $1 ]] && head -n 1 "$1" | tr -dc '0-9'
}

# Prints a random word that is safe in a URL.
random_word() {
    head -c 18 /dev/urandom | base64 | tr '+/' 'ab'
}
