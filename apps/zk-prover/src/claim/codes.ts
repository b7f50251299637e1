// SPDX-License-Identifier: GPL-3.0
import { StatementError } from '../circuit/statement-error.js';

/** HCPCS level II: a letter and four digits, as 40 bits of ASCII. */
export function parseCode(text: string, where: string): bigint {
  if (/^[A-Z][0-9]{4}$/.test(text)) return ascii(text);
  throw new StatementError('VALUE_OUT_OF_RANGE', `${where}: expected a letter and four digits`);
}

/** ICD-10-CM, at most four codes of at most seven characters: 56 bits each, in the order given. */
export function packDiagnoses(codes: readonly string[]): bigint {
  if (codes.length > 4) {
    throw new StatementError('VALUE_OUT_OF_RANGE', `diagnoses: expected at most 4, got ${codes.length}`);
  }
  return codes.reduce((sum, code, index) => {
    const text = code.replace('.', '');
    if (!/^[A-Z][0-9][0-9A-Z]{1,5}$/.test(text))
      throw new StatementError('VALUE_OUT_OF_RANGE', `diagnoses[${index}]: expected an ICD-10-CM code`);
    return sum + (ascii(text) << BigInt(56 * index));
  }, 0n);
}

function ascii(text: string): bigint {
  return BigInt(`0x${Buffer.from(text, 'latin1').toString('hex')}`);
}
