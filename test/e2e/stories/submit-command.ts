import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJson } from '#canonical';
import { demoCase } from '#samples';
import { projectRoot } from '../../../apps/cli/src/installation/paths.js';
import { sealflow } from '../sealflow-command.js';
import { suite } from '../suite.js';

const workflow = join(projectRoot, 'examples/twin-decision.yaml');
let folder: string;

/** `sealflow submit`: what somebody does who has a workflow, its inputs and a trust file. */
export function submitCommand(): void {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-submit-'));
    const { applicant, statement } = demoCase('approve');
    writeFileSync(join(folder, 'application.json'), JSON.stringify(toJson(applicant)));
    writeFileSync(join(folder, 'statement.txt'), statement);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const submit = (...more: string[]) =>
    sealflow([
      ...['submit', workflow, '--input', `application=${join(folder, 'application.json')}`],
      ...['--out', join(folder, 'result'), '--json', ...more],
    ]);
  const statement = () => ['--input', `statement=${join(folder, 'statement.txt')}`];
  const trusted = () => ['--trust', suite().stack.installation.trustPath];

  describe('a run from the command line', () => {
    it('does not begin without all inputs, for another plan, or with a time that is none', async () => {
      const missing = await submit(...trusted());
      expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('missing statement')]);
      const other = await submit(...statement(), ...trusted(), '--plan', `sha256:${'0'.repeat(64)}`);
      expect([other.code, other.err]).toEqual([4, expect.stringContaining('nothing was sent')]);
      const never = await submit(...statement(), ...trusted(), '--deadline', '0');
      expect([never.code, never.err]).toEqual([2, expect.stringContaining('--deadline 0: expected 1 to')]);
    });

    it('is sealed to nobody whose hardware the trust file refuses', async () => {
      const refused = await submit(...statement());
      expect(refused.code).not.toBe(0);
      expect(refused.err).toMatch(/EVIDENCE_REFUSED|PLAN/);
      expect(readdirSync(folder)).not.toContain('result');
    });

    it('ends with its opened outputs and a bundle that anybody verifies', async () => {
      const { code, out, err } = await submit(...statement(), ...trusted());
      expect([code, err]).toEqual([0, '']);
      const made = JSON.parse(out) as {
        run: { name: string; state: string };
        plan: { digest: string };
        outputs: Record<string, unknown>;
        bundle: { path: string; outcome: string; simulated: boolean };
      };
      expect(made.run.state).toBe('SUCCEEDED');
      expect(made.outputs).toEqual({ decision: 'approve', proved: 'approve' });
      expect(made.bundle).toMatchObject({ outcome: 'verified', simulated: true });
      expect(statSync(made.bundle.path).mode & 0o777).toBe(0o600);
      const run = made.run.name.split('/').at(-1);
      const written = JSON.parse(
        readFileSync(join(folder, 'result', `${run}.proved.json`), 'utf8'),
      ) as unknown;
      expect(written).toBe('approve');
      expect((await sealflow(['verify', made.bundle.path, ...trusted()])).code).toBe(0);
      const planned = await submit(...statement(), ...trusted(), '--plan', made.plan.digest);
      expect(planned.code).toBe(0);
    });
  });
}
