import type { SeededRandom } from '../random.js';
import { type Booking, calendarMonth, type Period } from './booking.js';
import { list } from './wording.js';

/** What a bank prints around the bookings. */
export interface StatementHead {
  readonly holder: string;
  readonly iban: string;
  readonly period: Period;
  readonly openingCents: number;
  readonly closingCents: number;
}

/** How one bank prints a statement. */
export interface Layout {
  head(head: StatementHead): string[];
  monthHead(period: Period, month: number): string[];
  line(booking: Booking, balanceCents: number, period: Period): string;
  foot(head: StatementHead): string[];
}

const banks = list(
  'Sparbank Musterstadt|Example Savings Bank|Kontor Bank Specimen|Sample Union Bank|Hansa Muster Bank',
);

export function drawLayout(rng: SeededRandom): Layout {
  const bank = rng.pick(banks);
  const shout = rng.chance(0.3);
  const layout = rng.pick([signedColumns, debitCredit, trailingSign, narrative])(bank);
  if (!shout) return layout;
  return { ...layout, line: (...args) => layout.line(...args).toUpperCase() };
}

/** `03.04.2024  Supermarket Mitte  -23.40  1,204.11` */
function signedColumns(bank: string): Layout {
  return {
    head: ({ holder, iban, period, openingCents }) => [
      `${bank} - account statement (specimen, synthetic data)`,
      `Account holder: ${holder}`,
      `IBAN: ${iban}   Currency: EUR`,
      `Period: ${periodText(period)}`,
      'Date Booking Amount Balance',
      `Balance brought forward ${english(openingCents)}`,
    ],
    monthHead: () => [],
    line: ({ cents, text, ...when }, balanceCents, period) =>
      `${numericDate(period, when, '.')}  ${text}  ${cents < 0 ? '-' : '+'}${english(Math.abs(cents))}  ${english(balanceCents)}`,
    foot: ({ closingCents }) => [
      `Balance carried forward ${english(closingCents)}`,
      'Please check all entries.',
    ],
  };
}

/** `2024-04-03 | Supermarket Mitte | 23.40 DR` */
function debitCredit(bank: string): Layout {
  return {
    head: ({ holder, iban, period, openingCents }) => [
      `STATEMENT OF ACCOUNT | ${bank} | SPECIMEN`,
      `${holder} | ${iban}`,
      `${periodText(period)} | opening balance ${plain(openingCents)} EUR`,
    ],
    monthHead: (period, month) => {
      const { name, year } = calendarMonth(period, month);
      return ['', `== ${name} ${year} ==`];
    },
    line: ({ cents, text, ...when }, _balance, period) =>
      `${isoDate(period, when)} | ${text} | ${plain(Math.abs(cents))} ${cents < 0 ? 'DR' : 'CR'}`,
    foot: ({ closingCents }) => ['', `closing balance ${plain(closingCents)} EUR | DR debit, CR credit`],
  };
}

/** `03/04 Supermarket Mitte 23,40-` with a decimal comma. */
function trailingSign(bank: string): Layout {
  return {
    head: ({ holder, iban, period, openingCents }) => [
      `${bank}`,
      'Statement of bookings - synthetic specimen, not a bank document',
      `for ${holder}, account ${iban}`,
      `${periodText(period)}; old balance ${german(openingCents)}`,
    ],
    monthHead: (period, month) => [`-- ${calendarMonth(period, month).name} --`],
    line: ({ cents, text, ...when }, _balance, period) =>
      `${numericDate(period, when, '/').slice(0, 5)} ${text} ${german(Math.abs(cents))}${cents < 0 ? '-' : '+'}`,
    foot: ({ closingCents }) => [`new balance ${german(closingCents)}`],
  };
}

/** `On 3 April EUR 23.40 was paid to: Supermarket Mitte` */
function narrative(bank: string): Layout {
  return {
    head: ({ holder, iban, period, openingCents }) => [
      `Dear ${holder},`,
      `here are the movements of your account ${iban} at ${bank} for ${periodText(period)} (synthetic specimen).`,
      `You started with EUR ${english(openingCents)}.`,
    ],
    monthHead: () => [''],
    line: ({ cents, text, month, day }, _balance, period) => {
      const date = `${day} ${calendarMonth(period, month).name.slice(0, 3)}`;
      const amount = `EUR ${english(Math.abs(cents))}`;
      return cents < 0 ? `${date}: paid ${amount} for ${text}.` : `${date}: received ${amount}, ${text}.`;
    },
    foot: ({ closingCents }) => ['', `This leaves EUR ${english(closingCents)}.`],
  };
}

type When = Pick<Booking, 'month' | 'day'>;

function periodText(period: Period): string {
  const from = calendarMonth(period, 0);
  const to = calendarMonth(period, 2);
  return `${from.name} ${from.year} to ${to.name} ${to.year}`;
}

function isoDate(period: Period, { month, day }: When): string {
  const at = calendarMonth(period, month);
  return `${at.year}-${two(at.month + 1)}-${two(day)}`;
}

function numericDate(period: Period, { month, day }: When, separator: string): string {
  const at = calendarMonth(period, month);
  return [two(day), two(at.month + 1), String(at.year)].join(separator);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function plain(cents: number): string {
  return (cents / 100).toFixed(2);
}

function english(cents: number): string {
  return plain(cents).replace(/\B(?=(\d{3})+\.)/g, ',');
}

function german(cents: number): string {
  return plain(cents)
    .replace('.', ',')
    .replace(/\B(?=(\d{3})+,)/g, '.');
}
