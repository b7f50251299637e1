import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { type Digest, ed25519PublicKey, isDigest, toBase64 } from '#canonical';
import { EvidenceError } from '#evidence';
import { readBounded } from '../batch/read-bundle.js';
import { parseSigner } from '../export/public-key.js';
import { readSigningSeed } from '../export/signing-key.js';
import { exitCode, UsageError } from '../output/failure.js';
import {
  imagesOfRelease,
  openRelease,
  signRelease,
  subjectOfFile,
} from '../provenance/release-provenance.js';

interface SignOptions {
  readonly images: string;
  readonly source: string;
  readonly commit: string;
  readonly builder: string;
  readonly base: readonly string[];
  readonly key: string;
  readonly out: string;
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

/** `sealflow provenance sign`: one statement for all images and charts of a release. */
export function signCommand(): Command {
  return new Command('sign')
    .description('sign how images and packaged charts of a release were built (SLSA 1.0 in DSSE)')
    .argument('[files...]', 'further artifacts, e.g. packaged charts')
    .requiredOption('--images <file>', 'images.json of npm run images')
    .requiredOption('--source <uri>', 'where the sources are, e.g. git+https://code.example/sealflow')
    .requiredOption('--commit <sha>', 'commit that was built')
    .requiredOption('--builder <uri>', 'who built')
    .option('--base <image>', 'image by digest that was built on; once for each', collect, [])
    .requiredOption('--key <file>', 'private Ed25519 key in PEM of whoever releases')
    .requiredOption('--out <file>', 'where the envelope goes')
    .action((files: readonly string[], options: SignOptions) => {
      const { version, subjects } = imagesOfRelease(readBounded(options.images, exitCode.malformed));
      const charts = files.map((file) =>
        subjectOfFile(basename(file), readBounded(file, exitCode.malformed)),
      );
      const { source, commit, builder, base, key, out } = options;
      const seed = readSigningSeed(key);
      const build = { subjects: [...subjects, ...charts], version, source, commit, builder, bases: base };
      writeFileSync(out, signRelease(build, seed), { flag: 'wx' });
      process.stdout.write(
        `${out}: ${build.subjects.length} artifacts of ${version}, signed by ${toBase64(ed25519PublicKey(seed))}\n`,
      );
    });
}

interface VerifyOptions {
  readonly signer: string;
  readonly artifact?: string;
  readonly digest?: string;
}

/** `sealflow provenance verify-release`: offline, under a key that the caller got elsewhere. */
export function verifyReleaseCommand(): Command {
  return new Command('verify-release')
    .description('verify offline that a release names this image or chart, under the key of whoever releases')
    .argument('<envelope>', 'what provenance sign wrote')
    .requiredOption('--signer <key>', 'Ed25519 public key, base64 of 32 bytes, from where you trust it')
    .option('--artifact <file>', 'the artifact itself, e.g. a packaged chart')
    .option('--digest <digest>', 'sha256:... of the artifact, e.g. of an image')
    .action((file: string, options: VerifyOptions) => {
      const wanted = wantedOf(options);
      try {
        const found = openRelease(readBounded(file, exitCode.malformed), parseSigner(options.signer), wanted);
        process.stdout.write(
          `VERIFIED  ${found.subject}  ${wanted}\n  release     ${found.version}, commit ${found.commit}\n` +
            `  builder     ${found.builder}\n  not proven:  when it was signed, or that what was built does what its source says\n`,
        );
      } catch (error) {
        if (!(error instanceof EvidenceError)) throw error;
        process.stdout.write(`REFUSED  ${error.code}\n  ${error.message}\n`);
        process.exitCode = error.code === 'SIGNATURE_INVALID' ? exitCode.failed : exitCode.malformed;
      }
    });
}

function wantedOf({ artifact, digest }: VerifyOptions): Digest {
  if ((artifact === undefined) === (digest === undefined))
    throw new UsageError('expected --artifact or --digest, one of both: a release has several artifacts');
  if (artifact !== undefined) return subjectOfFile('', readBounded(artifact, exitCode.malformed)).sha256;
  if (digest !== undefined && isDigest(digest)) return digest;
  throw new UsageError(
    `--digest: expected sha256: and 64 lower-case hex digits, got ${digest?.slice(0, 80)}`,
  );
}
