import { describe, expect, it } from 'vitest';
import { readMachine } from './machine.js';

describe('what is shown of a machine', () => {
  it.each([undefined, null, 'text'])('is that nobody looked, for %s', (value) => {
    expect(readMachine(value)).toBeNull();
  });

  it.each(['MACHINE_LEVEL_NONE', 'MACHINE_LEVEL_BETTER', 'ATTESTED', undefined])(
    'is never good for the level %s',
    (level) => {
      expect(readMachine({ level })?.level).toBe('NONE');
    },
  );

  it('says of what is left out that it is not known', () => {
    expect(readMachine({ level: 'MACHINE_LEVEL_SIMULATED' })).toEqual({
      level: 'SIMULATED',
      platform: '',
      tcbStatus: '',
      tcbTime: undefined,
      collateralTime: undefined,
      evidenceTime: undefined,
      advisories: [],
      reasons: [],
      firmware: [],
    });
  });
});
