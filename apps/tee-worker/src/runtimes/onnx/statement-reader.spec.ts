import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  employmentStatuses,
  generateStatement,
  hasRegularEarnings,
  type IncomeBand,
  seededRandom,
} from '#samples';
import { openStatementReader } from './statement-reader.js';

const modelDir = 'apps/tee-worker/models/statement-reader';
const weightsFile = 'statement-reader.onnx';

describe('openStatementReader', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'reader-'));
    for (const name of ['model.json', weightsFile]) copyFileSync(join(modelDir, name), join(dir, name));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('refuses weights with one changed byte', async () => {
    const bytes = readFileSync(join(dir, weightsFile));
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
    writeFileSync(join(dir, weightsFile), bytes);
    await expect(openStatementReader(dir)).rejects.toMatchObject({ code: 'MODEL_DIGEST_MISMATCH' });
  });

  it('refuses a card with another digest', async () => {
    const card = readFileSync(join(dir, 'model.json'), 'utf8');
    writeFileSync(join(dir, 'model.json'), card.replace(/sha256:[0-9a-f]{4}/, 'sha256:0000'));
    await expect(openStatementReader(dir)).rejects.toMatchObject({ code: 'MODEL_DIGEST_MISMATCH' });
  });

  it.each(['model.json', weightsFile])(
    'reports a missing %s without the path of the folder',
    async (name) => {
      rmSync(join(dir, name));
      const failure = await openStatementReader(dir).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
      expect(String(failure)).toContain(name);
      expect(String(failure)).not.toContain(dir);
    },
  );

  it('gives the digest of the loaded weights', async () => {
    const { weights } = await openStatementReader(dir);
    expect(readFileSync(join(dir, 'model.json'), 'utf8')).toContain(weights);
  });
});

describe('StatementReader', () => {
  it('reads unseen statements about as well as the card says', async () => {
    const reader = await openStatementReader(modelDir);
    const rng = seededRandom('statement-reader.spec');
    let bands = 0;
    let salaries = 0;
    const count = 300;
    for (let i = 0; i < count; i += 1) {
      const incomeBand = rng.pick<IncomeBand>([0, 1, 2, 3]);
      const employment = rng.pick(employmentStatuses);
      const reading = await reader.read(generateStatement(rng, { incomeBand, employment }));
      bands += reading.incomeBand === incomeBand ? 1 : 0;
      salaries += reading.regularSalary === hasRegularEarnings(employment) ? 1 : 0;
    }
    expect(bands / count).toBeGreaterThan(0.9);
    expect(salaries / count).toBeGreaterThan(0.98);
  });

  it('gives the same numbers for the same text', async () => {
    const text = generateStatement(seededRandom(1), { incomeBand: 1, employment: 'student' });
    const readings = [];
    for (let i = 0; i < 3; i += 1) {
      const reader = await openStatementReader(modelDir);
      const { inferMs: _, ...reading } = await reader.read(text);
      readings.push(reading);
    }
    expect(readings[1]).toEqual(readings[0]);
    expect(readings[2]).toEqual(readings[0]);
  });
});
