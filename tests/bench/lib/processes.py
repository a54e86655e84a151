"""CPU time and memory of the processes of a peer: its whole tree, PostgreSQL's backends and workers included."""
import os

TICK = os.sysconf("SC_CLK_TCK")
KERNEL = 2  # kthreadd: the parent of all threads of the kernel


def snapshot():
    """pid → (parent, CPU seconds of it and of its children that have ended)."""
    processes = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name) as file:
                stat = file.read()
        except OSError:
            continue
        fields = stat[stat.rindex(")") + 2:].split()
        processes[int(name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICK)
    return processes


def tree(roots, processes):
    children = {}
    for pid, (parent, _) in processes.items():
        children.setdefault(parent, []).append(pid)
    found, left = [], [pid for pid in roots if pid in processes]
    while left:
        pid = left.pop()
        found.append(pid)
        left += children.get(pid, [])
    return found


def cpu_seconds(roots, processes):
    return sum(processes[pid][1] for pid in tree(roots, processes))


def _kilobytes(path, name):
    try:
        with open(path) as file:
            for line in file:
                if line.startswith(name):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def memory_mb(roots):
    """Memory of the tree, in which what processes share counts once (PSS)."""
    return sum(_kilobytes("/proc/%d/smaps_rollup" % pid, "Pss:") for pid in tree(roots, snapshot())) / 1024


def peak_memory_mb(pid):
    """The most that one process ever had at once (VmHWM)."""
    return _kilobytes("/proc/%d/status" % pid, "VmHWM:") / 1024


def forget_peak_memory(pid):
    with open("/proc/%d/clear_refs" % pid, "w") as file:
        file.write("5")
