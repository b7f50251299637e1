import { Command } from 'commander';
import { startTracing } from '#telemetry';
import { attestResultCommand } from './commands/attest-result.js';
import { ciphertextsCommand } from './commands/ciphertexts.js';
import { demoCommand } from './commands/demo.js';
import { diffCommand } from './commands/diff.js';
import { doctorCommand } from './commands/doctor.js';
import { evidenceCommand } from './commands/evidence.js';
import { explainCommand } from './commands/explain.js';
import { exportCommand } from './commands/export.js';
import { inspectCommand } from './commands/inspect.js';
import { keysCommand } from './commands/keys.js';
import { logCommand } from './commands/log.js';
import { planCommand } from './commands/plan.js';
import { provenanceCommand } from './commands/provenance.js';
import { reappraiseCommand } from './commands/reappraise.js';
import { redactCommand } from './commands/redact.js';
import { renewCommand } from './commands/renew.js';
import { tenantsCommand } from './commands/tenants.js';
import { trustCommand } from './commands/trust.js';
import { upCommand } from './commands/up.js';
import { validateCommand } from './commands/validate.js';
import { verifyCommand } from './commands/verify.js';
import { witnessCommand } from './commands/witness.js';
import { readTrust } from './installation/read-trust.js';
import { exitCode } from './output/failure.js';
import { exitByCode } from './output/program.js';
import { reportFailure } from './output/report-failure.js';
import { replayFrom } from './replay/seal-replay.js';

const NODE_MAJOR_MIN = 22;

async function main(): Promise<void> {
  const [major] = process.versions.node.split('.').map(Number);
  if ((major ?? 0) < NODE_MAJOR_MIN) {
    process.stderr.write(
      `sealflow: needs Node 22.12 or newer, this is ${process.versions.node}: use npx sealflow, which brings its own\n`,
    );
    process.exit(exitCode.usage);
  }
  const program = new Command('sealflow')
    .description(
      'Private workflows over TEE, ZK and FHE, with one evidence bundle that anybody verifies offline.',
    )
    .version('0.1.0')
    .addCommand(upCommand())
    .addCommand(demoCommand())
    .addCommand(validateCommand())
    .addCommand(planCommand())
    .addCommand(tenantsCommand())
    .addCommand(keysCommand())
    .addCommand(doctorCommand())
    .addCommand(verifyCommand({ readTrust, replayFrom }))
    .addCommand(ciphertextsCommand())
    .addCommand(reappraiseCommand())
    .addCommand(inspectCommand())
    .addCommand(explainCommand())
    .addCommand(redactCommand())
    .addCommand(diffCommand())
    .addCommand(exportCommand())
    .addCommand(attestResultCommand())
    .addCommand(evidenceCommand())
    .addCommand(provenanceCommand())
    .addCommand(trustCommand())
    .addCommand(logCommand())
    .addCommand(renewCommand())
    .addCommand(witnessCommand());
  exitByCode(program);
  const tracing = await startTracing('client');
  try {
    await program.parseAsync(process.argv);
  } finally {
    await tracing.stop();
  }
}

main().catch((error: unknown) => {
  process.exitCode = reportFailure(error);
});
