"""The vendor's Python client, unchanged, takes a model to completed instances on whatever cluster the environment names.

    witness.py MODEL INSTANCES

It deploys, starts instances, works all jobs with the client's own workers (a job of each type may fail once, every
fifth instance is refused with a BPMN error), and then asks by search whether all went as it must: 0 only if so.
"""

import asyncio
import re
import sys
from collections import Counter
from pathlib import Path

from camunda_orchestration_sdk import (
    CamundaAsyncClient,
    ConsistencyOptions,
    JobError,
    JobFailure,
    ProcessCreationByKey,
    ProcessInstanceSearchQuery,
    WorkerConfig,
)
from camunda_orchestration_sdk.models import (
    AdvancedProcessInstanceKeyFilter,
    ElementInstanceSearchQuery,
    ElementInstanceSearchQueryFilter,
    ElementInstanceSearchQueryFilterType,
    ElementInstanceStateExactMatch,
    IncidentSearchQuery,
    IncidentSearchQueryFilter,
    JobSearchQuery,
    JobSearchQueryFilter,
    LimitBasedPagination,
    ProcessInstanceCreationInstructionBaseVariables,
    ProcessInstanceSearchQueryFilter,
    ProcessInstanceStateExactMatch,
    VariableSearchQuery,
    VariableSearchQueryFilter,
)

PATIENCE = ConsistencyOptions(wait_up_to_ms=60_000, poll_interval_ms=200)
# The BPMN errors that the models catch, by the type of the job that throws them.
REFUSALS = {"weigh": "TOO_HEAVY", "charge-card": "CARD_REFUSED"}
worked = Counter()


async def main(model, instances):
    async with CamundaAsyncClient() as client:
        topology = await client.get_topology()
        print(f"cluster: gateway {topology.gateway_version}, {len(topology.brokers)} broker(s)")

        deployment = await client.deploy_resources_from_files([model])
        process = deployment.processes[0]
        print(f"deployed: {process.process_definition_id} version {process.process_definition_version}")

        for job_type in job_types(model):
            config = WorkerConfig(
                job_type=job_type,
                job_timeout_milliseconds=30_000,
                request_timeout_milliseconds=2_000,
                max_concurrent_jobs=32,
            )
            client.create_job_worker(config=config, callback=handler(job_type))
        workers = asyncio.create_task(client.run_workers())

        keys = []
        for number in range(instances):
            variables = {"number": number, "urgent": number % 2 == 0, "amount": 10 * number}
            created = await client.create_process_instance(
                data=ProcessCreationByKey(
                    process_definition_key=process.process_definition_key,
                    variables=ProcessInstanceCreationInstructionBaseVariables.from_dict(variables),
                )
            )
            keys.append(created.process_instance_key)
        print(f"started: {len(keys)} instances")
        await judge(client, process, keys)
        workers.cancel()
        await asyncio.gather(workers, return_exceptions=True)
    print(f"completed: {instances} instances; handlers ran {sum(worked.values())} times")


def job_types(model):
    return sorted(set(re.findall(r'taskDefinition type="([^"]+)"', Path(model).read_text())))


def handler(job_type):
    async def handle(job):
        number = job.variables.to_dict()["number"]
        worked[job_type] += 1
        if job_type == "weigh" and job.custom_headers.to_dict().get("scales") != "counter 2":
            raise JobFailure(message="the headers are lost", retries=0)
        if job_type in REFUSALS and refused(number):
            raise JobError(error_code=REFUSALS[job_type], message="every fifth is refused")
        if number == 0 and worked[job_type] == 1:
            raise JobFailure(message="not at the first try", retries=2, retry_back_off=100)
        return {job_type: number}

    return handle


def refused(number):
    return number % 5 == 4


async def judge(client, process, keys):
    """Asks the cluster by search, in the ways that the client offers, and tells the first thing that is wrong."""
    mine = AdvancedProcessInstanceKeyFilter(in_=keys)  # others may use the same cluster
    completed = await client.search_process_instances(
        data=ProcessInstanceSearchQuery(
            filter_=ProcessInstanceSearchQueryFilter(
                process_instance_key=mine, state=ProcessInstanceStateExactMatch.COMPLETED
            ),
            page=LimitBasedPagination(limit=1000),
        ),
        consistency=patiently(lambda found: len(found.items) == len(keys)),
    )
    expect({i.process_instance_key for i in completed.items} == set(keys), "other instances completed than were started")
    expect(all(i.end_date for i in completed.items), "a completed instance has no end date")

    one = await client.get_process_instance(process_instance_key=keys[0], consistency=PATIENCE)
    expect(str(one.state) == "COMPLETED", f"the first instance is {one.state}")

    incidents = await client.search_incidents(
        data=IncidentSearchQuery(filter_=IncidentSearchQueryFilter(process_instance_key=mine))
    )
    expect(incidents.page.total_items == 0, f"{incidents.page.total_items} incidents")

    jobs = await client.search_jobs(
        data=JobSearchQuery(
            filter_=JobSearchQueryFilter(process_instance_key=mine), page=LimitBasedPagination(limit=1000)
        ),
        consistency=PATIENCE,
    )
    states = Counter(str(job.state) for job in jobs.items)
    print(f"jobs: {dict(states)}")
    thrown = sum(map(refused, range(len(keys)))) if REFUSALS.keys() & worked.keys() else 0
    expect(states["ERROR_THROWN"] == thrown, f"{states['ERROR_THROWN']} jobs threw an error instead of {thrown}")
    expect(set(states) <= {"COMPLETED", "ERROR_THROWN"}, f"jobs in other states: {dict(states)}")

    elements = await client.search_element_instances(
        data=ElementInstanceSearchQuery(
            filter_=ElementInstanceSearchQueryFilter(
                process_definition_key=process.process_definition_key,
                state=ElementInstanceStateExactMatch.COMPLETED,
                type_=ElementInstanceSearchQueryFilterType.END_EVENT,
            ),
            page=LimitBasedPagination(limit=1000),
        ),
        consistency=PATIENCE,
    )
    ends = [element for element in elements.items if element.process_instance_key in keys]
    print(f"ends: {dict(Counter(end.element_id for end in ends))}")
    expect(len(ends) == len(keys), f"{len(ends)} end events for {len(keys)} instances")

    variables = await client.search_variables(
        data=VariableSearchQuery(filter_=VariableSearchQueryFilter(process_instance_key=keys[1], name="number")),
        consistency=PATIENCE,
    )
    expect([v.value for v in variables.items] == ["1"], f"variable: {[v.value for v in variables.items]}")


def patiently(predicate):
    return ConsistencyOptions(PATIENCE.wait_up_to_ms, PATIENCE.poll_interval_ms, predicate)


def expect(condition, text):
    if not condition:
        sys.exit(f"failed: {text}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
