import { describe, expect, it } from 'vitest';
import { concatBytes, utf8 } from '#canonical';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { at, type OpenBundle, tampered } from '../testing/tamper.fixture.js';

const demo = demoRun();
const text = new TextDecoder().decode(demo.bytes);
const withText = (change: (text: string) => string) => judge(utf8(change(text)), demo.trust);
const withChange = (change: (bundle: OpenBundle) => void) => judge(tampered(demo.bytes, change), demo.trust);

describe('hostile bytes end as malformed, with a reason and without a throw', () => {
  it.each([
    ['an empty file', '', 'JSON_SYNTAX'],
    ['a list', '[]', 'BUNDLE_MALFORMED'],
    ['a word', 'null', 'BUNDLE_MALFORMED'],
    ['an empty object', '{}', 'BUNDLE_MEDIA_TYPE_UNKNOWN'],
    ['another type', '{"mediaType":"text/plain"}', 'BUNDLE_MEDIA_TYPE_UNKNOWN'],
    ['a truncated file', text.slice(0, text.length / 2), 'JSON_SYNTAX'],
    ['a byte order mark', `\ufeff${text}`, 'JSON_BOM'],
    ['a duplicate key', text.replace('"timestamps":', '"timestamps":[],"timestamps":'), 'JSON_DUPLICATE_KEY'],
    ['a float', text.replace('"size":', '"size":0.5,"sizf":'), 'JSON_FLOAT'],
    ['an exponent', text.replace('"size":', '"size":1e3,"sizf":'), 'JSON_FLOAT'],
    [
      'an integer above 2^53',
      text.replace('"size":', '"size":9007199254740993,"sizf":'),
      'JSON_INTEGER_RANGE',
    ],
    ['a depth bomb', `${'['.repeat(200_000)}`, 'JSON_DEPTH'],
    [
      'a nested depth bomb',
      text.replace('"timestamps":[]', `"timestamps":${'['.repeat(40)}${']'.repeat(40)}`),
      'JSON_DEPTH',
    ],
  ])('%s', async (_, hostile, reason) => {
    const { exitCode, failed, verdict } = await judge(utf8(hostile), demo.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 7, failed: [reason] });
    expect(verdict.reason).toBe(reason);
    expect(verdict.run).toBeNull();
  });

  it('bytes that are not UTF-8', async () => {
    const { exitCode, failed } = await judge(
      concatBytes(utf8('{"mediaType":"'), Uint8Array.of(0xc3, 0x28), utf8('"}')),
      demo.trust,
    );
    expect({ exitCode, failed }).toEqual({ exitCode: 7, failed: ['JSON_NOT_UTF8'] });
  });

  it('gzip is named, not guessed at', async () => {
    const { exitCode, failed } = await judge(Uint8Array.of(0x1f, 0x8b, 8, 0), demo.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 7, failed: ['BUNDLE_COMPRESSED'] });
  });

  it('100 MB are refused by their size alone, before a byte is decoded', async () => {
    // No UTF-8: whoever looked inside would say so.
    const huge = new Uint8Array(100 * 1024 * 1024).fill(0xff);
    const { exitCode, failed } = await judge(huge, demo.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 7, failed: ['BUNDLE_TOO_LARGE'] });
  });

  it('every truncation of the file is malformed', async () => {
    for (let length = 1; length < demo.bytes.length; length += Math.ceil(demo.bytes.length / 40)) {
      const { exitCode, verdict } = await judge(demo.bytes.subarray(0, length), demo.trust);
      expect({ length, exitCode }).toEqual({ length, exitCode: 7 });
      expect(verdict.reason).toMatch(/^JSON_/);
    }
  });
});

describe('a container that is not ours', () => {
  it('of a later major version is unsupported, not malformed', async () => {
    const { exitCode, failed } = await withText((before) =>
      before.replace('evidence-bundle.v1+json', 'evidence-bundle.v2+json'),
    );
    expect({ exitCode, failed }).toEqual({ exitCode: 6, failed: ['BUNDLE_VERSION_UNSUPPORTED'] });
  });

  it('with unknown members is read as if they were not there', async () => {
    const { exitCode } = await withText((before) =>
      before.replace('{"appraisals"', '{"aLaterMinorField":{"a":1},"appraisals"'),
    );
    expect(exitCode).toBe(0);
  });

  it.each(['root', 'steps', 'stepProofs', 'appraisals', 'blobs', 'timestamps'] as const)(
    'without %s is malformed',
    async (member) => {
      const { exitCode, failed } = await withChange((bundle) => {
        delete (bundle as Partial<OpenBundle>)[member];
      });
      expect({ exitCode, failed }).toEqual({ exitCode: 7, failed: ['BUNDLE_MALFORMED'] });
    },
  );

  it('with base64 that is not canonical is malformed', async () => {
    const spaced = await withChange((bundle) => {
      bundle.root.payload = `${bundle.root.payload}\n`;
    });
    expect(spaced.failed).toEqual(['ENVELOPE_MALFORMED']);
    const unpadded = await withChange((bundle) => {
      at(bundle.stepProofs, 0).leafSalt = at(bundle.stepProofs, 0).leafSalt.replace(/=+$/, '');
    });
    expect(unpadded.failed).toEqual(['BUNDLE_MALFORMED']);
    const strayBits = await withChange((bundle) => {
      const { leafSalt } = at(bundle.stepProofs, 0);
      const last = leafSalt.at(-2) ?? 'A';
      at(bundle.stepProofs, 0).leafSalt = `${leafSalt.slice(0, -2)}${last === 'B' ? 'C' : 'B'}=`;
    });
    expect(strayBits.exitCode).not.toBe(0);
  });

  it('whose envelopes use the URL-safe alphabet is read all the same, as DSSE asks', async () => {
    const { exitCode } = await withChange((bundle) => {
      for (const envelope of [bundle.root, ...bundle.steps]) {
        envelope.payload = envelope.payload.replaceAll('+', '-').replaceAll('/', '_');
      }
    });
    expect(exitCode).toBe(0);
  });

  it('whose steps come in another order says the same', async () => {
    const { exitCode, verdict } = await withChange((bundle) => {
      bundle.steps.reverse();
      bundle.stepProofs.sort((left, right) => left.stepDigest.localeCompare(right.stepDigest));
    });
    expect(exitCode).toBe(0);
    expect(verdict.steps).toHaveLength(6);
  });
});

describe('blobs', () => {
  const original: OpenBundle = JSON.parse(text);
  const names = Object.keys(original.blobs);

  it.each(names)('one byte of %s changed is found by its digest', async (name) => {
    const { exitCode, failed } = await withChange((bundle) => {
      const blob = bundle.blobs[name];
      const bytes = Buffer.from(blob?.data ?? '', 'base64');
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      if (blob !== undefined) blob.data = bytes.toString('base64');
    });
    expect(exitCode).toBe(1);
    expect(failed).toContain('BLOB_DIGEST_MISMATCH');
  });

  it.each(names)(
    '%s left out or detached makes the bundle incomplete or worse, never verified',
    async (name) => {
      const dropped = await withChange((bundle) => {
        delete bundle.blobs[name];
      });
      const detached = await withChange((bundle) => {
        const blob = bundle.blobs[name];
        if (blob !== undefined)
          bundle.blobs[name] = { mediaType: blob.mediaType, size: blob.size, detached: true };
      });
      const evidence = original.blobs[name]?.mediaType ?? '';
      expect(dropped.exitCode, evidence).not.toBe(0);
      expect(dropped.failed).toContain('BLOB_MISSING');
      expect(detached.exitCode, evidence).not.toBe(0);
      expect(detached.failed).toContain('BLOB_DETACHED');
    },
  );

  it('a wrong size or type is found', async () => {
    const name = at(names, 0);
    const size = await withChange((bundle) => {
      const blob = bundle.blobs[name];
      if (blob !== undefined) blob.size += 1;
    });
    expect(size.failed).toEqual(['BLOB_SIZE_MISMATCH']);
    const type = await withChange((bundle) => {
      const blob = bundle.blobs[name];
      if (blob !== undefined) blob.mediaType = 'text/plain';
    });
    expect(type.failed).toContain('BLOB_MEDIA_TYPE_MISMATCH');
    expect(type.exitCode).toBe(1);
  });
});
