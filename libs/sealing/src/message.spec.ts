import { describe, expect, it } from 'vitest';
import { sha256, utf8 } from '#canonical';
import { generateSealKeyPair, type RandomSource } from './keys.js';
import { MESSAGE_BYTES_MAX, MESSAGE_OVERHEAD_BYTES, openMessage, sealMessage } from './message.js';
import { SealingError } from './sealing-error.js';

/** Repeatable bytes: each call draws others. */
function seeded(name: string): RandomSource {
  let draws = 0;
  return (count) => {
    draws += 1;
    return sha256(utf8(`${name}/${draws}`)).subarray(0, count);
  };
}

const reader = generateSealKeyPair(seeded('reader'));
const stranger = generateSealKeyPair(seeded('stranger'));
const subject = { kind: 'sealflow/test/v1', associated: utf8('ledger|tenant') };
const plaintext = utf8('what only the reader knows');

async function sealed(): Promise<Uint8Array> {
  return await sealMessage({ ...subject, publicKey: reader.publicKey, plaintext, random: seeded('seal') });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (error instanceof SealingError) return error.code;
    throw error;
  }
}

describe('message to one key', () => {
  it.each([
    ['another key', { secretKey: stranger.secretKey }],
    ['another kind', { kind: 'sealflow/test/v2' }],
    ['another subject', { associated: utf8('ledger|other') }],
  ])('does not open under %s', async (_what, wrong) => {
    const input = { ...subject, secretKey: reader.secretKey, message: await sealed(), ...wrong };
    expect(await codeOf(openMessage(input))).toBe('ENVELOPE_OPEN_FAILED');
  });

  it('does not open with any one byte changed', async () => {
    const message = await sealed();
    for (const place of [0, 31, 32, message.length - 17, message.length - 1]) {
      const changed = message.slice();
      changed[place] = (changed[place] ?? 0) ^ 1;
      const input = { ...subject, secretKey: reader.secretKey, message: changed };
      expect(await codeOf(openMessage(input))).toBe('ENVELOPE_OPEN_FAILED');
    }
  });

  it('refuses what is too short, too long or meant for a key of small order', async () => {
    const { secretKey } = reader;
    const short = new Uint8Array(MESSAGE_OVERHEAD_BYTES - 1);
    expect(await codeOf(openMessage({ ...subject, secretKey, message: short }))).toBe('ENVELOPE_MALFORMED');
    const long = new Uint8Array(MESSAGE_BYTES_MAX + 1);
    expect(await codeOf(openMessage({ ...subject, secretKey, message: long }))).toBe('ENVELOPE_TOO_LARGE');
    const weak = { ...subject, publicKey: new Uint8Array(32), plaintext, random: seeded('seal') };
    expect(await codeOf(sealMessage(weak))).toBe('ENVELOPE_MALFORMED');
    const much = { ...weak, publicKey: reader.publicKey, plaintext: new Uint8Array(MESSAGE_BYTES_MAX) };
    expect(await codeOf(sealMessage(much))).toBe('ENVELOPE_TOO_LARGE');
  });

  it('opens for its reader and has a fixed overhead', async () => {
    const message = await sealed();
    expect(message.length).toBe(plaintext.length + MESSAGE_OVERHEAD_BYTES);
    expect(await openMessage({ ...subject, secretKey: reader.secretKey, message })).toEqual(plaintext);
  });
});
