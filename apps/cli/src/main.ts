import type { Tracing } from '#telemetry';
import { commandNamed, everyCommand } from './commands/table.js';
import { endWithReader } from './output/end-with-reader.js';
import { exitCode } from './output/failure.js';
import { exitByCode, sealflowProgram } from './output/program.js';

const NODE_MAJOR_MIN = 22;

async function main(): Promise<void> {
  endWithReader([process.stdout, process.stderr]);
  const [major] = process.versions.node.split('.').map(Number);
  if ((major ?? 0) < NODE_MAJOR_MIN) {
    process.stderr.write(
      `sealflow: needs Node 22.12 or newer, this is ${process.versions.node}: use npx sealflow, which brings its own\n`,
    );
    process.exit(exitCode.usage);
  }
  const program = sealflowProgram().hook('preAction', (parsed) => takeTlsOptions(parsed.opts()));
  const named = await commandNamed(process.argv[2]);
  const isAskedForVersion = process.argv[2] === '--version';
  const commands = named !== null ? [named] : isAskedForVersion ? [] : await everyCommand();
  for (const command of commands) program.addCommand(command);
  exitByCode(program);
  const tracing = await tracingIfAsked();
  try {
    await program.parseAsync(process.argv);
  } finally {
    await tracing?.stop();
  }
}

/** Wherever in the command they stand; what dials reads the environment. */
function takeTlsOptions(options: { tlsCa?: string; tlsCert?: string; tlsKey?: string }): void {
  const { tlsCa, tlsCert, tlsKey } = options;
  if (tlsCa !== undefined) process.env['SEALFLOW_TLS_CA'] = tlsCa;
  if (tlsCert !== undefined) process.env['SEALFLOW_TLS_CERT'] = tlsCert;
  if (tlsKey !== undefined) process.env['SEALFLOW_TLS_KEY'] = tlsKey;
}

/** Most calls send no traces, and what would send them takes longer to load than a bundle to verify. */
async function tracingIfAsked(): Promise<Tracing | null> {
  if ((process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') === '') return null;
  const { startTracing } = await import('#telemetry');
  return startTracing('client');
}

main().catch(async (error: unknown) => {
  const { reportFailure } = await import('./output/report-failure.js');
  process.exitCode = reportFailure(error);
});
