import { mkdirSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { readCiphertexts } from '#client';
import { readBundle } from '../batch/read-bundle.js';
import { exitCode } from '../output/failure.js';
import { ciphertextFile } from '../replay/ciphertext-folder.js';
import { asTenant } from '../tenants/admin.js';

/** `sealflow ciphertexts FILE`: what `verify --ciphertexts` needs to run the additions of a bundle again. */
export function ciphertextsCommand(): Command {
  return new Command('ciphertexts')
    .description('fetch the ciphertexts that the FHE steps of a bundle worked on')
    .argument('<file>', 'evidence bundle, or - for standard input')
    .option(
      '--orchestrator <address>',
      'orchestrator that keeps them (default: the stack of this installation)',
    )
    .requiredOption('--out <dir>', 'folder to write them to, each named by its digest')
    .action(async (file: string, options: { readonly orchestrator?: string; readonly out: string }) => {
      const bundle = await readBundle(file);
      const missing: string[] = [];
      let fetched = 0;
      await asTenant(options.orchestrator, async (services) => {
        mkdirSync(options.out, { recursive: true });
        for await (const { digest, bytes } of readCiphertexts(services, bundle)) {
          if (bytes === null) missing.push(digest);
          else {
            // The name is the digest of the content: what stands there already was the same, or was wrong.
            writeFileSync(ciphertextFile(options.out, digest), bytes);
            fetched += 1;
          }
        }
      });
      process.stdout.write(`${options.out}: ${fetched} ciphertexts\n`);
      for (const digest of missing)
        process.stdout.write(`missing ${digest}: the orchestrator has none such\n`);
      process.exitCode = missing.length === 0 ? exitCode.verified : exitCode.incomplete;
    });
}
