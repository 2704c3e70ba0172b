#!/usr/bin/env bash
# Splits three searches into array jobs of Slurm and compares what was merged with what one process says. Without a cluster it sets up
# one of this machine alone, which needs root, and takes it down again.
set -euo pipefail
WARMPATH=$(realpath "${1:-target/release/warmpath}")
. "$(dirname "$0")/searches.sh"
work=$(mktemp -d /tmp/warmpath-slurm.XXXXXX)
started=()
finish() {
    for process in "${started[@]:-}"; do
        [ -n "$process" ] && kill "$process" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap finish EXIT

if ! sinfo >/dev/null 2>&1; then
    host=$(hostname -s)
    mkdir -p "$work/state" "$work/spool" /run/munge
    [ -f /etc/munge/munge.key ] || (umask 077 && dd if=/dev/urandom of=/etc/munge/munge.key bs=1 count=1024 status=none)
    chown -R munge: /etc/munge /run/munge /var/log/munge /var/lib/munge
    runuser -u munge -- /usr/sbin/munged --foreground --num-threads=2 >"$work/munged.log" 2>&1 &
    started+=($!)
    cat >"$work/slurm.conf" <<CONF
ClusterName=warmpath
SlurmctldHost=$host
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
NodeName=$host CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
    export SLURM_CONF=$work/slurm.conf
    sleep 1
    slurmctld -D -f "$SLURM_CONF" >"$work/slurmctld.log" 2>&1 &
    started+=($!)
    slurmd -D -f "$SLURM_CONF" >"$work/slurmd.log" 2>&1 &
    started+=($!)
    for _ in $(seq 60); do
        sinfo --noheader --states=idle 2>/dev/null | grep -q . && break
        sleep 1
    done
fi
sinfo

split() {
    local directory=$work/$1
    {
        echo '#!/bin/sh'
        printf 'exec'
        printf ' %q' "$WARMPATH" "$@" --threads 1 --resume "$directory"
        # The number of the part is the task's.
        printf ' --shard "$SLURM_ARRAY_TASK_ID/%s"\n' "$PARTS"
    } >"$work/$1.sh"
    sbatch --wait --array="1-$PARTS" --ntasks=1 --output="$work/$1-%a.log" "$work/$1.sh"
    cat "$work/$1"-*.log
    compare "$directory" "$@"
}

split "${CAPACITY[@]}"
split "${PLAN[@]}"
split "${SWEEP[@]}"
