import { and, not, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Comparison, FieldTypes, Filter } from './filter.js';

export type Columns = Readonly<Record<string, SQLWrapper>>;

const operators = {
  '=': sql.raw('='),
  '!=': sql.raw('is distinct from'),
  '<': sql.raw('<'),
  '<=': sql.raw('<='),
  '>': sql.raw('>'),
  '>=': sql.raw('>='),
} as const;

/** The condition of a filter. Values go as parameters; names and operators come from here alone. */
export function filterSql(filter: Filter | null, fields: FieldTypes, columns: Columns): SQL | undefined {
  if (filter === null) return undefined;
  switch (filter.kind) {
    case 'all':
      return and(...filter.of.map((part) => filterSql(part, fields, columns)));
    case 'any':
      return or(...filter.of.map((part) => filterSql(part, fields, columns)));
    case 'not': {
      const inner = filterSql(filter.of, fields, columns);
      return inner === undefined ? undefined : not(inner);
    }
    case 'compare':
      return comparisonSql(filter, fields, columns);
  }
}

/**
 * Never null, so that NOT means the same as in memory. The column of a comparison stands alone wherever it can: an index
 * knows a column, and not what `coalesce` makes of it.
 */
function comparisonSql(comparison: Comparison, fields: FieldTypes, columns: Columns): SQL {
  const { field, operator, value, begins } = comparison;
  const column = columns[field];
  const type = fields[field];
  if (column === undefined || type === undefined || operator === ':')
    throw new RangeError(`no column for ${field} ${operator}`);
  if (type.type === 'text' || type.type === 'enum') {
    if (!begins && operator === '=' && value !== '')
      return sql`(${column} is not null and ${column} = ${value})`;
    const text = sql`coalesce(${column}, '')`;
    if (!begins) return sql`${text} ${operators[operator]} ${value}`;
    const starts = sql`starts_with(${text}, ${value})`;
    return operator === '=' ? starts : sql`not ${starts}`;
  }
  const operand =
    type.type === 'time' ? sql`${new Date(Number(value)).toISOString()}::timestamptz` : sql`${value}`;
  if (operator === '!=') return sql`${column} is distinct from ${operand}`;
  return sql`(${column} is not null and ${column} ${operators[operator]} ${operand})`;
}
