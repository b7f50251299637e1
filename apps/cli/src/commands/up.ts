import { Command } from 'commander';
import { Installation } from '../installation/installation.js';
import { DEVELOPMENT_TENANT } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';
import { shownPath } from '../output/format.js';
import { findStack, startStack } from '../stack/stack.js';

/** `sealflow up`: the whole stack on this machine, until it is interrupted. */
export function upCommand(): Command {
  return new Command('up')
    .description('start orchestrator, database, TEE worker, ZK prover and FHE service, and stay')
    .option('--tls', 'TLS on both ports and a certificate for each worker, of a DEVELOPMENT CA made here')
    .option('--json', 'print one JSON line when the stack is ready')
    .action(async (options: { json?: boolean; tls?: boolean }) => {
      const installation = Installation.open(homeFolder());
      const running = await findStack(installation);
      if (running !== null) {
        throw new UsageError(`a stack of this installation already runs at ${running.address.grpc}`);
      }
      const interrupted = untilInterrupted();
      const gaveUp = (name: string): void => {
        process.stderr.write(`sealflow: ${name} keeps failing; its log is in ${installation.logs}\n`);
      };
      const stack = await startStack(installation, gaveUp, { tls: options.tls === true });
      const { grpc, http } = stack.address;
      const startMs = Math.round(stack.startedMs ?? 0);
      if (options.json === true) {
        const pids = Object.fromEntries(stack.processes.map((service) => [service.spec.name, service.pid]));
        process.stdout.write(`${JSON.stringify({ grpc, http, startMs, home: installation.home, pids })}\n`);
      } else {
        process.stdout.write(
          [
            `ready after ${(startMs / 1000).toFixed(1)} s; hardware is SIMULATED`,
            `  gRPC   ${grpc}`,
            `  HTTP   ${http}  (/readyz /metrics /log/checkpoint)`,
            ...(stack.address.tls === undefined
              ? []
              : [`  TLS    ${shownPath(installation.tls.ca)}  (CA for DEVELOPMENT: its key lies beside it)`]),
            `  trust  ${shownPath(installation.trustPath)}`,
            `  key    ${shownPath(installation.keys.file('tenant'))}  (development tenant ${DEVELOPMENT_TENANT})`,
            `  logs   ${shownPath(installation.logs)}`,
            'Ctrl-C stops it. In another terminal: npx sealflow demo credit',
            '',
          ].join('\n'),
        );
      }
      await interrupted;
      await stack.stop();
    });
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
