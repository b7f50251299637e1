import type { SeededRandom } from '../random.js';
import { type Booking, calendarMonth, type Period, statementMonths } from './booking.js';
import { incomeBandBounds, type StatementProfile } from './profile.js';
import { firmName, list, personName, reference } from './wording.js';

/**
 * Income of the whole statement. Its monthly average lies in the band of the profile; how it is split over
 * payers, dates and wordings is drawn.
 */
export function incomeBookings(profile: StatementProfile, period: Period, rng: SeededRandom): Booking[] {
  const averageCents = drawAverageCents(profile, rng);
  switch (profile.employment) {
    case 'salaried':
      return salaried(averageCents, period, rng);
    case 'self-employed':
      return selfEmployed(averageCents, period, rng);
    case 'unemployed':
      // Savings, or a family that pays the bills elsewhere.
      if (profile.incomeBand === 0 && rng.chance(0.15)) return [];
      return rng.chance(0.3)
        ? recentlyUnemployed(averageCents, period, rng)
        : withoutWork('unemployed', averageCents, rng);
    default:
      return withoutWork(profile.employment, averageCents, rng);
  }
}

/** Nobody works, or is supported, for less. */
const leastEuro = 450;

/** Log-uniform inside the band, so that no band is crowded at its upper end. */
function drawAverageCents(profile: StatementProfile, rng: SeededRandom): number {
  const [from, below] = incomeBandBounds[profile.incomeBand] ?? [0, 0];
  const low = Math.log(Math.max(from * 1.02, leastEuro));
  const high = Math.log(below * 0.98);
  return Math.round(100 * Math.exp(low + (high - low) * rng.float()));
}

const payWords = list(
  'Salary|Wages|Payroll|Monthly pay|Net pay|Remuneration|Earnings|Staff pay run|Salary payment|Wage transfer',
  'Pay slip|Credit transfer salary|Payroll credit|Basic pay|Employee remuneration|Hourly wages|Net salary|Pay',
);

function salaried(averageCents: number, period: Period, rng: SeededRandom): Booking[] {
  const extras = rng.chance(0.3) ? [childBenefit(rng)] : [];
  if (rng.chance(0.1)) {
    const word = rng.pick(list('Mini job|Weekend job wages|Second job pay|Evening shifts pay'));
    extras.push(stream(`${word} ${firmName(rng)}`, rng.integer(120, 450) * 100));
  }
  const fitting = extras.filter((extra) => extra.centsPerMonth < averageCents * 0.45);
  const payCents = averageCents - fitting.reduce((sum, extra) => sum + extra.centsPerMonth, 0);
  return [...pay(payCents, [0, 1, 2], period, rng), ...fitting.flatMap((extra) => monthly(extra, rng))];
}

/** The wages of one employer in the given months, by the month, the fortnight or the week. */
function pay(centsPerMonth: number, months: readonly number[], period: Period, rng: SeededRandom): Booking[] {
  const employer = firmName(rng);
  const word = rng.pick(payWords);
  const paysOfMonth = rng.weighted([
    [1, 75],
    [2, 13],
    [4, 12],
  ] as const);
  const firstDay = paysOfMonth === 1 ? rng.pick([1, 15, 24, 25, 26, 27, 28]) : rng.integer(1, 6);
  const tail = rng.pick(['month', 'reference', 'number', 'none'] as const);
  const employerFirst = rng.chance(0.4);
  const shares = unevenShares(months.length * paysOfMonth, 0.05, rng);
  return shares.map((share, index) => {
    const month = months[Math.floor(index / paysOfMonth)] ?? 0;
    const day = firstDay + (index % paysOfMonth) * Math.floor(28 / paysOfMonth);
    const note = {
      month: calendarMonth(period, month).name,
      number: `staff no ${rng.integer(100, 9999)}`,
      reference: reference(rng),
      none: '',
    }[tail];
    const text = employerFirst ? `${employer} ${word} ${note}` : `${word} ${employer} ${note}`;
    return {
      month,
      day: Math.min(day, 28),
      text: text.trim(),
      cents: Math.round(share * centsPerMonth * months.length),
    };
  });
}

const tradeWords = list(
  'Invoice|Invoice payment|Our invoice no|Fee for services|Project instalment|Consulting fee|Design work',
  'Payment for order|Card takings settlement|Commission statement|Repair job|Freelance assignment|Course fee',
  'Translation job|Catering order|Photography shoot|Customer payment|Workshop takings|Royalty and licence fee',
);

function selfEmployed(averageCents: number, period: Period, rng: SeededRandom): Booking[] {
  const benefit = rng.chance(0.2) ? [childBenefit(rng)] : [];
  const extras = benefit.filter((extra) => extra.centsPerMonth < averageCents * 0.45);
  const tradeCents = averageCents - extras.reduce((sum, extra) => sum + extra.centsPerMonth, 0);
  const words = [rng.pick(tradeWords), rng.pick(tradeWords)];
  const regulars = [firmName(rng), firmName(rng), personName(rng)];
  const months = Array.from({ length: statementMonths }, () => rng.integer(2, 6));
  const slots = months.flatMap((count, month) => Array.from({ length: count }, () => month));
  const shares = unevenShares(slots.length, 0.6, rng);
  const payments = slots.map((month, index) => {
    const { year } = calendarMonth(period, month);
    const number = rng.chance(0.5) ? `${year}-${rng.integer(10, 399)}` : reference(rng);
    const customer = rng.chance(0.6) ? rng.pick(regulars) : rng.pick([firmName(rng), personName(rng)]);
    const cents = Math.round((shares[index] ?? 0) * tradeCents * statementMonths);
    return { month, day: rng.integer(1, 28), text: `${rng.pick(words)} ${number} ${customer}`, cents };
  });
  return [...payments, ...extras.flatMap((extra) => monthly(extra, rng))];
}

/** One last pay in the first month, benefits after it: pay is in the text, and yet not regular. */
function recentlyUnemployed(averageCents: number, period: Period, rng: SeededRandom): Booking[] {
  const lastPayCents = Math.round(averageCents * (1.1 + 0.5 * rng.float()));
  const benefitCents = Math.round((averageCents * statementMonths - lastPayCents) / 2);
  const benefit = stream(rng.pick(sources.unemployed), benefitCents);
  return [...pay(lastPayCents, [0], period, rng), ...monthly(benefit, rng).slice(1)];
}

const sources = {
  unemployed: list(
    'Employment Agency unemployment benefit|Jobcentre standard allowance|Job centre basic income support',
    'Unemployment insurance benefit|Federal Employment Agency ALG|Jobseeker benefit transfer|Citizen benefit',
  ),
  retired: list(
    'Pension Insurance old age pension|State pension|Retirement pension federal|Company pension fund',
    'Pension payment service|Widow pension|Occupational pension scheme|Pension monthly',
  ),
  student: list(
    'Student grant office|Federal training assistance|Scholarship foundation|Student finance grant',
    'Maintenance from parents|Monthly support from family|Study support stipend',
  ),
  means: list(
    'Annuity payment life cover|Rental income flat|Rent received garage and flat|Private pension annuity',
    'Maintenance from former spouse|Trust distribution|Dividend and interest payout|Lease income farmland',
  ),
  topUp: list('Housing benefit city|Care allowance|Rent supplement|Parental allowance|Disability allowance'),
} as const;

function withoutWork(
  status: 'unemployed' | 'retired' | 'student',
  averageCents: number,
  rng: SeededRandom,
): Booking[] {
  // A benefit has a ceiling; whoever lives on more without work has means besides.
  const ceilingCents = { unemployed: 165_000, retired: 260_000, student: 105_000 }[status];
  const mainCents = Math.min(Math.round(averageCents * (0.6 + 0.4 * rng.float())), ceilingCents);
  const streams = [stream(rng.pick(sources[status]), mainCents)];
  const restCents = averageCents - mainCents;
  if (restCents > 60_000) streams.push(stream(`${rng.pick(sources.means)} ${personName(rng)}`, restCents));
  else if (restCents > 2_000) streams.push(stream(rng.pick(sources.topUp), restCents));
  return streams.flatMap((each) => monthly(each, rng));
}

interface Stream {
  readonly text: string;
  readonly centsPerMonth: number;
  readonly day?: number;
}

function stream(text: string, centsPerMonth: number): Stream {
  return { text, centsPerMonth };
}

function childBenefit(rng: SeededRandom): Stream {
  const word = rng.pick(
    list('Child benefit|Family benefits office child benefit|Child allowance|Family allowance'),
  );
  return stream(word, rng.pick([25_000, 50_000, 75_000]));
}

function monthly({ text, centsPerMonth }: Stream, rng: SeededRandom): Booking[] {
  const day = rng.integer(1, 28);
  const suffix = rng.chance(0.5) ? ` ${reference(rng)}` : '';
  return Array.from({ length: statementMonths }, (_, month) => ({
    month,
    day,
    text: text + suffix,
    cents: centsPerMonth,
  }));
}

/** Shares that sum to one, each off the even share by at most the given part. */
function unevenShares(count: number, spread: number, rng: SeededRandom): number[] {
  const weights = Array.from({ length: count }, () => 1 + spread * (2 * rng.float() - 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
