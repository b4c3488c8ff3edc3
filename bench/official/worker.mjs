// The vendor's JavaScript client, unchanged, as a worker that notes each job in a ledger, until its standard input ends.
//
//     node worker.mjs --type TYPE --ledger FILE --timeout SECONDS --concurrency N --work MILLISECONDS

import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import createCamundaClient from 'client-9.1';

const words = process.argv.slice(2);
const option = (name) => words[words.indexOf(`--${name}`) + 1];
const work = Number(option('work'));

createCamundaClient().createJobWorker({
  jobType: option('type'),
  maxParallelJobs: Number(option('concurrency')),
  jobTimeoutMs: Number(option('timeout')) * 1000,
  jobHandler: async (job) => {
    const { processInstanceKey, jobKey, retries } = job;
    appendFileSync(option('ledger'), `${JSON.stringify({ processInstanceKey, jobKey, retries, at: Date.now() })}\n`);
    await sleep(work);
    return job.complete();
  },
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
