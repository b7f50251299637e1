import { existsSync } from 'node:fs';
import { Command } from 'commander';
import {
  appraisalPolicyDigest,
  type TrustRoots,
  tierDefaults,
  vendorRootKeys,
  vendorTrustRoots,
} from '#attestation';
import { toJson } from '#canonical';
import { parseTrustFile, type TrustFile, trustFileDigest } from '#evidence';
import { readBounded } from '../batch/read-bundle.js';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { exitCode } from '../output/failure.js';
import { trustDiffCommand } from './trust-diff.js';

/** `sealflow trust show|diff`: what is believed without proof. */
export function trustCommand(): Command {
  return new Command('trust')
    .description('show what is believed without proof')
    .addCommand(showCommand())
    .addCommand(trustDiffCommand());
}

function showCommand(): Command {
  return new Command('show')
    .description('show roots, policy and keys of a trust file, beside the roots that the vendors publish')
    .argument('[file]', 'trust file (default: the installation; without one, the roots of the vendors)')
    .option('--json', 'print as JSON')
    .action((file: string | undefined, options: { readonly json?: boolean }) => {
      const path = file ?? installedTrust();
      const trust = path === null ? null : parseTrustFile(readBounded(path, exitCode.trustRoot));
      process.stdout.write(
        options.json === true ? `${JSON.stringify(trustJson(trust))}\n` : renderTrust(trust, path),
      );
    });
}

/** Looking must not make an installation where there is none. */
function installedTrust(): string | null {
  const home = homeFolder();
  return existsSync(home) ? Installation.open(home).productionTrustPath : null;
}

function trustJson(trust: TrustFile | null): unknown {
  return trust === null
    ? { roots: vendorTrustRoots, vendorRootKeys }
    : { digest: trustFileDigest(trust), ...(toJson(trust) as object), vendorRootKeys };
}

function renderTrust(trust: TrustFile | null, path: string | null): string {
  const lines = [path === null ? 'no trust file: the roots of the vendors' : `${path}`];
  if (trust !== null) lines.push(`  digest        ${trustFileDigest(trust)}`);
  lines.push(...renderRoots(trust?.roots ?? vendorTrustRoots));
  if (trust !== null) {
    const { policy } = trust;
    const tier = tierDefaults(policy);
    lines.push(
      `  policy        ${appraisalPolicyDigest(policy)}`,
      `    tier        ${policy.tier ?? 'none: as standard, simulated hardware by its own flag'}`,
      `    simulated   ${tier.allowSimulated ? 'allowed, and always reported as simulated' : 'refused'}`,
      `    unchecked   ${tier.failClosed ? 'refused' : 'a warning'}`,
      `    rules       ${(policy.rules ?? []).map(({ name }) => name).join(', ') || 'none'}`,
    );
    for (const { name, mrtd, platform } of policy.measurements) {
      lines.push(`    guest       ${name}  ${platform ?? 'intel-tdx'}  ${mrtd}`);
    }
    lines.push(
      `  log           ${trust.log.origin}, ${trust.witnessQuorum} of ${trust.witnesses.length} witnesses`,
      `  orchestrator  ${trust.orchestratorKeys.join(', ') || 'none'}`,
      `  approvers     ${trust.approvers.join(', ') || 'none'}`,
      `  circuits      ${trust.circuits.manifests.length} pinned${trust.circuits.allowDev ? ', development keys allowed' : ''}`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function renderRoots(roots: TrustRoots): string[] {
  const known = new Map<string, string>(Object.entries(vendorRootKeys).map(([name, key]) => [key, name]));
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['intel', roots.intel],
    ['amd', roots.amd ?? []],
    ['nvidia', roots.nvidia],
    ['nvidia manifests', roots.nvidiaRim ?? []],
    ['simulated CPU', roots.simulatedCpu],
    ['simulated GPU', roots.simulatedGpu],
  ];
  return lists.flatMap(([name, keys]) =>
    keys.length === 0
      ? [`  root          ${name}: none`]
      : keys.map(
          (key) => `  root          ${name}: ${key} (${known.get(key) ?? 'no key that a vendor publishes'})`,
        ),
  );
}
