import { customType, pgSchema, timestamp } from 'drizzle-orm/pg-core';

/**
 * Everything the orchestrator knows. No column holds a payload or a key that opens one: inputs and outputs are
 * envelopes or ciphertexts in `blobs`, and the journal names them by digest.
 */
export const sealflow = pgSchema('sealflow');

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
