import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { ed25519PublicKey, toBase64 } from '#canonical';
import { signStatement, verificationResult, verifyBundle } from '#evidence';
import { readBundle } from '../batch/read-bundle.js';
import { readSigningSeed } from '../export/signing-key.js';
import { readTrust } from '../installation/read-trust.js';
import { UsageError } from '../output/failure.js';

interface AttestOptions {
  readonly key: string;
  readonly out: string;
  readonly trust?: string;
  readonly verifierId: string;
}

/** The rules of this verifier; a later one that judges otherwise has another name. */
const VERIFIER_ID = 'https://sealflow.dev/verifier/v1';

/** `sealflow attest-result FILE`: signs a verdict for those who trust the signer and do not verify themselves. */
export function attestResultCommand(): Command {
  return new Command('attest-result')
    .description('verify a bundle and sign the result as an in-toto Simple Verification Result (DSSE)')
    .argument('<file>', 'evidence bundle, or - for standard input')
    .requiredOption('--key <file>', 'your Ed25519 key, PEM: openssl genpkey -algorithm ed25519')
    .requiredOption('--out <file>', 'file to write; one that is there already is kept')
    .option('--trust <file>', 'what you believe without proof (default: the installation)')
    .option('--verifier-id <uri>', 'who verified, as a URI', VERIFIER_ID)
    .action(async (file: string, options: AttestOptions) => {
      const seed = readSigningSeed(options.key);
      const trust = readTrust(options.trust);
      const bytes = await readBundle(file);
      const verdict = await verifyBundle(bytes, trust, { at: null });
      if (verdict.outcome !== 'verified') {
        throw new UsageError(
          `${file}: ${verdict.outcome}, ${verdict.reason}: a result holds what was verified, so nothing was signed; sealflow verify says more`,
          verdict.exitCode,
        );
      }
      const statement = verificationResult(bytes, verdict, trust, {
        verifierId: options.verifierId,
        at: Date.now(),
      });
      writeFileSync(options.out, signStatement({ statement, seed }), { flag: 'wx' });
      const mark = verdict.simulated ? ' [SIMULATED hardware]' : '';
      process.stdout.write(
        `${options.out}: result signed${mark}, public key ${toBase64(ed25519PublicKey(seed))}\n`,
      );
    });
}
