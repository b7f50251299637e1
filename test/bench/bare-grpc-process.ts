import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { type GetRunResponse, loadContracts } from '#contracts';

/** Of a run with one step and its sealed output, about. */
const RESPONSE: GetRunResponse = {
  run: {
    name: 'tenants/load/runs/01JD0000000000000000000000',
    state: 'RUN_STATE_RUNNING',
    plan: `sha256:${'0'.repeat(64)}`,
    definition: `sha256:${'1'.repeat(64)}`,
    reason: 'x'.repeat(768),
  },
};

/** The same method of the same contract on a server that only answers. */
const contracts = loadPackageDefinition(loadContracts()) as unknown as {
  sealflow: { run: { v1: { RunService: ServiceClientConstructor } } };
};
const server = new Server();
server.addService(contracts.sealflow.run.v1.RunService.service, {
  getRun: (_call: unknown, callback: (error: null, response: GetRunResponse) => void) =>
    callback(null, RESPONSE),
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.(`127.0.0.1:${port}`);
});
