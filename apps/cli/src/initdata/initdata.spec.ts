import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../output/failure.js';
import {
  encodeInitdata,
  initdataAlgorithms,
  initdataDigests,
  initdataToml,
  readInitdata,
} from './initdata.js';

const files = {
  'aa.toml': '[token_configs.kbs]\nurl = "https://kbs"\n',
  'policy.rego': 'package agent_policy',
};
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a text of initdata', () => {
  it('is refused without a file', () => {
    expect(() => initdataToml('sha256', {})).toThrow(
      /expected at least one of aa\.toml, cdh\.toml, policy\.rego/,
    );
  });

  it.each([
    ['the end of a literal text', "a'''b"],
    ['a carriage return', 'a\r\nb'],
    ['a zero', 'a\0b'],
  ])('is refused with %s in a file', (_what, text) => {
    expect(() => initdataToml('sha256', { 'cdh.toml': text })).toThrow(/cdh\.toml: expected a text without/);
  });

  it('has the files in one order, however they were given', () => {
    const turned = { 'policy.rego': files['policy.rego'], 'aa.toml': files['aa.toml'] };
    expect(initdataToml('sha256', turned)).toBe(initdataToml('sha256', files));
  });

  it('has each file as it is', () => {
    const toml = initdataToml('sha256', files);
    expect(toml).toContain(`"aa.toml" = '''\n${files['aa.toml']}'''\n`);
    expect(toml.startsWith('version = "0.1.0"\nalgorithm = "sha256"\n')).toBe(true);
  });
});

describe('encoded initdata', () => {
  const toml = initdataToml('sha384', files);

  it('is base64 of what gunzip opens, and comes back', () => {
    expect(gunzipSync(Buffer.from(encodeInitdata(toml), 'base64')).toString()).toBe(toml);
    expect(readInitdata(bytesOf(`${encodeInitdata(toml)}\n`))).toBe(toml);
  });

  it('is read as another tool packed it, and unpacked', () => {
    expect(readInitdata(bytesOf(gzipSync(toml, { level: 1 }).toString('base64')))).toBe(toml);
    expect(readInitdata(bytesOf(toml))).toBe(toml);
  });

  it('names no operating system', () => {
    expect(Buffer.from(encodeInitdata(toml), 'base64')[9]).toBe(0xff);
  });

  it.each([
    ['no gzip', Buffer.from('no gzip at all').toString('base64')],
    ['a gzip that is cut off', gzipSync(toml).subarray(0, 40).toString('base64')],
    ['more than a guest would read', gzipSync(Buffer.alloc(2 * 1024 * 1024)).toString('base64')],
  ])('is refused as %s', (_what, text) => {
    expect(() => readInitdata(bytesOf(text))).toThrow(UsageError);
  });

  it('of files that no annotation holds is refused', () => {
    let noise = '';
    for (let at = 0; at < 12_000; at += 1) noise += createHash('sha256').update(String(at)).digest('hex');
    expect(() => encodeInitdata(noise)).toThrow(/expected at most 262144 characters/);
  });
});

/** Of the page "Runtime attestation" of the documentation of confidential containers (Apache-2.0), made by other tools. */
const published =
  'H4sIAAAAAAAAA4WOwQ6DIBBE7/sVhos3xGpSa9IvMYQgUiEiGFz9/kLTHtpLjzO7M29OHXcbfHEvCKM1ZQSkm0O0aNbs7UY2XUtgmCRKDkRKimF1JN3KsoQBw6K9UME/7LzzH02XMXlHdLnJIG59VdWMXtqWMnpr+o51iQeDPrVHF+Z3joP1FsWmYsrVV9Bejk6Lz1cyMR4aMh+Imsz3omVUHLxcdYYqJZImfze8up7xdiRhCwEAAA==';

describe('initdata that others published', () => {
  const toml = readInitdata(bytesOf(published));

  it('is read', () => {
    expect(toml).toContain('[eventlog_config]');
    expect(initdataDigests(toml).algorithm).toBe(/algorithm = "(.*)"/.exec(toml)?.[1]);
  });

  it('has the digest of its text as it was written, not of a text made anew', () => {
    const { algorithm, digest } = initdataDigests(toml);
    expect(digest).toBe(
      createHash(algorithm)
        .update(gunzipSync(Buffer.from(published, 'base64')))
        .digest('hex'),
    );
  });
});

describe('digests of initdata', () => {
  it.each(initdataAlgorithms)('%s is cut or filled with zeros to the width of each field', (algorithm) => {
    const toml = initdataToml(algorithm, files);
    const digest = createHash(algorithm).update(toml, 'utf8').digest('hex');
    const digests = initdataDigests(toml);
    expect(digests.digest).toBe(digest);
    expect(digests.hostData).toBe(digest.slice(0, 64));
    expect(digests.mrConfigId).toBe(digest.slice(0, 96).padEnd(96, '0'));
    expect(digests.realmPersonalization).toBe(digest.padEnd(128, '0'));
  });

  it('change with every byte of the text', () => {
    const toml = initdataToml('sha256', files);
    expect(initdataDigests(`${toml}\n`).digest).not.toBe(initdataDigests(toml).digest);
  });

  it.each([
    ['another version', 'version = "0.2.0"\nalgorithm = "sha256"\n', 'expected version "0.1.0", got "0.2.0"'],
    ['no version', 'algorithm = "sha256"\n', 'expected version "0.1.0", got nothing'],
    ['a weak algorithm', 'version = "0.1.0"\nalgorithm = "md5"\n', 'got "md5"'],
    [
      'an algorithm of another table',
      'version = "0.1.0"\n[data]\nalgorithm = "sha256"\n',
      'expected algorithm sha256, sha384, sha512, got nothing',
    ],
  ])('are refused for %s', (_what, toml, message) => {
    expect(() => initdataDigests(toml)).toThrow(message);
  });
});
