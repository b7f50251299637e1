import { describe, expect, it } from 'vitest';
import { trapdoorKey } from '#proofs';
import { demoIssuer, demoNotes, type NotesLie, notesManifest } from '../testing/demo-notes.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { tampered } from '../testing/tamper.fixture.js';

const id = 'BND-LEDGER-011';

/** What rule 011 says of a batch on a ledger in zk-check. */
async function ruled(lie: NotesLie = {}, { allowDev = true, counts = true, withMoves = true } = {}) {
  const notes = demoNotes(lie);
  const { bytes: whole, trust } = demoRun({ workflow: 'ledger-batch', notes });
  const bytes = withMoves ? whole : tampered(whole, ({ blobs }) => delete blobs[notes.after.moves ?? '']);
  const manifests = counts ? [...trust.circuits.manifests, notesManifest] : trust.circuits.manifests;
  const judged = await judge(bytes, { ...trust, circuits: { ...trust.circuits, manifests, allowDev } });
  const checks = judged.verdict.stages.flatMap((stage) => stage.checks).filter((check) => check.id === id);
  return { ...judged, checks: checks.map(({ result, reason, title }) => ({ result, reason, title })) };
}

describe('what a batch of a ledger in zk-check did to notes', () => {
  it.each<[string, NotesLie, string]>([
    ['a mint that the issuer did not sign', { minter: seededRandom('another')(32) }, 'LEDGER_MINT_INVALID'],
    ['a burn that the issuer did not sign', { burner: seededRandom('another')(32) }, 'LEDGER_BURN_INVALID'],
    ['a proof under another key', { key: trapdoorKey(22n, 8) }, 'LEDGER_PROOF_INVALID'],
    ['a payment of another amount than is proven', { paid: 41n }, 'LEDGER_PROOF_INVALID'],
    ['moves of another version', { version: 3 }, 'LEDGER_MOVES_MALFORMED'],
    ['more notes than the moves made', { after: 4 }, 'LEDGER_NOTES_BROKEN'],
    ['fewer notes than the moves made', { after: 2 }, 'LEDGER_NOTES_BROKEN'],
  ])('is refused with %s', async (_what, lie, reason) => {
    const { exitCode, checks } = await ruled(lie);
    expect(exitCode).toBe(1);
    expect(checks.map((check) => check.reason)).toEqual([reason]);
  });

  it('is refused under a circuit, or with development keys, that the trust file does not count', async () => {
    for (const trusted of [{ counts: false }, { allowDev: false }]) {
      const { exitCode, checks } = await ruled({}, trusted);
      expect({ exitCode, reasons: checks.map(({ reason }) => reason) }).toEqual({
        exitCode: 1,
        reasons: ['LEDGER_PROOF_INVALID'],
      });
    }
  });

  it('is not verified without the moves', async () => {
    const { exitCode, checks } = await ruled({}, { withMoves: false });
    expect(exitCode).not.toBe(0);
    expect(checks.map(({ reason }) => reason)).toEqual(['LEDGER_MOVES_MISSING']);
  });

  it('verifies with what was proven and what was minted', async () => {
    const { exitCode, checks, verdict } = await ruled();
    expect({ exitCode, checks }).toEqual({
      exitCode: 0,
      checks: [
        {
          ...{ result: 'pass', reason: null },
          title: 'batch.authorize: 1 proofs of transfers and 1 mints of notes',
        },
      ],
    });
    expect(verdict.notProven.join('\n')).toContain('batch.authorize');
  });

  it('says how much of it left the ledger', async () => {
    const { exitCode, checks } = await ruled({ burner: demoIssuer });
    expect({ exitCode, titles: checks.map(({ title }) => title) }).toEqual({
      exitCode: 0,
      titles: [
        'batch.authorize: 2 proofs of transfers, 1 of them of what left the ledger, and 1 mints of notes',
      ],
    });
  });

  it('says so where no note moved', async () => {
    const { exitCode, checks } = await ruled({ still: true });
    expect({ exitCode, titles: checks.map(({ title }) => title) }).toEqual({
      exitCode: 0,
      titles: ['batch.authorize: no note moved'],
    });
  });
});
