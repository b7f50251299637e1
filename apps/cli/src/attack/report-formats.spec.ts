import { describe, expect, it } from 'vitest';
import { junitOf } from './junit.js';
import { renderResult, renderSummary, resultsJson } from './render-attacks.js';
import type { AttackResult, Outcome } from './run-pack.js';
import { caseThat } from './scene.fixture.js';

const hostile = 'a <b> & "c" \'d\' ]]> \u0000\u001b[31m\uffff é';

function result(outcome: Outcome, change: Partial<AttackResult> = {}): AttackResult {
  const attack = caseThat(async () => ({ reason: null, detail: '' }), { name: `case-${outcome}` });
  return { attack, outcome, got: null, detail: 'because', ms: 1_500, ...change };
}

describe('the report for a build server', () => {
  it('has an attack that got through, or that another code stopped, as a failure', () => {
    const text = junitOf([result('got-through'), result('other-code', { got: 'UNAVAILABLE' })]);
    expect(text).toContain('tests="2" failures="2" errors="0" skipped="0" time="3.000"');
    expect(text).toContain(
      '<failure type="got-through" message="expected EXPECTED_CODE, got none">because</failure>',
    );
    expect(text).toContain('<failure type="other-code" message="expected EXPECTED_CODE, got UNAVAILABLE">');
  });

  it('tells what broke and what was skipped from what was stopped', () => {
    const text = junitOf([result('broken'), result('skipped'), result('stopped', { got: 'EXPECTED_CODE' })]);
    expect(text).toContain('failures="0" errors="1" skipped="1"');
    expect(text).toContain('<skipped message="because"/>');
    expect(text).toContain('name="case-stopped" time="1.500"/>');
  });

  it('holds nothing that a target says but as plain text', () => {
    const text = junitOf([result('got-through', { detail: hostile })]);
    expect(text).toContain('a &lt;b&gt; &amp; &quot;c&quot; &apos;d&apos; ]]&gt; ??[31m? ?</failure>');
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('is bounded, whatever a target says', () => {
    const one = junitOf([result('skipped', { detail: '"'.repeat(1_000_000) })]);
    expect(one.length).toBeLessThan(10_000);
  });
});

describe('the report for people', () => {
  it('shows expected and got of what was not stopped', () => {
    expect(renderResult(result('got-through'))).toMatch(/GOT THROUGH +expected EXPECTED_CODE, got none/);
    const other = result('other-code', { got: 'UNAVAILABLE' });
    expect(renderResult(other)).toMatch(/OTHER CODE +expected EXPECTED_CODE, got UNAVAILABLE/);
    expect(renderResult(result('skipped'))).toMatch(/SKIPPED .*\n +because$/);
  });

  it('lets no target move the cursor', () => {
    expect(renderResult(result('broken', { detail: hostile }))).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('fails when one of many got through', () => {
    const all = [result('stopped'), result('skipped'), result('got-through')];
    const took = { ms: 4_500, prepared: [{ work: 'credit', ms: 2_000 }] } as const;
    expect(renderSummary(all, took)).toBe(
      'FAILED  1 of 3 stopped by the expected code, 1 GOT THROUGH, 1 SKIPPED, 4.50 s, credit made in 2.00 s',
    );
    expect(resultsJson('127.0.0.1:1', all, took)).toMatchObject({
      ...took,
      passed: false,
      counts: { stopped: 1, 'got-through': 1, skipped: 1, broken: 0, 'other-code': 0 },
    });
  });
});
