import { describe, expect, it } from 'vitest';
import { toBase64 } from '#canonical';
import { exitCode, UsageError } from '../output/failure.js';
import { mandateCommand } from './ledger-mandate.js';

const key = toBase64(new Uint8Array(32).fill(7));
const limits = ['--budget', '100', '--per-call', '40', '--per-day', '90', '--out', '/nowhere/agent'];
const granted = ['grant', 'shop', 'alice', 'agent-7'];

/** Refused before anybody is called: no stack runs here. */
async function refusal(args: readonly string[]): Promise<UsageError> {
  try {
    await mandateCommand().parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The flags of a grant, with one of them changed. */
function withFlag(name: string, value: string): readonly string[] {
  const at = limits.indexOf(name);
  return at < 0 ? [...limits, name, value] : limits.with(at + 1, value);
}

describe('a mandate that the command line names', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['whom it may pay', [...granted, ...limits], /--payee .* or else --any-payee/],
    [
      'one of two answers to whom it may pay',
      [...granted, ...limits, '--payee', 'bob', '--any-payee'],
      /--payee .* or else --any-payee/,
    ],
    ...['--budget', '--per-call', '--per-day'].flatMap((flag) =>
      ['0', '-5', '1.5', '1e3', 'all', `${2n ** 59n}`].map((value): [string, readonly string[], RegExp] => [
        `an amount for ${flag}, not ${value}`,
        [...granted, ...withFlag(flag, value), '--any-payee'],
        new RegExp(`${flag}: expected a whole number of minor units from 1 to `),
      ]),
    ),
    [
      'a time that is to come',
      [...granted, ...withFlag('--until', '2020-01-01T00:00:00.000Z'), '--any-payee'],
      /--until: expected a time that has not passed/,
    ],
    ['a time', [...granted, ...withFlag('--until', 'tomorrow'), '--any-payee'], /--until: /],
    [
      'operations that can be delegated',
      [...granted, ...withFlag('--ops', 'transfer,close'), '--any-payee'],
      /--ops: expected one or more of transfer, reserve/,
    ],
    ['an operation', [...granted, ...withFlag('--ops', ''), '--any-payee'], /--ops: expected one or more/],
    ['an amount to pay', ['pay', '/nowhere/agent', 'bob', '0'], /amount: expected a whole number/],
    ['a folder of an agent', ['pay', '/nowhere/agent', 'bob', '1'], /ledger mandate grant/],
    [
      'a key as closer',
      ['reserve', '/nowhere/agent', 'bob', '1', '--closer', 'bob'],
      /--closer: expected an Ed25519/,
    ],
    [
      'a folder of an agent for a reservation',
      ['reserve', '/nowhere/agent', 'bob', '1', '--closer', key],
      /ledger mandate grant/,
    ],
  ])('is asked for %s', async (_what, args, message) => {
    expect(await refusal(args)).toMatchObject({
      code: exitCode.usage,
      message: expect.stringMatching(message),
    });
  });
});
