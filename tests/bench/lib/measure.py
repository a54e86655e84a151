"""One measurement: objects sent to one peer or had from it, with what that cost it."""
import json
import os
import resource
import subprocess
import sys
import threading
import time

import machine
from processes import cpu_seconds, forget_peak_memory, memory_mb, peak_memory_mb, snapshot

ATTEMPTS = 3


class _MemorySampler:
    def __init__(self, peer):
        self._peer, self.peak, self._end = peer, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._end.wait(1.0):
            self.peak = max(self.peak, memory_mb(self._peer.roots()))

    def stop(self):
        self._end.set()
        self._thread.join()
        self.peak = max(self.peak, memory_mb(self._peer.roots()))


def _own_cpu():
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


class Bench:
    """What all measurements of a run share."""

    def __init__(self, load, objects, first_study, patience):
        self.load, self.objects, self.next_study, self.patience = load, objects, first_study, patience

    def templates(self, kind):
        if kind == "ct":
            return ["%s/ct-%d.object" % (self.objects, i) for i in range(8)]
        return ["%s/%s.object" % (self.objects, kind)]

    def store(self, peer, kind, associations, count, slices):
        """Objects sent, in new studies."""
        def command():
            first = self.next_study
            self.next_study += -(-count // slices)
            return ["store", "--associations", str(associations), "--count", str(count), "--slices", str(slices),
                    "--first-study", str(first)] + self.templates(kind)
        return dict(self.least_disturbed(peer, command), kind=kind)

    def least_disturbed(self, peer, command):
        """Measures until others leave it alone; of ATTEMPTS that they did not, the least disturbed counts. `command` gives
        the arguments of bench-load, for each attempt anew."""
        best = None
        for _ in range(ATTEMPTS):
            result = self._once(peer, command())
            if best is None or result["others"] < best["others"]:
                best = result
            if best["others"] < machine.QUIET:
                break
        return best

    def load_lines(self, peer, arguments):
        """What bench-load prints, with a peer that must not fail."""
        verb, *rest = arguments
        done = subprocess.run([self.load, verb, "--port", str(peer.port), "--called", peer.called] + rest,
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit("%s did not do %s: %s%s" % (peer.name, verb, done.stdout, done.stderr))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _once(self, peer, arguments):
        machine.wait_until_quiet(self.patience)
        machine.fill_memory(os.path.dirname(self.objects))
        daemon = peer.daemon_pid()
        if daemon:
            forget_peak_memory(daemon)
        roots = peer.roots()
        ours, cpu, usage = _own_cpu(), cpu_seconds(roots, snapshot()), machine.Usage()
        sampler = _MemorySampler(peer)
        result, = self.load_lines(peer, arguments)
        cpu = cpu_seconds(roots, snapshot()) - cpu
        others = usage.by_others(cpu + _own_cpu() - ours)
        sampler.stop()
        result.update(peer=peer.name, at=time.strftime("%H:%M:%S"), others=round(others, 3),
                      cpu_per_1000=1000 * cpu / result["stored" if "stored" in result else "objects"],
                      memory_mb=sampler.peak, daemon_mb=peak_memory_mb(daemon) if daemon else None)
        return result
