import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { utf8 } from '#canonical';
import {
  type BundleTimestamp,
  expectRevocationList,
  logPolicyOf,
  type TrustFile,
  timestampAuthoritiesOf,
  verifyTimestamp,
  withRevocationLists,
} from '#evidence';
import { bundleFiles } from '../batch/bundle-files.js';
import { readBounded, readBundle } from '../batch/read-bundle.js';
import { worstExitCode } from '../batch/verify-batch.js';
import { readTrust } from '../installation/read-trust.js';
import { exitCode, UsageError } from '../output/failure.js';
import { reportFailure } from '../output/report-failure.js';
import { type NewestTree, newestTree } from '../renew/newest-tree.js';
import { renewBundle } from '../renew/renew-bundle.js';
import { stampText } from '../renew/stamp-text.js';

interface Flags {
  readonly log: string;
  readonly tsa?: readonly string[];
  readonly crl?: readonly string[];
  readonly trust?: string;
  readonly out?: string;
}

const AUTHORITIES_MAX = 8;

/** `sealflow renew FILE|DIR...`: the newest checkpoint, stamped once, carries any number of older bundles on. */
export function renewCommand(): Command {
  return new Command('renew')
    .description(
      'prove bundles in the newest tree of their log, and have that tree stamped, once for all of them',
    )
    .argument('<files...>', 'evidence bundles, *.evidence.json[.gz]; folders of them')
    .requiredOption('--log <source>', 'address such as https://host/log, or the folder of a mirror')
    .option('--tsa <url>', 'authority that stamps the newest checkpoint, RFC 3161 (repeatable)', gathered)
    .option('--crl <file>', 'revocation list (DER) to put beside the timestamps (repeatable)', gathered)
    .option('--trust <file>', 'trust file with the keys of log and witnesses (default: the installation)')
    .option('--out <path>', 'file for one bundle, folder for several (default: each is replaced)')
    .action(async (places: readonly string[], flags: Flags) => {
      const authorities = addressesOf(flags.tsa ?? []);
      const lists = (flags.crl ?? []).map(readList);
      const trust = readTrust(flags.trust);
      const files = bundleFiles(places);
      const target = targetOf(files, places, flags.out);
      const policy = logPolicyOf(trust);
      const newest = await newestTree(flags.log, policy);
      const timestamps: BundleTimestamp[] = [];
      for (const url of authorities) {
        timestamps.push(withRevocationLists(await stampText(url, utf8(newest.text)), lists));
      }
      process.stdout.write(headOf(newest, timestamps, trust));
      const codes: number[] = [];
      for (const file of files) {
        try {
          const bytes = await readBundle(file);
          const { what, from, bytes: made } = await renewBundle({ file, bytes, policy, newest, timestamps });
          const to = target(file);
          write(file, to, made);
          process.stdout.write(`${what.padEnd(9)}  ${to}  (${from} -> ${newest.size} leaves)\n`);
          codes.push(exitCode.verified);
        } catch (error) {
          // One that cannot be renewed does not keep the others old.
          codes.push(reportFailure(error));
        }
      }
      process.exitCode = worstExitCode(codes);
    });
}

function headOf(newest: NewestTree, timestamps: readonly BundleTimestamp[], trust: TrustFile): string {
  const lines = timestamps.map((timestamp) => {
    const data = utf8(newest.text);
    const verdict = verifyTimestamp({ ...timestamp, data, authorities: timestampAuthoritiesOf(trust) });
    if (verdict.reason === null) return `stamped by ${verdict.actual ?? ''}\n`;
    if (verdict.reason === 'TIMESTAMP_AUTHORITY_UNKNOWN')
      return 'stamped by an authority that the trust file does not name: it says nothing to whoever uses that file\n';
    throw new UsageError(`${verdict.reason}: the timestamp is not accepted`, exitCode.trustRoot);
  });
  return `newest checkpoint: ${newest.size} leaves\n${lines.join('')}`;
}

/** Where a bundle goes. Only what is replaced on purpose is replaced. */
function targetOf(
  files: readonly string[],
  places: readonly string[],
  out: string | undefined,
): (file: string) => string {
  if (files.includes('-')) throw new UsageError('renew: expected files or folders, got -');
  if (out === undefined) return (file) => file;
  const folder =
    files.length > 1 || places[0] !== files[0] || statSync(out, { throwIfNoEntry: false })?.isDirectory();
  if (folder !== true) return () => out;
  mkdirSync(out, { recursive: true });
  return (file) => join(out, basename(file));
}

function write(from: string, to: string, bytes: Uint8Array): void {
  const content = to.endsWith('.gz') ? gzipSync(bytes) : bytes;
  if (from !== to && existsSync(to))
    throw new UsageError(`${to}: is there already and is kept`, exitCode.malformed);
  writeFileSync(`${to}.new`, content, { flush: true });
  renameSync(`${to}.new`, to);
}

function readList(file: string): Uint8Array {
  const bytes = readBounded(file, exitCode.malformed);
  expectRevocationList(bytes);
  return bytes;
}

function addressesOf(given: readonly string[]): readonly string[] {
  for (const url of given) {
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) continue;
    throw new UsageError(
      `--tsa: expected an http or https address, got ${JSON.stringify(url.slice(0, 100))}`,
    );
  }
  if (given.length > AUTHORITIES_MAX)
    throw new UsageError(`--tsa: expected at most ${AUTHORITIES_MAX} authorities, got ${given.length}`);
  return [...new Set(given)];
}

function gathered(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
