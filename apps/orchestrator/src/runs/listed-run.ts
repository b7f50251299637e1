import { getTableColumns } from 'drizzle-orm';
import { runs } from '../database/schema.js';

/** A run in a list: what it was begun with is most of its row, and no list shows it. */
export type ListedRun = Omit<
  typeof runs.$inferSelect,
  'inputs' | 'offers' | 'clientSealKey' | 'clientSignKey'
>;

const {
  inputs: _inputs,
  offers: _offers,
  clientSealKey: _sealKey,
  clientSignKey: _signKey,
  ...columns
} = getTableColumns(runs);

export const listedColumns = columns;
