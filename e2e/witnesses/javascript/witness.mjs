// The vendor's JavaScript client, unchanged, takes a model to completed instances on whatever cluster the environment
// names.
//
//     node witness.mjs CLIENT MODEL INSTANCES
//
// It deploys, starts instances, works all jobs with the client's own workers (a job of each type may fail once, every
// fifth instance is refused with a BPMN error), and then asks by search whether all went as it must: 0 only if so.
// The client checks each answer against the API description when CAMUNDA_SDK_VALIDATION asks for that.

import { readFileSync } from 'node:fs';

const [client, model, count] = process.argv.slice(2);
const { default: createCamundaClient } = await import(client);

// The BPMN errors that the models catch, by the type of the job that throws them.
const REFUSALS = { weigh: 'TOO_HEAVY', 'charge-card': 'CARD_REFUSED' };
const PATIENCE = { waitUpToMs: 60_000, pollIntervalMs: 200 };
const instances = Number(count);
const worked = new Map();
const camunda = createCamundaClient();

const topology = await camunda.getTopology();
console.log(`cluster: gateway ${topology.gatewayVersion}, ${topology.brokers.length} broker(s)`);

const deployment = await camunda.deployResourcesFromFiles([model]);
const { processDefinitionKey, processDefinitionId, processDefinitionVersion } = deployment.processes[0];
console.log(`deployed: ${processDefinitionId} version ${processDefinitionVersion}`);

const jobTypes = new Set(Array.from(readFileSync(model, 'utf8').matchAll(/taskDefinition type="([^"]+)"/g), (m) => m[1]));
for (const jobType of jobTypes) {
  camunda.createJobWorker({
    jobType,
    maxParallelJobs: 32,
    // The older release calls the time for the job `timeoutMs`.
    jobTimeoutMs: 30_000,
    timeoutMs: 30_000,
    pollTimeoutMs: 2_000,
    jobHandler: (job) => handle(jobType, job),
  });
}

const keys = [];
for (let number = 0; number < instances; number++) {
  const variables = { number, urgent: number % 2 === 0, amount: 10 * number };
  const created = await camunda.createProcessInstance({ processDefinitionKey, variables });
  keys.push(created.processInstanceKey);
}
console.log(`started: ${keys.length} instances`);
await judge();
camunda.stopAllWorkers();
const ran = [...worked.values()].reduce((sum, times) => sum + times, 0);
console.log(`completed: ${instances} instances; handlers ran ${ran} times`);
process.exit(0);

function handle(jobType, job) {
  const { number } = job.variables;
  worked.set(jobType, (worked.get(jobType) ?? 0) + 1);
  if (jobType === 'weigh' && job.customHeaders.scales !== 'counter 2') {
    return job.fail({ errorMessage: 'the headers are lost', retries: 0 });
  }
  if (jobType in REFUSALS && refused(number)) {
    return job.error({ errorCode: REFUSALS[jobType], errorMessage: 'every fifth is refused' });
  }
  if (number === 0 && worked.get(jobType) === 1) {
    return job.fail({ errorMessage: 'not at the first try', retries: 2, retryBackOff: 100 });
  }
  return job.complete({ [jobType]: number });
}

function refused(number) {
  return number % 5 === 4;
}

// Asks the cluster by search, and tells the first thing that is wrong.
async function judge() {
  const processInstanceKey = { $in: keys };
  const page = { limit: 1000 };
  const completed = await camunda.searchProcessInstances(
    { filter: { processInstanceKey, state: 'COMPLETED' }, sort: [{ field: 'startDate', order: 'DESC' }], page },
    { consistency: { ...PATIENCE, predicate: (found) => found.items.length === keys.length } },
  );
  expect(completed.items.every((item) => keys.includes(item.processInstanceKey)), 'others completed than were started');

  const one = await camunda.getProcessInstance({ processInstanceKey: keys[0] }, { consistency: PATIENCE });
  expect(one.state === 'COMPLETED', `the first instance is ${one.state}`);

  const incidents = await camunda.searchIncidents(
    { filter: { processInstanceKey } },
    { consistency: { waitUpToMs: 0 } },
  );
  expect(incidents.page.totalItems === 0, `${incidents.page.totalItems} incidents`);

  const jobs = await camunda.searchJobs({ filter: { processInstanceKey }, page }, { consistency: PATIENCE });
  const states = tally(jobs.items.map((job) => job.state));
  console.log('jobs:', states);
  const thrown = [...jobTypes].some((type) => type in REFUSALS) ? keys.filter((_, number) => refused(number)).length : 0;
  expect((states.ERROR_THROWN ?? 0) === thrown, `${states.ERROR_THROWN} jobs threw an error instead of ${thrown}`);
  expect(Object.keys(states).every((state) => ['COMPLETED', 'ERROR_THROWN'].includes(state)), 'jobs in other states');

  const elements = await camunda.searchElementInstances(
    { filter: { processDefinitionKey, state: 'COMPLETED', type: 'END_EVENT' }, page },
    { consistency: PATIENCE },
  );
  const ends = elements.items.filter((element) => keys.includes(element.processInstanceKey));
  console.log('ends:', tally(ends.map((end) => end.elementId)));
  expect(ends.length === keys.length, `${ends.length} end events for ${keys.length} instances`);

  const variables = await camunda.searchVariables(
    { filter: { processInstanceKey: keys[1], name: 'number' } },
    { consistency: PATIENCE },
  );
  expect(variables.items.length === 1 && variables.items[0].value === '1', 'the variable is lost');
}

function tally(words) {
  return words.reduce((count, word) => ({ ...count, [word]: (count[word] ?? 0) + 1 }), {});
}

function expect(condition, text) {
  if (!condition) {
    console.log(`failed: ${text}`);
    process.exit(1);
  }
}
