"""Scores applicants: one line of JSON in for each job, one line of JSON out. It needs nothing but Python."""

import json
import sys

KNOWN = {"ada": 97, "grace": 94}

for line in sys.stdin:
    job = json.loads(line)
    name = job["variables"]["applicant"]
    print("scoring", name, file=sys.stderr)  # this goes to the worker's log
    if name == "eve":
        sys.exit("no mercy for eve")  # fails this job; the worker starts another process for the next
    if name in KNOWN:
        answer = {"variables": {"score": KNOWN[name], "by": "python"}}
    else:
        answer = {"errorCode": "UNKNOWN_APPLICANT", "errorMessage": f"{name} is nobody we know"}
    print(json.dumps(answer), flush=True)
