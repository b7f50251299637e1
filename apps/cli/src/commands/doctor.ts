import { Command } from 'commander';
import { readBounded } from '../batch/read-bundle.js';
import { readTrustFile } from '../batch/read-trust.js';
import { checkCluster } from '../doctor/cluster/check-cluster.js';
import { parseCluster } from '../doctor/cluster/cluster-objects.js';
import { examine } from '../doctor/examine.js';
import type { Finding } from '../doctor/finding.js';
import { renderFindings } from '../doctor/render-findings.js';
import { Installation } from '../installation/installation.js';
import { credentialOf } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { exitCode } from '../output/failure.js';
import { readAddress } from '../stack/stack.js';
import { tlsFor } from '../stack/tls-for.js';

interface DoctorOptions {
  readonly http?: string;
  readonly grpc?: string;
  readonly trust?: string;
  readonly json?: boolean;
  readonly cluster?: string;
}

/** `sealflow doctor`: what is wrong with a stack, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check database, clocks, workers, attestation, log, timestamps and keys of a running stack')
    .option('--http <url>', 'HTTP port of an orchestrator (default: the stack of this installation)')
    .option('--grpc <host:port>', 'its gRPC port')
    .option(
      '--trust <file>',
      'trust file to judge evidence, log and keys by (default: trust.json of the installation)',
    )
    .option('--cluster <file>', 'look at a cluster, as kubectl get -o json printed it, and not at a stack')
    .option('--json', 'print the findings as one JSON document')
    .action(async (options: DoctorOptions) => {
      if (options.cluster !== undefined) {
        const objects = parseCluster(readBounded(options.cluster, exitCode.malformed));
        report(checkCluster(objects), options);
        return;
      }
      const installation = Installation.at(homeFolder());
      const address = readAddress(installation);
      const http = (options.http ?? address?.http)?.replace(/\/+$/, '') ?? null;
      const grpc = options.grpc ?? address?.grpc ?? null;
      const findings = await examine({
        installation,
        http,
        grpc,
        tls: tlsFor(http ?? grpc ?? ''),
        readTrust: () =>
          options.trust === undefined ? installation.readTrust() : readTrustFile(options.trust),
        databaseUrl: process.env['DATABASE_URL'],
        bearer: credentialOf(installation.home, 'operator'),
        now: () => Date.now(),
      });
      report(findings, options);
    });
}

function report(findings: readonly Finding[], { json }: DoctorOptions): void {
  const healthy = findings.every(({ status }) => status !== 'failed');
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ v: 'sealflow/doctor/v1', healthy, findings })}\n`
      : renderFindings(findings),
  );
  process.exitCode = healthy ? exitCode.verified : exitCode.failed;
}
