import { Command } from 'commander';
import { type Digest, isDigest } from '#canonical';
import {
  type ExpectedSigner,
  type ProvenanceReason,
  type ProvenanceVerdict,
  verifyProvenance,
} from '#provenance';
import { readBounded, readBundle } from '../batch/read-bundle.js';
import { readTrust } from '../installation/read-trust.js';
import { exitCode, UsageError } from '../output/failure.js';
import { signCommand, verifyReleaseCommand } from './provenance-release.js';

interface Flags {
  readonly trustedRoot: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly key?: string;
  readonly artifact?: string;
  readonly digest?: string;
  readonly trust?: string;
  readonly json?: boolean;
}

const codes: Readonly<Record<ProvenanceReason, number>> = {
  TRUSTED_ROOT_MALFORMED: exitCode.trustRoot,
  PROVENANCE_KEY_UNKNOWN: exitCode.trustRoot,
  PROVENANCE_MALFORMED: exitCode.malformed,
  PROVENANCE_ARTIFACT_MISSING: exitCode.incomplete,
  PROVENANCE_SIGNER_UNEXPECTED: exitCode.policy,
  PROVENANCE_CHAIN_HAS_ROOT: exitCode.failed,
  PROVENANCE_CERTIFICATE_INVALID: exitCode.failed,
  PROVENANCE_LOG_INVALID: exitCode.failed,
  PROVENANCE_TIME_INVALID: exitCode.failed,
  PROVENANCE_SIGNATURE_INVALID: exitCode.failed,
  PROVENANCE_SUBJECT_MISMATCH: exitCode.failed,
};

/** `sealflow provenance`: from a measured image to whoever built it. */
export function provenanceCommand(): Command {
  return new Command('provenance')
    .description('say who built an image or a release, by its Sigstore bundle')
    .addCommand(verifyCommand())
    .addCommand(signCommand())
    .addCommand(verifyReleaseCommand());
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('verify a Sigstore bundle offline: signer, log, time and the artifact that it speaks of')
    .argument('<bundle>', 'Sigstore bundle, versions 0.1 to 0.3, or - for standard input')
    .requiredOption(
      '--trusted-root <file>',
      'what you believe of Sigstore: trusted_root.json, from where you trust it',
    )
    .option('--identity <name>', 'who must have signed: the whole name in the certificate')
    .option('--issuer <url>', 'who must have vouched for that name')
    .option('--key <file>', 'public key (PEM) that must have signed, instead of a name')
    .option('--artifact <file>', 'the artifact itself')
    .option('--digest <digest>', 'sha256:... of the artifact, for statements')
    .option('--trust <file>', 'trust file: says which of its measured images the statement speaks of')
    .option('--json', 'print the verdict as JSON')
    .action(async (file: string, flags: Flags) => {
      const verdict = verifyProvenance({
        bundle: await readBundle(file),
        trustedRoot: readBounded(flags.trustedRoot, exitCode.trustRoot),
        signer: signerOf(flags),
        ...(flags.artifact === undefined
          ? {}
          : { artifact: readBounded(flags.artifact, exitCode.malformed) }),
        ...(flags.digest === undefined ? {} : { digest: digestOfFlag(flags.digest) }),
      });
      const images = flags.trust === undefined ? [] : imagesOf(verdict, flags.trust);
      process.stdout.write(
        flags.json === true ? `${JSON.stringify({ ...verdict, images })}\n` : rendered(verdict, images),
      );
      process.exitCode = verdict.reason === null ? exitCode.verified : codes[verdict.reason];
    });
}

function signerOf({ identity, issuer, key }: Flags): ExpectedSigner {
  if (key !== undefined && identity === undefined && issuer === undefined)
    return { publicKeyPem: Buffer.from(readBounded(key, exitCode.trustRoot)).toString('utf8') };
  if (identity !== undefined && issuer !== undefined && key === undefined) return { identity, issuer };
  throw new UsageError(
    'expected --identity and --issuer together, or --key: without them anybody could have signed',
  );
}

function digestOfFlag(text: string): Digest {
  if (isDigest(text)) return text;
  throw new UsageError(`--digest: expected sha256: and 64 lower-case hex digits, got ${text.slice(0, 80)}`);
}

/** Images of the trust file whose code is the artifact that was signed. */
function imagesOf({ subjects }: ProvenanceVerdict, file: string): string[] {
  const signed = subjects.map(({ sha256 }) => sha256);
  return readTrust(file)
    .policy.measurements.filter(({ imageDigest }) => signed.some((digest) => digest === imageDigest))
    .map(({ name }) => name);
}

function rendered(verdict: ProvenanceVerdict, images: readonly string[]): string {
  const lines = [verdict.verified ? 'VERIFIED' : `REFUSED  ${verdict.reason}`];
  for (const { id, title, result, actual } of verdict.checks)
    lines.push(`  ${result.padEnd(4)} ${id}  ${title}${actual === undefined ? '' : `: ${actual}`}`);
  if (verdict.predicateType !== null) lines.push(`  statement   ${verdict.predicateType}`);
  for (const { name, sha256 } of verdict.subjects)
    lines.push(`  speaks of   ${name}  ${sha256 ?? 'no SHA-256'}`);
  for (const name of images) lines.push(`  measured    image ${name} of the trust file`);
  if (verdict.verified)
    lines.push('  not proven:  that what was built does what its source says, or that the source is good');
  return lines.map((line) => `${line.replaceAll(/[^\x20-\x7e]/g, '?')}\n`).join('');
}
