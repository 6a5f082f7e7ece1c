# shellcheck shell=bash
# Processes and ports: start apart from the terminal, wait for a condition, end by process id.

chosen_ports=/tmp/posthorn-ports.$EUID

# Prints a loopback port that nobody listens on, below the range that the kernel gives to clients. A port that was chosen is not chosen
# again while the program that chose it lives: whoever is to listen there may need a while to do so.
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

# Lets the ports go that this program chose.
release_ports() {
    [[ ! -d $chosen_ports ]] || find "$chosen_ports" -lname "$$" -delete
}

# Whether anybody listens on this loopback port.
port_answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Whether a process lives (a zombie does not).
process_lives() {
    local state
    [[ -n ${1:-} && -r /proc/$1/stat ]] || return 1
    state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) || return 1
    [[ $state != Z && $state != X ]]
}

# wait_until SECONDS COMMAND…: repeats a cheap check until it holds; fails when the time is up.
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

# end_process PID [SECONDS [SIGNAL]]: asks it to end, and kills it when it has not within the time.
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

# The living processes of a session, also those that made process groups of their own.
session_members() {
    ps -o pid=,state= -s "$1" 2>/dev/null | while read -r pid state; do
        [[ $state == Z ]] || printf '%s\n' "$pid"
    done
}

# end_session ID [SECONDS]: asks all processes of a session to end, and kills those that have not within the time.
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

# The number in a file written by a server, or nothing.
pid_in() {
    [[ -r $1 ]] && head -n 1 "$1" | tr -dc '0-9'
}

# Prints a random word that is safe in a URL.
random_word() {
    head -c 18 /dev/urandom | base64 | tr '+/' 'ab'
}
