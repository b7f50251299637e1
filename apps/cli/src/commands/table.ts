import type { Command } from 'commander';

/**
 * Every command, in the order of the help, each with the module it needs and nothing else: `sealflow verify` starts
 * without the code that talks to services, makes PDF files or proves statements.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./up.js')).upCommand(),
  demo: async () => (await import('./demo.js')).demoCommand(),
  attack: async () => (await import('./attack.js')).attackCommand(),
  submit: async () => (await import('./submit.js')).submitCommand(),
  mcp: async () => (await import('./mcp.js')).mcpCommand(),
  run: async () => (await import('./run.js')).runCommand(),
  validate: async () => (await import('./validate.js')).validateCommand(),
  plan: async () => (await import('./plan.js')).planCommand(),
  workflow: async () => (await import('./workflow.js')).workflowCommand(),
  blob: async () => (await import('./blob.js')).blobCommand(),
  usage: async () => (await import('./usage.js')).usageCommand(),
  tenants: async () => (await import('./tenants.js')).tenantsCommand(),
  keys: async () => (await import('./keys.js')).keysCommand(),
  'tenant-keys': async () => (await import('./tenant-keys.js')).tenantKeysCommand(),
  worker: async () => (await import('./worker.js')).workerCommand(),
  prove: async () => (await import('./prove.js')).proveCommand(),
  retention: async () => (await import('./retention.js')).retentionCommand(),
  holds: async () => (await import('./holds.js')).holdsCommand(),
  certificates: async () => (await import('./certificates.js')).certificatesCommand(),
  backup: async () => (await import('./backup.js')).backupCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
  verify: installedVerify,
  ciphertexts: async () => (await import('./ciphertexts.js')).ciphertextsCommand(),
  ledger: async () => (await import('./ledger.js')).ledgerCommand(),
  x402: async () => (await import('./x402.js')).x402Command(),
  reappraise: async () => (await import('./reappraise.js')).reappraiseCommand(),
  inspect: async () => (await import('./inspect.js')).inspectCommand(),
  explain: async () => (await import('./explain.js')).explainCommand(),
  redact: async () => (await import('./redact.js')).redactCommand(),
  diff: async () => (await import('./diff.js')).diffCommand(),
  export: async () => (await import('./export.js')).exportCommand(),
  'attest-result': async () => (await import('./attest-result.js')).attestResultCommand(),
  evidence: async () => (await import('./evidence.js')).evidenceCommand(),
  initdata: async () => (await import('./initdata.js')).initdataCommand(),
  'reference-values': async () => (await import('./reference-values.js')).referenceValuesCommand(),
  provenance: async () => (await import('./provenance.js')).provenanceCommand(),
  circuits: async () => (await import('./circuits.js')).circuitsCommand(),
  trust: async () => (await import('./trust.js')).trustCommand(),
  log: async () => (await import('./log.js')).logCommand(),
  renew: async () => (await import('./renew.js')).renewCommand(),
  witness: async () => (await import('./witness.js')).witnessCommand(),
};

/** The command that a call names; null where help, a flag or a name that no command has was given instead. */
export async function commandNamed(name: string | undefined): Promise<Command | null> {
  return name !== undefined && Object.hasOwn(commands, name) ? ((await commands[name]?.()) ?? null) : null;
}

export function everyCommand(): Promise<Command[]> {
  return Promise.all(Object.values(commands).map((load) => load()));
}

async function installedVerify(): Promise<Command> {
  const [{ verifyCommand }, { readTrust }] = await Promise.all([
    import('./verify.js'),
    import('../installation/read-trust.js'),
  ]);
  return verifyCommand({
    readTrust,
    replayFrom: async (folder) => (await import('../replay/seal-replay.js')).replayFrom(folder),
  });
}
