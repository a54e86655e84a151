"""Peers under measurement, where tests/bench/lib/peers.sh said that they are."""
import os
import subprocess
from dataclasses import dataclass


@dataclass
class Peer:
    name: str
    port: str
    called: str
    daemon: str  # pid files
    postgres: str = ""
    socket: str = ""
    pg_port: str = ""
    database: str = ""
    pgpass: str = ""

    @staticmethod
    def _pid(path):
        with open(path) as file:
            return int(file.readline())

    def daemon_pid(self):
        return self._pid(self.daemon)

    def roots(self):
        """Pids of the roots of its process trees."""
        return [self._pid(path) for path in (self.daemon, self.postgres) if path]

    def psql(self, user="postgres"):
        return ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.socket, "-p", self.pg_port, "-U", user, "-d", self.database]

    def sql(self, query):
        return subprocess.run(self.psql() + ["-c", query], check=True, capture_output=True, text=True).stdout.strip()


def read_peers(bench):
    peers = {}
    for name in os.listdir(os.path.join(bench, "peers")):
        with open(os.path.join(bench, "peers", name)) as file:
            peers[name] = Peer(name=name, **dict(line.split(None, 1) for line in file.read().splitlines()))
    return peers
