"""The machine: what it is, whether others use it, how long its disk takes to make something durable."""
import os
import statistics
import subprocess
import time

from processes import KERNEL, TICK, cpu_seconds, snapshot

QUIET = 0.25  # cores that others may use


def busy_seconds():
    """Core-seconds that were spent in processes and kernel threads; interrupts and the host's share aside."""
    with open("/proc/stat") as file:
        user, nice, system = map(int, file.readline().split()[1:4])
    return (user + nice + system) / TICK


class Usage:
    """How much others used of the machine between begin and end."""

    def __init__(self):
        self._began = time.monotonic()
        self._busy = busy_seconds()
        self._kernel = cpu_seconds([KERNEL], snapshot())

    def by_others(self, by_us=0.0):
        seconds = time.monotonic() - self._began
        kernel = cpu_seconds([KERNEL], snapshot()) - self._kernel
        return max(0.0, (busy_seconds() - self._busy - kernel - by_us) / seconds)


def wait_until_quiet(patience):
    """Seconds waited; gives up after `patience`."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        usage = Usage()
        time.sleep(0.5)
        if usage.by_others() < QUIET:
            break
    return time.monotonic() - began


def is_virtual():
    with open("/proc/cpuinfo") as file:
        return any(line.startswith("flags") and " hypervisor " in line + " " for line in file)


def _free_bytes():
    return int(_first("/proc/meminfo", "MemFree").split()[0]) << 10


def fill_memory(folder, left=1 << 30):
    """Fills free memory but for `left` with the cached pages of one file. What is free on a virtual machine its host
    may have taken back, and every page of it then costs a fault there when it is used again: which no archive is to
    blame for. Clean pages of a cache stay, and are taken as easily as free ones."""
    if not is_virtual():
        return
    piece = bytes(8 << 20)
    # A kernel that gives cached pages back on its own leaves memory free whatever is read: so no more than there is of it.
    most = int(_first("/proc/meminfo", "MemTotal").split()[0]) << 10
    with open(os.path.join(folder, "ballast"), "ab+", buffering=0) as file:
        file.seek(0)
        while _free_bytes() > left and file.read(len(piece)):
            pass
        file.seek(0, os.SEEK_END)
        while _free_bytes() > left and file.tell() < most:
            file.write(piece)
        os.fsync(file.fileno())


def fsync_microseconds(folder, count=200):
    """Median of appending 4 KB to a file and making that durable."""
    path = os.path.join(folder, "fsync-probe")
    times = []
    fd = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for _ in range(count):
            os.write(fd, bytes(4096))
            began = time.perf_counter()
            os.fdatasync(fd)
            times.append((time.perf_counter() - began) * 1e6)
    finally:
        os.close(fd)
        os.unlink(path)
    return statistics.median(times)


def _first(path, name):
    with open(path) as file:
        for line in file:
            if line.startswith(name):
                return line.split(":", 1)[1].strip()
    return "?"


def describe(folder):
    memory = int(_first("/proc/meminfo", "MemTotal").split()[0]) / 1024 / 1024
    return "%d cores (%s%s), %.0f GB of memory, fdatasync of 4 KB %.0f µs" % (
        os.cpu_count(), _first("/proc/cpuinfo", "model name"), ", virtual" if is_virtual() else "", memory,
        fsync_microseconds(folder))


def version(package):
    found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return found.stdout.split("+")[0].split("-")[0] or "?"
