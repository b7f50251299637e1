import { describe, expect, it } from 'vitest';
import { isJsonObject } from '#canonical';
import { boot, flip, judge, type Machine, roots } from '../machine.fixture.js';
import { vendorTrustRoots } from './trust-roots.js';

/** As if the simulated roots were a vendor's: then no finding hides behind `simulated`. */
const genuine = { ...vendorTrustRoots, intel: roots.simulatedCpu, nvidia: roots.simulatedGpu };

describe('the attestation result', () => {
  const good = boot({ gpus: 1 });
  const cases: readonly [string, Machine, string, object][] = [
    ['a bad evidence signature', { ...good, quote: flip(good.quote, 48) }, 'cpu0', { hardware: 99 }],
    ['a debug guest', boot({ td: { debug: true } }), 'cpu0', { 'runtime-opaque': 96 }],
    ['an unknown measurement', boot({ td: { mrtd: 'cc'.repeat(48) } }), 'cpu0', { executables: 33 }],
    ['a guest open to page faults', boot({ td: { septVeDisable: false } }), 'cpu0', { configuration: 32 }],
    ['hardware whose revocation is unknown', good, 'cpu0', { hardware: 32, executables: 2 }],
    ['a GPU without reference manifest', good, 'gpu0', { hardware: 32, executables: 33 }],
    ['a quote that cannot be read', { ...good, quote: new Uint8Array(9) }, 'cpu0', {}],
  ];

  it.each(cases)('grades %s', (_name, machine, device, vector) => {
    expect(judge(machine, { roots: genuine }).ear).toMatchObject({
      eat_profile: 'tag:ietf.org,2026:rats/ear#03',
      submods: { [device]: { ear_status: 'contraindicated', ear_trustworthiness_vector: vector } },
    });
  });

  it('keeps simulated hardware at 97 when a signature is bad as well', () => {
    const { ear } = judge({ ...good, quote: flip(good.quote, 48) });
    expect(ear).toMatchObject({ submods: { cpu0: { ear_trustworthiness_vector: { hardware: 97 } } } });
  });

  it('has one submodule for each device', () => {
    const { ear } = judge(boot({ gpus: 2 }));
    const submodules = isJsonObject(ear) ? ear['submods'] : null;
    expect(Object.keys(submodules ?? {})).toEqual(['cpu0', 'gpu0', 'gpu1']);
  });
});
