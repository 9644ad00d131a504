#!/usr/bin/env bash
# Boots a real systemd in a throw-away container, installs the built program with its units, and checks the service
# and the receiver.
# Needs root, debootstrap and systemd-container. About a minute, and 2 min more for the container's root the first time.
#
#   Tests/Outside/boot_systemd.sh [STAGE | PROGRAM]
#
# STAGE is a folder laid out like `/`, as `make install DESTDIR=STAGE` leaves it; without it, that is done here, with
# PROGRAM or the one that was built.
# FCDWATCH_BOOT_ROOT     where the Debian root is kept (default: in the user's cache folder)
# FCDWATCH_DEBIAN_MIRROR the mirror to make it from (default: that of debootstrap)
set -uo pipefail
given=${1:+$(realpath -e "$1")} || exit 66
cd "$(dirname "$0")/../.."

root=${FCDWATCH_BOOT_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/fcdwatch/bookworm}
unit=fcdwatch.service
started_message=8f1d2a6e0b7c4b0fa4c59d0e5a3b0101

[ "$(id -u)" -eq 0 ] || { echo "run as root: the test boots a container" >&2; exit 77; }
for tool in debootstrap systemd-nspawn nsenter; do
    command -v $tool >/dev/null || { echo "$tool is missing; install debootstrap and systemd-container" >&2; exit 69; }
done

if [ ! -e "$root/.complete" ]; then
    echo "making a Debian root in $root"
    mkdir -p "$root"
    include=systemd,systemd-sysv,dbus,sqlite3,dcmtk,libdcmtk17,libnifti2-2,libopenblas0-pthread,libsystemd0,libopenjp2-7,procps
    if ! debootstrap --variant=minbase --include=$include bookworm "$root" ${FCDWATCH_DEBIAN_MIRROR:-} >"$root.log" 2>&1; then
        tail -n 5 "$root.log" >&2
        exit 69
    fi
    touch "$root/.complete"
fi
if [ ! -x "$root/usr/bin/storescp" ]; then
    echo "no storescp in $root; remove that folder, so that it is made anew" >&2
    exit 69
fi

work=$(mktemp -d)
machine=fcdwatch-boot-$$
nspawn=
leader=
cleanup() {
    [ -n "$leader" ] && inside systemctl poweroff 2>/dev/null
    if [ -n "$nspawn" ]; then
        for _ in $(seq 100); do kill -0 "$nspawn" 2>/dev/null || break; sleep 0.2; done
        kill -KILL "$nspawn" 2>/dev/null
        wait "$nspawn" 2>/dev/null
    fi
    for controller in memory cpu cpuacct pids; do
        [ -d "/sys/fs/cgroup/$controller/$machine" ] &&
            find "/sys/fs/cgroup/$controller/$machine" -depth -type d -exec rmdir {} \; 2>/dev/null
    done
    rm -rf "$work"
}
trap cleanup EXIT
inside() { nsenter -t "$leader" -a "$@"; }

# What to install, and the Swift runtime where the program was not linked with it.
stage=$work/stage
mkdir -p "$stage"
if [ -d "$given" ]; then
    cp -a "$given/." "$stage/"
else
    make --silent install DESTDIR="$stage" ${given:+PROGRAM="$given"} || exit 1
fi
runtime=$(ldd "$stage/usr/bin/fcdwatch" | awk '$3 ~ /^\// { print $3 }' | while read -r library; do
    [ -e "$root$library" ] || [ -e "$root/usr$library" ] || echo "$library"
done)
if [ -n "$runtime" ]; then
    mkdir -p "$stage/usr/lib/fcdwatch" "$stage/etc/ld.so.conf.d"
    # shellcheck disable=SC2086
    cp -L $runtime "$stage/usr/lib/fcdwatch/"
    echo /usr/lib/fcdwatch >"$stage/etc/ld.so.conf.d/fcdwatch.conf"
fi
chown -R 0:0 "$stage"
chmod 0755 "$work" "$stage"

(
    # On hosts with version 1 control groups the container gets groups of its own.
    for controller in memory cpu cpuacct pids; do
        [ -d "/sys/fs/cgroup/$controller" ] && mkdir -p "/sys/fs/cgroup/$controller/$machine" &&
            echo "$BASHPID" >"/sys/fs/cgroup/$controller/$machine/cgroup.procs"
    done
    exec setsid systemd-nspawn -q -D "$root" -M "$machine" --register=no --keep-unit --private-network \
        --link-journal=no --volatile=overlay --bind-ro="$stage:/mnt" --console=read-only -b \
        >"$work/console" 2>&1 </dev/null
) &
nspawn=$!
state=
for _ in $(seq 150); do
    leader=$(pgrep -P $nspawn | head -n 1)
    [ -n "$leader" ] && state=$(inside systemctl is-system-running 2>/dev/null)
    [ "$state" = running ] || [ "$state" = degraded ] && break
    sleep 0.2
done
if [ "$state" != running ] && [ "$state" != degraded ]; then
    echo "the container did not boot:" >&2
    tail -n 20 "$work/console" >&2
    exit 1
fi
for controller in memory cpu cpuacct pids; do
    inside mount -o remount,bind,rw /sys/fs/cgroup/$controller 2>/dev/null
done
inside systemctl daemon-reexec

failures=0
check() { # check WHAT COMMAND…
    if "${@:2}"; then echo "ok   $1"; else echo "FAIL $1"; failures=$((failures + 1)); fi
}
within() { # within SECONDS COMMAND…
    local tries=$(($1 * 5))
    for _ in $(seq "$tries"); do "${@:2}" && return 0; sleep 0.2; done
    return 1
}
property() { inside systemctl show "$unit" -p "$1" --value; }
is() { [ "$(property "$1")" = "$2" ]; }
journal_has() { inside journalctl -u "$unit" -o json "$@" 2>/dev/null | grep -q .; }
journal_says() { inside journalctl -u "$unit" -o cat --no-pager | grep -q "$1"; }

inside sh -c "tar -C /mnt -cf - . | tar -C / -xf - --keep-directory-symlink"
inside ldconfig
inside systemd-sysusers 2>/dev/null
inside systemd-tmpfiles --create 2>/dev/null
# The container's disk is small memory, and the test is in a hurry.
inside sed -i -E 's/^reserveMB *=.*/reserveMB = 16/; s/^fileQuietSeconds *=.*/fileQuietSeconds = 2/; s/^rescanSeconds *=.*/rescanSeconds = 5/' \
    /etc/fcdwatch/fcdwatch.toml
inside systemctl daemon-reload

check "every library is there" sh -c "! nsenter -t $leader -a ldd /usr/bin/fcdwatch | grep 'not found'"
check "unit is sound" inside systemd-analyze verify --man=no "$unit"
inside systemctl start "$unit"
check "Type=notify reaches active" within 30 is ActiveState active
status_is_set() { [ -n "$(property StatusText)" ]; }
check "status text" within 10 status_is_set
check "journal has the start message and fields" within 10 journal_has MESSAGE_ID=$started_message
watchdog_is_set() { [ "$(property WatchdogUSec)" != 0 ] && [ "$(property WatchdogUSec)" != infinity ]; }
check "watchdog configured" watchdog_is_set
check "exposure at most 1.5" inside sh -c "systemd-analyze security --threshold=15 $unit >/dev/null"

main=$(property MainPID)
process() { inside cat "/proc/$main/status"; }
unprivileged() {
    process | grep -qE '^CapEff:\s+0+$' && process | grep -qE '^Seccomp:\s+2$' &&
        process | grep -qE '^NoNewPrivs:\s+1$' && ! process | grep -qE '^Uid:\s+0\s'
}
check "no root, no capabilities, seccomp, no new privileges" unprivileged
own_network() {
    [ "$(inside readlink "/proc/$main/ns/net")" != "$(inside readlink /proc/1/ns/net)" ] &&
        [ "$(inside sed 1,2d "/proc/$main/net/dev" | wc -l)" -eq 1 ]
}
check "a network of its own, loopback only" own_network

inbox=$(inside sed -nE 's/^inbox *= *"(.*)"$/\1/p' /etc/fcdwatch/fcdwatch.toml | head -n 1)
inbox=${inbox:-/srv/fcdwatch/inbox}
inside sh -c "umask 002; echo 'no image' >$inbox/note.dcm"
file_is_gone() { ! inside test -e "$inbox/note.dcm"; }
check "a file in the inbox is taken" within 60 file_is_gone
# A worker that the sandbox does not let live is another code.
refusals() { inside runuser -u fcdwatch -- fcdwatch status --json; }
a_worker_judged() { refusals | grep -q '"code" : "NOT_' && ! refusals | grep -qE 'WORKER_|SANDBOX_'; }
check "a worker in the sandbox has judged it" within 60 a_worker_judged
inside systemctl kill --kill-whom=main -s HUP "$unit"
sleep 1
check "SIGHUP does not leave it down" within 30 is ActiveState active

restarts=$(property NRestarts)
inside systemctl kill -s KILL "$unit"
restarted() { [ "$(property NRestarts)" -gt "$restarts" ] && is ActiveState active; }
check "starts again after SIGKILL" within 60 restarted
inside systemctl stop "$unit"
stopped_cleanly() { is Result success && is ActiveState inactive && is ExecMainStatus 0; }
check "stops cleanly on SIGTERM" stopped_cleanly

inside mkdir -p /run/systemd/system/$unit.d
inside sh -c "printf '[Service]\nWatchdogSec=2\nTimeoutAbortSec=2\n' >/run/systemd/system/$unit.d/test.conf"
inside systemctl daemon-reload
inside systemctl start "$unit"
sleep 5
check "feeds a watchdog of 2 s" is ActiveState active
inside systemctl kill --kill-whom=main -s STOP "$unit"
check "a stopped process is noticed by the watchdog" within 15 journal_says "Watchdog timeout"
inside systemctl stop "$unit"

inside rm -r /run/systemd/system/$unit.d
inside systemctl daemon-reload
# shellcheck source=Tests/Outside/boot_receiver.sh
. Tests/Outside/boot_receiver.sh

if [ $failures -gt 0 ]; then
    echo "$failures checks failed; the last lines of the units' journal:"
    inside journalctl -u fcdwatch.service -u fcdwatch-receiver.service --no-pager -n 40
    exit 1
fi
echo "all checks passed"
