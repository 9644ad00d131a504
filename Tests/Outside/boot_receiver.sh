# The receiver under the real systemd: sourced by boot_systemd.sh, which gives check, within, inside, property and root.
# A study goes from storescu through the network and the inbox to the ledger.

unit=fcdwatch-receiver.service
check "the receiver's unit is sound" inside systemd-analyze verify --man=no "$unit"
inside systemctl start "$unit"
check "the receiver is active" within 20 is ActiveState active
check "the receiver's exposure at most 1.1" inside sh -c "systemd-analyze security --threshold=11 $unit >/dev/null"
echoes() { inside echoscu -aec FCDWATCH 127.0.0.1 11112; }
check "it answers C-ECHO" within 20 echoes

main=$(property MainPID)
check "it is no root, without capabilities, with seccomp" unprivileged
check "its user is its own, its group that of the inbox" test \
    "$(inside ps -o user:32=,group:32= -p "$main" | tr -s ' ')" = "fcdwatch-receiver fcdwatch-inbox"
cannot_read_results() {
    for folder in /srv/fcdwatch/reports /var/lib/fcdwatch; do
        # As the process sees them.
        inside nsenter -t "$main" -m -- ls "$folder" 2>&1 | grep -q . && return 1
    done
    return 0
}
check "it sees neither reports nor ledger" cannot_read_results

# A study of 12 slices, made with DCMTK alone; its name must come back nowhere.
inside mkdir -p /tmp/study
for slice in $(seq 12); do
    inside sh -c "cat >/tmp/study/$slice.txt && dd if=/dev/zero bs=32768 count=1 status=none >/tmp/study/$slice.raw &&
        dump2dcm -q /tmp/study/$slice.txt /tmp/study/$slice.dcm" <<EOF
(0008,0008) CS [ORIGINAL\\PRIMARY\\M\\ND]
(0008,0016) UI [1.2.840.10008.5.1.4.1.1.4]
(0008,0018) UI [1.2.826.0.1.3680043.10.2.1.$slice]
(0008,0060) CS [MR]
(0010,0010) PN [Zanzibarius^Quendolina]
(0010,0020) LO [QZanzibarius]
(0018,0020) CS [GR]
(0018,0023) CS [3D]
(0018,0080) DS [2000]
(0018,0081) DS [3]
(0020,000d) UI [1.2.826.0.1.3680043.10.2.2]
(0020,000e) UI [1.2.826.0.1.3680043.10.2.3]
(0020,0013) IS [$slice]
(0020,0032) DS [0\\0\\$slice]
(0020,0037) DS [1\\0\\0\\0\\1\\0]
(0028,0002) US 1
(0028,0004) CS [MONOCHROME2]
(0028,0010) US 128
(0028,0011) US 128
(0028,0030) DS [1\\1]
(0028,0100) US 16
(0028,0101) US 12
(0028,0102) US 11
(0028,0103) US 0
(7fe0,0010) OW =/tmp/study/$slice.raw
EOF
done
# The service waits while files are looked at.
inside systemctl stop fcdwatch.service
rows() { inside runuser -u fcdwatch -- fcdwatch status --json | sed -nE 's/.*"received" : ([0-9]+).*/\1/p'; }
inside systemctl start fcdwatch.service
before=$(rows)
inside systemctl stop fcdwatch.service
study_is_sent() { inside sh -c "storescu -aec FCDWATCH 127.0.0.1 11112 /tmp/study/*.dcm"; }
check "storescu sends a study" study_is_sent
received() { inside find "$inbox" -name '*.dcm' -printf '%u %g %m\n' | sort | uniq -c | tr -s ' '; }
check "12 files, of the receiver, for the group and nobody else" test \
    "$(received)" = " 12 fcdwatch-receiver fcdwatch-inbox 660"
names_are_its_own() { ! inside ls "$inbox" | grep -vqE '^MR\.X\.[0-9.]+\.dcm$'; }
check "their names hold nothing that was sent" names_are_its_own
inside systemctl start fcdwatch.service
all_rows() { [ "$(rows)" = $((before + 12)) ]; }
check "the service takes them into the ledger" within 60 all_rows
inbox_is_empty() { [ -z "$(inside find "$inbox" -type f)" ]; }
check "the inbox is empty again" within 30 inbox_is_empty
a_case_is_there() { inside runuser -u fcdwatch -- fcdwatch status --json | grep -qE '"studies" : [1-9]'; }
check "a study is there" within 90 a_case_is_there
no_name() { ! inside journalctl --no-pager | grep -qi Zanzibarius; }
check "the journal holds no name" no_name

inside systemctl kill --kill-whom=main -s KILL "$unit"
is_again() { [ "$(property NRestarts)" -ge 1 ] && is ActiveState active; }
check "it starts again after SIGKILL" within 30 is_again
check "and answers" within 20 echoes

# A slow sender: the unit stops only when its association has ended.
inside sh -c "storescu -aec FCDWATCH --repeat 60 127.0.0.1 11112 /tmp/study/*.dcm >/tmp/slow 2>&1
    echo \$? >/tmp/slow.rc" &
slow=$!
one_child() { [ "$(inside sh -c "ps -C storescp -o pid= | wc -l")" -ge 2 ]; }
within 10 one_child
inside systemctl stop "$unit"
wait $slow
association_ended() { [ "$(inside cat /tmp/slow.rc)" = 0 ] && ! inside grep -q . /tmp/slow; }
check "SIGTERM lets an association end" association_ended
receiver_stopped() { is Result success && is ActiveState inactive && ! inside pgrep -x storescp >/dev/null; }
check "and stops cleanly, nothing left behind" receiver_stopped
no_answer() { ! echoes >/dev/null 2>&1; }
check "then nothing answers" no_answer
