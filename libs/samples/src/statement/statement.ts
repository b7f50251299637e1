import type { SeededRandom } from '../random.js';
import { type Booking, type Period, statementMonths } from './booking.js';
import { incomeBookings } from './income.js';
import { drawLayout, type Layout, type StatementHead } from './layout.js';
import type { StatementProfile } from './profile.js';
import { everydayBooking, standingOrders, windfalls } from './spending.js';
import { personName, roughen, syntheticIban } from './wording.js';

/**
 * The text of an invented bank statement over three months, about 600 words of English with one booking a
 * line. Wording, dates, number formats and the bank's layout are drawn; the profile decides the income.
 */
export function generateStatement(rng: SeededRandom, profile: StatementProfile): string {
  const period: Period = { year: rng.integer(2022, 2025), firstMonth: rng.integer(0, 11) };
  const layout = drawLayout(rng);
  const bookings = [...incomeBookings(profile, period, rng), ...windfalls(rng)];
  fillUp(bookings, layout, profile, period, rng);
  bookings.sort((a, b) => a.month - b.month || a.day - b.day);
  const openingCents = rng.integer(-30_000, 450_000);
  const head: StatementHead = {
    holder: profile.holder ?? personName(rng),
    iban: syntheticIban(rng),
    period,
    openingCents,
    closingCents: bookings.reduce((sum, { cents }) => sum + cents, openingCents),
  };
  return [...layout.head(head), ...bodyLines(bookings, layout, head, rng), ...layout.foot(head)].join('\n');
}

/** Standing orders, and everyday payments, until the text has its length. */
function fillUp(
  bookings: Booking[],
  layout: Layout,
  profile: StatementProfile,
  period: Period,
  rng: SeededRandom,
): void {
  const wordsOf = (booking: Booking) => countWords(layout.line(booking, 0, period));
  const wordsWanted = profile.words ?? rng.integer(530, 640);
  let words = bookings.reduce((sum, booking) => sum + wordsOf(booking), 40);
  const orders = standingOrders(profile.incomeBand, rng);
  while (words < wordsWanted) {
    const added = orders.shift() ?? [everydayBooking(profile.incomeBand, rng)];
    bookings.push(...added);
    words += added.reduce((sum, booking) => sum + wordsOf(booking), 0);
  }
}

function bodyLines(
  bookings: readonly Booking[],
  layout: Layout,
  head: StatementHead,
  rng: SeededRandom,
): string[] {
  const lines: string[] = [];
  let balanceCents = head.openingCents;
  for (let month = 0; month < statementMonths; month += 1) {
    lines.push(...layout.monthHead(head.period, month));
    for (const booking of bookings.filter((each) => each.month === month)) {
      balanceCents += booking.cents;
      lines.push(roughen(layout.line(booking, balanceCents, head.period), rng));
    }
  }
  return lines;
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}
