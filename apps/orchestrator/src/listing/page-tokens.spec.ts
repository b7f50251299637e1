import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SigningKey } from '../evidence/signing-key.js';
import { PageTokens } from './page-tokens.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));

let nowMs = Date.UTC(2026, 10, 21);
const tokens = new PageTokens(SigningKey.load(join(folder, 'one')), () => nowMs);
const replica = new PageTokens(SigningKey.load(join(folder, 'one')), () => nowMs);
const stranger = new PageTokens(SigningKey.load(join(folder, 'two')), () => nowMs);

const question = { method: 'ListRuns', scope: 'bank', filter: 'state = FAILED', order: 'create_time desc' };
const position = { key: 1_795_208_400_001, id: '01JD0000000000000000000000' };
const refused = expect.objectContaining({
  reason: 'INVALID_REQUEST',
  message: expect.stringMatching('^page_token: '),
});

describe('the token of a page', () => {
  it('gives back where the page ended, on every replica', () => {
    const token = tokens.seal(question, position);
    expect(tokens.open(question, token)).toEqual(position);
    expect(replica.open(question, token)).toEqual(position);
  });

  it('is nothing for the first page', () => {
    expect(tokens.open(question, '')).toBeNull();
  });

  it('shows nothing, and is another one each time', () => {
    const token = tokens.seal(question, position);
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('01JD');
    expect(tokens.seal(question, position)).not.toBe(token);
  });

  it.each(Object.keys(question))('of another %s is refused', (name) => {
    const token = tokens.seal(question, position);
    expect(() => tokens.open({ ...question, [name]: 'x' }, token)).toThrow(refused);
  });

  it('with any bit changed, cut or longer is refused', () => {
    const bytes = Buffer.from(tokens.seal(question, position), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const other = Buffer.from(bytes);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => tokens.open(question, other.toString('base64url'))).toThrow(refused);
    }
    for (let length = 1; length < bytes.length; length += 1)
      expect(() => tokens.open(question, bytes.subarray(0, length).toString('base64url'))).toThrow(refused);
    expect(() => tokens.open(question, Buffer.concat([bytes, Buffer.of(0)]).toString('base64url'))).toThrow(
      refused,
    );
  });

  it.each([
    'x',
    ' ',
    '-1',
    '1795208400001.01JD0000000000000000000000',
    'é',
    '='.repeat(60),
    'A'.repeat(100_000),
  ])('is not %j', (token) => {
    expect(() => tokens.open(question, token)).toThrow(refused);
  });

  it('of another installation is refused', () => {
    expect(() => stranger.open(question, tokens.seal(question, position))).toThrow(refused);
  });

  it('is good for a day', () => {
    const token = tokens.seal(question, position);
    nowMs += 24 * 3_600_000;
    expect(tokens.open(question, token)).toEqual(position);
    nowMs += 1;
    expect(() => tokens.open(question, token)).toThrow(refused);
  });
});
