import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { EvidenceError, type ProfileName, profileNames, redactBundle } from '#evidence';
import { readBundle } from '../batch/read-bundle.js';
import { UsageError } from '../output/failure.js';

interface Flags {
  readonly profile?: ProfileName;
  readonly withhold?: readonly string[];
  readonly out: string;
}

/** `sealflow redact FILE`: takes parts out of a bundle, without a key and without breaking what is left. */
export function redactCommand(): Command {
  return new Command('redact')
    .description('withhold parts of a bundle; what is left still verifies and proves that they exist')
    .argument('<file>', 'evidence bundle, or - for standard input')
    .addOption(new Option('--profile <profile>', 'for whom the bundle is').choices(profileNames))
    .option(
      '--withhold <part>',
      'step:ID, blob:sha256:HEX, field:root/PATH or field:step/ID/PATH (repeatable)',
      (part: string, before: readonly string[] = []) => [...before, part],
    )
    .requiredOption('--out <file>', 'file to write; one that is there already is kept')
    .action(async (file: string, { profile, withhold, out }: Flags) => {
      if (profile === undefined && withhold === undefined)
        throw new UsageError('say what to withhold: --profile PROFILE or --withhold PART');
      const bytes = await readBundle(file);
      const redacted = redact(bytes, {
        ...(profile === undefined ? {} : { profile }),
        ...(withhold === undefined ? {} : { withhold }),
      });
      writeFileSync(out, redacted, { flag: 'wx' });
      process.stdout.write(
        `${out}: ${redacted.length} of ${bytes.length} bytes left; sealflow verify --accept-withheld lists what is withheld\n`,
      );
    });
}

/** A part that is not there is a mistake of the caller; a file that is no bundle is not. */
function redact(bytes: Uint8Array, redaction: Parameters<typeof redactBundle>[1]): Uint8Array {
  try {
    return redactBundle(bytes, redaction);
  } catch (error) {
    if (error instanceof EvidenceError && error.code === 'REDACTION_INVALID')
      throw new UsageError(error.message);
    throw error;
  }
}
