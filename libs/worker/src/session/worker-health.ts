import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import type { WorkerAgent } from './worker-agent.js';

/** Asked for by this name, the health is whether an orchestrator took the worker; by no name, that the process lives. */
export const READY = 'ready';

interface HealthCheck {
  readonly request: { readonly service: string };
}
type Answer = (error: { code: status } | null, response?: { status: 'SERVING' | 'NOT_SERVING' }) => void;

/**
 * `grpc.health.v1` for whoever supervises the process. It says two bits and takes no other call; a worker has no other
 * port. In the clear: a kubelet speaks no TLS to it.
 */
export class WorkerHealth {
  private constructor(
    private readonly server: Server,
    /** Of the address where it listens. */
    readonly port: number,
  ) {}

  static async listen(agent: Pick<WorkerAgent, 'isServing'>, address: string): Promise<WorkerHealth> {
    // A question has a few bytes.
    const server = new Server({ 'grpc.max_receive_message_length': 1_024 });
    server.addService(service, {
      check: ({ request }: HealthCheck, answer: Answer): void => {
        if (request.service === '') answer(null, { status: 'SERVING' });
        else if (request.service !== READY) answer({ code: status.NOT_FOUND });
        else answer(null, { status: agent.isServing ? 'SERVING' : 'NOT_SERVING' });
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else
          reject(new Error(`SEALFLOW_HEALTH_ADDRESS: expected host:port to listen on, got ${error.message}`));
      });
    });
    return new WorkerHealth(server, port);
  }

  close(): void {
    this.server.forceShutdown();
  }
}
