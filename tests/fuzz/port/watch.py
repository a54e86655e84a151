"""The process behind the port, seen from outside: the same one, as large as before, with nothing left open."""
import os
import time

# What the daemon may keep: database-connections, as many again for queries, and those of its listeners and workers.
KEPT_SOCKETS = 2 * 16 + 10


class Watch:
    def __init__(self, pid, port, incoming):
        self.pid, self.port, self.incoming = pid, port, incoming
        self.began = self.stat()

    def stat(self):
        """When the process began: another one of its number would have begun later."""
        return open("/proc/%d/stat" % self.pid).read().rsplit(")", 1)[1].split()[19]

    def memory(self):
        """MB that are resident."""
        for line in open("/proc/%d/status" % self.pid):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        raise OSError("no VmRSS")

    def associations(self):
        """Connections of the port that hold a descriptor of the process."""
        inodes = set()
        for line in list(open("/proc/%d/net/tcp" % self.pid))[1:]:
            fields = line.split()
            if int(fields[1].split(":")[1], 16) == self.port and fields[3] != "0A":
                inodes.add("socket:[%s]" % fields[9])
        return sum(name in inodes for name in self.descriptors())

    def descriptors(self):
        names = []
        for number in os.listdir("/proc/%d/fd" % self.pid):
            try:
                names.append(os.readlink("/proc/%d/fd/%s" % (self.pid, number)))
            except FileNotFoundError:  # it was closed meanwhile
                continue
        return names

    def level(self):
        """What must come back to where it was: (threads, associations, files and the like, files in incoming/)."""
        others = [name for name in self.descriptors() if not name.startswith("socket:")]
        return (len(os.listdir("/proc/%d/task" % self.pid)), self.associations(), len(others), len(os.listdir(self.incoming)))

    def settle(self, level, seconds=10):
        """What is wrong after `seconds` at most, or None."""
        end = time.monotonic() + seconds
        while True:
            if not os.path.exists("/proc/%d" % self.pid) or self.stat() != self.began:
                return "pacsd is gone"
            now, sockets = self.level(), sum(name.startswith("socket:") for name in self.descriptors())
            if all(a <= b for a, b in zip(now, level)) and sockets <= KEPT_SOCKETS:
                return None
            if time.monotonic() > end:
                return "left behind: threads, associations, files, files in incoming/ are %s, were %s; %d sockets" % (now, level, sockets)
            time.sleep(0.1)
