import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/*
 * What this process measures as it works; the gauges of `MetricsReader` are read when somebody asks. One registry for
 * the process, as Prometheus sees one target. Labels come from closed sets (methods of the contract, operations of the
 * catalogue, states, outcomes), never from a caller: each value of a label is memory that nothing gives back.
 */
export const registry = new Registry();

collectDefaultMetrics({ register: registry });

/** From a look at a row to half an hour of a step. */
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
const CALL_SECONDS = SECONDS.filter((seconds) => seconds <= 30);
const QUERY_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

const registers = [registry];

export const rpcSeconds = new Histogram({
  name: 'sealflow_rpc_duration_seconds',
  help: 'Calls of the gRPC API by method and status code; streams from their first to their last message',
  labelNames: ['method', 'code'],
  buckets: CALL_SECONDS,
  registers,
});

export const runSeconds = new Histogram({
  name: 'sealflow_run_duration_seconds',
  help: 'Runs that ended here, from creation to their bundle, by end state',
  labelNames: ['state'],
  buckets: SECONDS,
  registers,
});

export const stepSeconds = new Histogram({
  name: 'sealflow_step_duration_seconds',
  help: 'Attempts of tasks, from their lease to their checked result, by operation and outcome',
  labelNames: ['operation', 'outcome'],
  buckets: SECONDS,
  registers,
});

export const leaseWaitSeconds = new Histogram({
  name: 'sealflow_lease_wait_seconds',
  help: 'Time from the opening of a lease until a worker got it, by operation',
  labelNames: ['operation'],
  buckets: SECONDS,
  registers,
});

export const logAppendSeconds = new Histogram({
  name: 'sealflow_log_append_seconds',
  help: 'Time until the leaf of a run is in the log and its witnesses were waited for',
  buckets: CALL_SECONDS,
  registers,
});

export const querySeconds = new Histogram({
  name: 'sealflow_db_query_duration_seconds',
  help: 'Queries of the orchestrator; those of the workflow engine are not among them',
  buckets: QUERY_SECONDS,
  registers,
});

export const resultsRefused = new Counter({
  name: 'sealflow_results_refused_total',
  help: 'Results that no honest worker returns; each fenced its worker',
  labelNames: ['operation'],
  registers,
});

export const witnessFailures = new Counter({
  name: 'sealflow_log_witness_failures_total',
  help: 'Checkpoints that a witness did not cosign when it was asked',
  registers,
});

export const runsTakenOver = new Counter({
  name: 'sealflow_workflows_taken_over_total',
  help: 'Workflows taken over from a replica that died',
  registers,
});

export const connectionsRefused = new Counter({
  name: 'sealflow_connections_refused_total',
  help: 'Connections to the gRPC port that were closed as soon as they came, by the limit that they were beyond',
  labelNames: ['limit'],
  registers,
});
