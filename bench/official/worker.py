"""The vendor's Python client, unchanged, as a worker that notes each job in a ledger, until its standard input ends.

    worker.py --type TYPE --ledger FILE --timeout SECONDS --concurrency N --work MILLISECONDS
"""

import argparse
import asyncio
import json
import sys
import time

from camunda_orchestration_sdk import CamundaAsyncClient, WorkerConfig


async def main(options):
    ledger = open(options.ledger, "a", encoding="utf-8", buffering=1)

    async def handle(job):
        entry = {
            "processInstanceKey": str(job.process_instance_key),
            "jobKey": str(job.job_key),
            "retries": job.retries,
            "at": int(time.time() * 1000),
        }
        ledger.write(json.dumps(entry) + "\n")
        await asyncio.sleep(options.work / 1000)
        return {}

    async with CamundaAsyncClient() as client:
        config = WorkerConfig(
            job_type=options.type,
            job_timeout_milliseconds=options.timeout * 1000,
            max_concurrent_jobs=options.concurrency,
        )
        client.create_job_worker(config=config, callback=handle)
        workers = asyncio.create_task(client.run_workers())
        await asyncio.to_thread(sys.stdin.read)
        workers.cancel()
        await asyncio.gather(workers, return_exceptions=True)


parser = argparse.ArgumentParser()
for name, kind in {"type": str, "ledger": str, "timeout": int, "concurrency": int, "work": int}.items():
    parser.add_argument(f"--{name}", type=kind, required=True)
asyncio.run(main(parser.parse_args()))
