import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { boot, judge } from '../machine.fixture.js';
import { intelRules } from '../tdx/intel-rules.js';
import { judgeWhole } from '../whole-machine.fixture.js';
import { explainableChecks, explainCheck, explainReason } from './explain-check.js';

const source = join(import.meta.dirname, '..');

describe('the explanation of a check', () => {
  it('exists for every check that the sources name, under its title', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.startsWith('explain'),
    );
    for (const file of files) {
      const text = readFileSync(join(source, file), 'utf8');
      for (const [, id = '', title = ''] of text.matchAll(
        /id: '(TEE-[A-Z]+-\d+)',\s*title: ['"]([^'"]+)['"]/g,
      )) {
        expect(explainCheck(id), `${file}: ${id}`).toMatchObject({ id, title });
      }
    }
    for (const tee of ['TDX', 'SGX'] as const) {
      for (const { id, title } of rulesIn(intelRules(tee))) {
        if (tee === 'SGX' && explainCheck(id) === null) continue;
        expect(explainCheck(id), id).toMatchObject({ title });
      }
    }
  });

  it('exists for every check of an appraisal', () => {
    const appraisals = [
      judge(boot({ gpus: 1 })),
      judgeWhole({ gpus: 1 }),
      judgeWhole({ format: 'snp-report' }),
    ];
    for (const { id } of appraisals.flatMap(({ checks }) => checks))
      expect(explainCheck(id), id).not.toBeNull();
  });

  it('says what it is about and what a failure means, in any case', () => {
    for (const id of explainableChecks()) {
      const explained = explainCheck(id.toLowerCase());
      expect(explained?.subject.length).toBeGreaterThan(10);
      expect(explained?.meaning.length).toBeGreaterThan(10);
    }
  });

  it.each(['', 'TEE', 'TEE-TDX-999', 'TEE-XXX-001', '__proto__', 'constructor'])('is null for "%s"', (id) => {
    expect(explainCheck(id)).toBeNull();
    expect(explainReason(id)).toBeNull();
  });
});

it('the explanation of a reason says what to do, and whether anything was found false', () => {
  expect(explainReason('rim_missing')).toMatchObject({ reason: 'RIM_MISSING', unchecked: true });
  expect(explainReason('NONCE_REUSED')).toMatchObject({ unchecked: false });
});

type Rules = { readonly id: string; readonly title: string };

function rulesIn(value: object): Rules[] {
  return Object.values(value).flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    return 'id' in item && 'title' in item ? [item as Rules] : rulesIn(item);
  });
}
