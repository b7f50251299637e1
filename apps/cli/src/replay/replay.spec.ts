import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '#canonical';
import {
  createSealEngine,
  encodeDelta,
  type FheEngine,
  ledgerParameters,
  pageParameters,
  sealLibrary,
} from '#ciphertext';
import { ciphertextFile, ciphertextFolder } from './ciphertext-folder.js';
import { sealEngines, sealReplay } from './seal-replay.js';

let engine: FheEngine;
let folder: string;
let page: Uint8Array;
let delta: Uint8Array;
const { paramsId } = ledgerParameters;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-replay-'));
  engine = await createSealEngine();
  using key = engine.openKey(engine.createSecretKey());
  const encrypted = (change: bigint) => key.encrypt(encodeDelta([{ slot: 1, change }]));
  [page, delta] = [encrypted(500n), encrypted(3n)];
});
afterAll(() => {
  engine[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('a replay with SEAL', () => {
  const add = (change: object = {}) =>
    sealReplay(() => engine)({ op: 'add', library: sealLibrary, paramsId, inputs: [page, delta], ...change });

  it.each([
    ['of another release', { library: { ...sealLibrary, version: '7.0.1' } }],
    ['of another library', { library: { ...sealLibrary, name: 'openfhe' } }],
    ['under other parameters', { paramsId: '00'.repeat(32) }],
    ['of another operation', { op: 'multiply' }],
  ])('%s is not run', async (_what, change) => {
    expect(await add(change)).toBeNull();
  });

  it('of bytes that are no ciphertext throws, which the verifier takes as a mismatch', async () => {
    await expect(add({ inputs: [page, page.subarray(1)] })).rejects.toThrow('magic');
  });

  it('of pages of many accounts takes the engine of their parameters', async () => {
    const engines = sealEngines();
    using pages = await engines(pageParameters);
    using key = pages.openKey(pages.createSecretKey());
    const [first, second] = [key.encrypt(encodeDelta([])), key.encrypt(encodeDelta([]))];
    const inputs = [first, second];
    const request = { op: 'add', library: sealLibrary, paramsId: pageParameters.paramsId, inputs };
    const again = await sealReplay(engines)(request);
    expect(digestOf(again ?? new Uint8Array())).toBe(digestOf(pages.add(first, second)));
    expect(await engines(pageParameters)).toBe(pages);
  });

  it('gives the bytes that the service got', async () => {
    const again = await add();
    expect(digestOf(again ?? new Uint8Array())).toBe(digestOf(engine.add(page, delta)));
  });
});

describe('a folder of ciphertexts', () => {
  it('that is none is refused', () => {
    expect(() => ciphertextFolder(join(folder, 'gone'))).toThrow(expect.objectContaining({ code: 7 }));
  });

  it('knows a file by its name, however wrong its content is, and any other by its content', () => {
    const named = join(folder, 'named');
    const loose = join(folder, 'loose');
    for (const made of [named, loose]) mkdirSync(made);
    const wrong = `sha256:${'ab'.repeat(32)}` as Digest;
    writeFileSync(ciphertextFile(named, digestOf(page)), page);
    writeFileSync(ciphertextFile(named, wrong), delta);
    writeFileSync(join(loose, 'page.bin'), page);
    writeFileSync(join(loose, 'notes.txt'), 'no ciphertext');
    const source = ciphertextFolder(named);
    expect(digestOf(source(digestOf(page)) ?? new Uint8Array())).toBe(digestOf(page));
    expect(digestOf(source(wrong) ?? new Uint8Array())).toBe(digestOf(delta));
    expect(source(digestOf(delta))).toBeNull();
    expect(digestOf(ciphertextFolder(loose)(digestOf(page)) ?? new Uint8Array())).toBe(digestOf(page));
  });

  it('never reads more of a file than a ciphertext has', () => {
    const digest = digestOf(delta);
    writeFileSync(ciphertextFile(folder, digest), new Uint8Array(3_000_000));
    expect(ciphertextFolder(folder)(digest)?.length).toBe(page.length + 1);
  });
});
