import { randomBytes } from 'node:crypto';
import { type JsonObject, toJson } from '#canonical';
import { signIntent } from '#client';
import {
  type Applicant,
  decisionOf,
  demoCase,
  findApplicant,
  generateStatement,
  scoreApplicant,
  seededRandom,
} from '#samples';
import { type Borrower, type Parties, POOL_ACCOUNT } from './parties.js';

export type ApplicationName = keyof Parties['borrowers'];

/** One application as its applicant holds it: everything here is secret until it is sealed. */
export interface Application {
  readonly name: ApplicationName;
  readonly title: string;
  readonly applicant: Applicant;
  /** Points by the plain scorecard; the circuit must come to the same. */
  readonly score: number;
  readonly statement: string;
  readonly requestedCents: bigint;
  readonly borrower: Borrower;
  readonly intent: JsonObject;
  /** Strings that must appear nowhere but at the applicant and inside the enclaves. */
  readonly canaries: readonly string[];
}

const INTENT_LIFETIME_MS = 3_600_000;
const salaried = { employment: 'salaried', incomeBand: 2 } as const;

/** The four applications of the demo, in the order in which they arrive. */
export function makeApplications(parties: Parties, nowMs: number): Application[] {
  const approve = demoCase('approve');
  const decline = demoCase('decline');
  const review = demoCase('review');
  // Wants more than the pool has left, although the scorecard would grant it.
  const rich = findApplicant(
    'demo/overdraw/applicant',
    (applicant) => scoreApplicant(applicant) >= 680 && applicant.employment !== 'A71',
  );
  const cases = [
    {
      name: 'approved',
      title: 'approved and settled',
      applicant: approve.applicant,
      statement: approve.statement,
      requestedCents: 209_600n,
    },
    {
      name: 'declined',
      title: 'declined, nothing moves',
      applicant: decline.applicant,
      statement: decline.statement,
      requestedCents: 150_000n,
    },
    {
      name: 'reviewed',
      title: 'between the bands: waits for a person',
      applicant: review.applicant,
      statement: review.statement,
      requestedCents: 120_000n,
    },
    {
      name: 'overdrawn',
      title: 'asks for more than the pool holds',
      applicant: rich,
      statement: generateStatement(seededRandom('demo/overdraw/statement'), salaried),
      requestedCents: 900_000n,
    },
  ] as const;
  return cases.map((entry) => {
    const borrower = parties.borrowers[entry.name];
    const canary = `CANARY-${randomBytes(9).toString('hex')}`;
    const intentId = new Uint8Array(randomBytes(16));
    return {
      ...entry,
      score: scoreApplicant(entry.applicant),
      statement: `${entry.statement}\nReference ${canary}\n`,
      borrower,
      intent: signIntent(
        {
          ledger: parties.ledger,
          intentId,
          from: POOL_ACCOUNT,
          to: borrower.account,
          amountCents: entry.requestedCents,
          notAfterMs: nowMs + INTENT_LIFETIME_MS,
        },
        borrower.seed,
      ),
      // A line of the statement itself: something that was not planted to be found.
      canaries: [canary, longestLine(entry.statement)],
    };
  });
}

function longestLine(text: string): string {
  return text
    .split('\n')
    .reduce((longest, line) => (line.length > longest.length ? line : longest), '')
    .trim();
}

/** The run's inputs, each committed and sealed on its own. */
export function inputsOf(
  application: Application,
): Record<'application' | 'statement' | 'intent', ReturnType<typeof toJson>> {
  return {
    application: toJson(application.applicant),
    statement: application.statement,
    intent: application.intent,
  };
}

export function expectedDecision(application: Application): string {
  return decisionOf(application.score);
}
