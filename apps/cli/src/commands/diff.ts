import { Command } from 'commander';
import { diffFacts, factsOf, renderDifferences, verifyBundle } from '#evidence';
import { readBundle } from '../batch/read-bundle.js';
import { readTrust } from '../installation/read-trust.js';
import { exitCode, UsageError } from '../output/failure.js';

/** `sealflow diff A B`: 0 same, 1 different. Says what differs, never which of the two is right. */
export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'say what differs between two bundles: verdict, run, plan, policy, inputs, steps, measurements',
    )
    .argument('<first>', 'evidence bundle')
    .argument('<second>', 'evidence bundle')
    .option('--trust <file>', 'what you believe without proof (default: the installation)')
    .option('--json', 'print the differences as JSON')
    .action(
      async (
        first: string,
        second: string,
        options: { readonly trust?: string; readonly json?: boolean },
      ) => {
        const trust = readTrust(options.trust);
        const side = async (file: string) => {
          const bytes = await readBundle(file);
          const verdict = await verifyBundle(bytes, trust, { at: null });
          // Two files that say nothing readable are not the same.
          if (verdict.run === null) {
            throw new UsageError(
              `${file}: expected a bundle to compare, got ${verdict.reason}: sealflow verify says more`,
              verdict.exitCode,
            );
          }
          return factsOf(bytes, verdict);
        };
        const differences = diffFacts(await side(first), await side(second));
        process.stdout.write(
          options.json === true ? `${JSON.stringify(differences)}\n` : renderDifferences(differences),
        );
        process.exitCode = differences.length === 0 ? exitCode.verified : exitCode.failed;
      },
    );
}
