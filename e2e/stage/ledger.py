"""The witness of a run with faults: what a worker's handlers noted, against what the cluster's journal says it handed out.

A ledger has a line of JSON for every time that a job reached a handler; which lease of the job that was, its deadline tells.
"""

import json
from collections import Counter, defaultdict

# Members of a worker's report, by what the table calls them.
DROPPED = ("thrown", "ignored", "superseded", "expired", "undelivered", "unreadable", "left")
TICK = 1.0  # the cluster looks for locks that have run out once a second


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Verdict:
    """What became of the jobs, in numbers, and what is wrong with that."""

    def __init__(self, run, case):
        self.problems = []
        instances, ledger, leases, timeout = run.instances, run.entries, run.leases, case.timeout
        self.jobs, self.entries, self.activated = len(instances), len(ledger), len(leases)
        by_lease = {(lease["jobKey"], lease["deadline"]): lease for lease in leases}
        noted = Counter((str(entry["jobKey"]), entry["deadline"]) for entry in ledger)
        self.check(len(by_lease) == len(leases), "two leases of a job have one deadline")
        self.check(noted.keys() <= by_lease.keys(), "the ledger has jobs that were not handed out")
        self.check(all(times == 1 for times in noted.values()), "a handler was given one lease twice")

        worked = {str(entry["processInstanceKey"]) for entry in ledger}
        self.never_worked = len(set(instances) - worked)
        self.check(self.never_worked == 0, f"{self.never_worked} instances never reached a handler")

        # All but the last entry of a job must have lost its lease to the clock.
        self.duplicates, self.unexplained = 0, 0
        deadlines = defaultdict(list)
        for job, deadline in noted:
            deadlines[job].append(deadline)
        for job, times in deadlines.items():
            for deadline in sorted(times)[:-1]:
                self.duplicates += 1
                self.unexplained += by_lease.get((job, deadline), {}).get("endedBy") != "TIMED_OUT"
        self.check(self.unexplained == 0, f"{self.unexplained} jobs were worked again though their lease had not run out")

        # What the cluster handed out and no handler saw.
        unseen = [lease for key, lease in by_lease.items() if key not in noted]
        self.ran_out_unseen = sum(lease["endedBy"] == "TIMED_OUT" for lease in unseen)
        self.given_back = sum(lease["endedBy"] == "FAILED" for lease in unseen)
        others = len(unseen) - self.ran_out_unseen - self.given_back
        self.check(others == 0, f"{others} jobs that no handler saw ended otherwise than by time or by being given back")

        locks = [(lease["endedAt"] - lease["at"]) / 1000 for lease in leases if lease["endedAt"] is not None]
        self.check(len(locks) == len(leases), f"{len(leases) - len(locks)} leases have not ended")
        self.longest_lock = max(locks, default=0)
        self.check(round(self.longest_lock, 1) <= timeout + TICK, f"a job was locked for {self.longest_lock:.2f} s")

        self.check((run.completed, run.active, run.incidents) == (self.jobs, 0, 0),
                   f"{run.completed} instances completed, {run.active} are active, {run.incidents} incidents")
        self._check_reports(run.reports, case.loses)

    def check(self, condition, text):
        if not condition:
            self.problems.append(text)

    def _check_reports(self, reports, may_lose):
        """The worker's own count against the journal's. What got lost on the way to it, it cannot know."""
        total = Counter()
        for report in reports:
            total.update({name: count for name, count in report.items() if not isinstance(count, bool)})
        self.report = total
        self.dropped = sum(total[name] for name in DROPPED)
        self.lost = self.ran_out_unseen - total["expired"]
        told = total["completed"] + total["failed"] + total["released"] + self.dropped
        self.check(told + self.lost == self.activated,
                   f"the worker tells of {told} jobs, {self.lost} got lost on the way, {self.activated} were handed out")
        self.check(self.given_back == total["released"],
                   f"the worker gave back {total['released']} jobs, the cluster got {self.given_back}")
        self.check(may_lose or self.duplicates == 0, f"{self.duplicates} results did not get through within the lock")
        self.check(may_lose or self.lost == 0, f"{self.lost} jobs got lost, though no connection was cut")
