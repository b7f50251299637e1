/** One line of an account before it is laid out. */
export interface Booking {
  /** 0-based month of the statement. */
  readonly month: number;
  /** 1..28, so that every month has it. */
  readonly day: number;
  readonly text: string;
  /** Signed cents: credits above zero. */
  readonly cents: number;
}

export const statementMonths = 3;

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export interface Period {
  readonly year: number;
  /** 0-based month of the year in which the statement begins. */
  readonly firstMonth: number;
}

/** Calendar month of a statement month. */
export function calendarMonth(period: Period, month: number): { year: number; month: number; name: string } {
  const index = period.firstMonth + month;
  const inYear = index % 12;
  return { year: period.year + Math.floor(index / 12), month: inYear, name: monthNames[inYear] ?? 'January' };
}
