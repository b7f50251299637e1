import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/*
 * What this process measures as it works. One registry for
 * the process, as Prometheus sees one target. Labels come from closed sets (methods of the contract, status codes), never from a caller: each value of a label is memory that nothing gives back.
 */
export const registry = new Registry();

collectDefaultMetrics({ register: registry });

const CALL_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const registers = [registry];

export const rpcSeconds = new Histogram({
  name: 'sealflow_rpc_duration_seconds',
  help: 'Calls of the gRPC API by method and status code; streams from their first to their last message',
  labelNames: ['method', 'code'],
  buckets: CALL_SECONDS,
  registers,
});
