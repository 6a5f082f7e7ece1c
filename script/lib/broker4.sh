# shellcheck shell=bash
# RabbitMQ 4 from Debian's next release, unpacked into a folder of the checkout, so that the tests can run against it. Needs root: the
# broker runs in the folder with chroot, in a mount namespace of its own.

# broker4_use FOLDER: unpacks it, the first time (some minutes, 600 MB), and makes `broker_launch` and `broker_control` use it.
broker4_use() {
    local root=$1/root
    if ((EUID != 0)); then
        echo "RabbitMQ 4 runs in a folder of its own, which needs root: repeat this as root, or with sudo." >&2
        return 1
    fi
    if [[ ! -f $1/complete ]]; then
        rm -rf "$1"
        mkdir -p "$1"
        broker4_unpack "$root" >"$1/log" 2>&1 || {
            echo "RabbitMQ 4 could not be unpacked; see $1/log:" >&2
            tail -n 5 "$1/log" >&2
            return 1
        }
        touch "$1/complete"
    fi
    mkdir -p "$1/sbin"
    broker4_launcher "$root" rabbitmq-server >"$1/sbin/rabbitmq-server"
    broker4_launcher "$root" rabbitmqctl >"$1/sbin/rabbitmqctl"
    chmod +x "$1/sbin/rabbitmq-server" "$1/sbin/rabbitmqctl"
    export POSTHORN_RABBITMQ_SBIN=$1/sbin
}

# From the mirror that this machine already uses.
broker4_unpack() {
    local mirror release
    # shellcheck disable=SC1091
    release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    if ! command -v debootstrap >/dev/null; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q debootstrap
    fi
    # shellcheck disable=SC2016 # apt-get expands it.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $release" | head -n 1)
    debootstrap --variant=minbase --include=rabbitmq-server trixie "$1" "$mirror"
}

# A program that becomes the one of the release, with the same process id. It sees /tmp, where the tests have their servers.
broker4_launcher() {
    cat <<END
#!/usr/bin/env bash
set -euo pipefail
if [[ \${1:-} != --inside ]]; then
    exec unshare --mount --propagation private "\$0" --inside "\$@"
fi
shift
for place in /proc /dev /tmp; do
    mount --rbind "\$place" "$1\$place"
done
exec chroot "$1" /bin/sh -c 'exec /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/$2 "\$@"' "$2" "\$@"
END
}
