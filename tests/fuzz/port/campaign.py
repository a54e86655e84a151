#!/usr/bin/python3
"""Changed conversations against the port of a running pacsd, until so many PDUs were changed or the time is up.

campaign.py --pid PID --port PORT --incoming FOLDER --log FILE [--seconds N] [--pdus N] [--seed N] [--first N] [--only]
Shares no code with what it tests. Conversation N of a seed is always the same: --seed S --first N --only repeats it alone.
Exit 1 where the port did what it may not do: the words name the seed and the conversation.
"""
import argparse
import collections
import concurrent.futures
import os
import random
import sys
import time

from conversation import SECRETS, conversations
from mutate import mutated, valid
from play import Found, Play
from watch import Watch

AT_ONCE = 12  # below the 16 places of an address
BATCH = 1000
ENDINGS = ("shut", "close", "reset", "abort")
MAY_GROW = 32  # MB


class Campaign:
    def __init__(self, options):
        self.options = options
        self.address = ("127.0.0.1", options.port)
        self.watch = Watch(options.pid, options.port, options.incoming)
        self.done = collections.Counter()  # conversations, PDUs, changed ones, and what was answered
        self.served = collections.Counter()  # valid conversations, by name
        self.log_at = 0

    def play(self, number):
        """One conversation; what was found, or None."""
        rng = random.Random("%d/%d" % (self.options.seed, number))
        choice = conversations(number, rng)
        one, other = rng.choice(choice), rng.choice(conversations(number, rng))
        calling, called = "PORTFUZZ", "PGPACS"
        source = "127.0.0.%d" % (2 + number % 50)
        try:
            if number % 20 == 0:
                return self.play_valid(choice[number // 20 % len(choice)], source, rng)
            pdus, changed = mutated(one, other, calling, called, rng)
            ending = rng.choices(ENDINGS, (14, 2, 2, 2))[0]
            if number % BATCH < 40:  # early in a batch: these take seconds
                ending = {7: "silence", 23: "drip"}.get(number % 40, ending)
            if rng.random() < 0.1:  # it goes in the middle of a PDU
                pdus = pdus[:rng.randrange(len(pdus)) + 1]
                pdus[-1] = pdus[-1][:rng.randrange(len(pdus[-1]) + 1)]
            play = Play(self.address, rng, source)
            play.run(pdus, rng.random() < 0.3, ending, True)
            self.done.update(conversations=1, pdus=len(pdus), changed=changed, answers=play.answers.pdus)
        except Found as found:
            return "conversation %d (%s): %s" % (number, one.name, found)
        except OSError as error:
            return "conversation %d (%s): %s" % (number, one.name, error)
        return None

    def play_valid(self, one, source, rng):
        """Amid all that, who asks rightly is answered rightly."""
        play = Play(self.address, rng, source)
        play.run(valid(one, "PORTFUZZ", "PGPACS", rng), True, "shut", False)
        answers = play.answers
        if answers.accepted == {2 * i + 1 for i in range(len(one.contexts))}:
            self.served[one.name] += 1
            if one.expected is not None and answers.statuses != one.expected:
                return "the valid conversation «%s» was answered by %s" % (one.name, answers.statuses)
        return None

    def echo(self):
        """Seconds until a C-ECHO is answered."""
        began = time.monotonic()
        rng = random.Random(1)
        found = self.play_valid(conversations(0, rng)[0], "127.0.0.1", rng)
        return found, time.monotonic() - began

    def log(self):
        """What the log says that it may not, since the last look."""
        with open(self.options.log, "rb") as log:
            log.seek(self.log_at)
            text = log.read()
            self.log_at = log.tell()
        for secret in SECRETS:
            if secret in text:
                return "the log names the patient: …%s…" % text[max(0, text.index(secret) - 200):][:300]
        if any(byte < 32 and byte != 10 for byte in text):
            return "control characters of a peer stand in the log"
        return None

    def batch(self, numbers):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            return [found for found in pool.map(self.play, numbers) if found]

    def check(self, level, resident):
        try:
            found, seconds = self.echo()
            grown = self.watch.memory() - resident
        except OSError as error:
            return ["pacsd is gone: %s" % error]
        return [words for words in (
            found, self.watch.settle(level), self.log(),
            "a C-ECHO took %.1f s" % seconds if seconds > 2 else None,
            "memory grew by %.0f MB" % grown if grown > self.options.may_grow else None) if words]

    def run(self):
        options, began = self.options, time.monotonic()
        if options.only:
            return self.batch([options.first])
        # What is made once and kept: threads' arenas, connections to the database.
        first = options.first
        found = self.batch(range(first, first + BATCH))
        if found:
            return found
        self.watch.settle((0, 0, 0, 0), 3)
        level, resident = self.watch.level(), self.watch.memory()
        is_over = False
        while not found and not is_over:
            first += BATCH
            found = self.batch(range(first, first + BATCH)) + self.check(level, resident)
            is_over = time.monotonic() - began > options.seconds or self.done["changed"] >= options.pdus
            if first % (10 * BATCH) == 0:
                print("  %d changed PDUs, %.0f MB" % (self.done["changed"], self.watch.memory()), flush=True)
        seconds = time.monotonic() - began
        print("seed %d: %d conversations of %d PDUs, %d of them changed, %d answers, in %.0f s; memory %.0f MB, was %.0f" % (
            options.seed, self.done["conversations"], self.done["pdus"], self.done["changed"], self.done["answers"], seconds,
            self.watch.memory(), resident) if not found else "seed %d" % options.seed)
        print("valid ones among them that were served: " + ", ".join("%d × %s" % (n, name) for name, n in sorted(self.served.items())))
        return found + [name + " was never served" for name in ("echo", "store") if not self.served[name]]


def main():
    parser = argparse.ArgumentParser()
    for name in ("pid", "port"):
        parser.add_argument("--" + name, type=int, required=True)
    for name in ("incoming", "log"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--pdus", type=int, default=sys.maxsize)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", action="store_true")
    parser.add_argument("--may-grow", type=float, default=MAY_GROW)
    options = parser.parse_args()
    print("seed %d" % options.seed, flush=True)
    found = Campaign(options).run()
    for words in found[:20]:
        print("FOUND (seed %d): %s" % (options.seed, words))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
