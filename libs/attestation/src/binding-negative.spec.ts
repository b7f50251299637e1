/** Negative tests 39 and 40 of the attestation reference: bindings of another key, nonce or GPU, and replay. */
import { describe, expect, it } from 'vitest';
import { reportData } from './binding.js';
import { BindingMemory } from './binding-memory.js';
import { AT_MS, boot, failures, judge, nonce, pack, policy, random } from './machine.fixture.js';

describe('negative test 39', () => {
  const good = boot({ gpus: 2 });
  const other = boot({ gpus: 2 });
  const coco = { v: 'sealflow/binding/v1+coco' } as const;

  it('REPORT_DATA for another key', () => {
    expect(failures(judge({ ...boot(), quote: boot().quote }).checks)).toEqual(['BINDING_MISMATCH']);
  });

  it('REPORT_DATA for another nonce', () => {
    const asked = random(32);
    const quote = boot({ binding: { nonce: asked } }).quote;
    expect(failures(judge({ ...boot(), quote }).checks)).toEqual(['BINDING_MISMATCH']);
  });

  it('another GPU list: of another machine, in another order, one less, one more', () => {
    const { gpus } = good;
    const lists = [other.gpus, [...gpus].reverse(), gpus.slice(1), [...gpus, ...other.gpus.slice(0, 1)]];
    for (const list of lists) {
      expect(failures(judge({ ...good, gpus: list }).checks)).toContain('BINDING_MISMATCH');
    }
  });

  it('GPUs that answered another challenge', () => {
    const { checks } = judge(boot({ gpus: 1, gpuNonce: random(32) }));
    expect(failures(checks)).toEqual(['GPU_NONCE_MISMATCH']);
  });

  it('CoCo evidence under the v1 rule', () => {
    const source = boot({ binding: coco });
    const gpus = boot({ gpus: 1, gpuNonce: reportData(source.binding).subarray(0, 32) }).gpus;
    const relabelled = boot({ gpus: 1 });
    const { checks } = judge({ ...relabelled, gpus });
    expect(failures(checks)).toEqual(['BINDING_MISMATCH', 'GPU_NONCE_MISMATCH']);
  });

  it('CoCo evidence where the policy lists v1 alone, and v1 evidence where it lists CoCo alone', () => {
    expect(failures(judge(boot({ binding: coco })).checks)).toEqual(['BINDING_RULE_NOT_ALLOWED']);
    const lenient = { ...policy, bindingRules: [coco.v] };
    expect(failures(judge(boot(), { policy: lenient }).checks)).toEqual(['BINDING_RULE_NOT_ALLOWED']);
  });

  it('v1 evidence whose GPUs follow the CoCo rule is not tried under it', () => {
    const source = boot();
    const gpus = boot({ gpus: 1, gpuNonce: reportData(source.binding).subarray(0, 32) }).gpus;
    expect(failures(judge({ ...source, gpus }).checks)).toContain('GPU_NONCE_MISMATCH');
  });
});

describe('negative test 40', () => {
  function remembering(notAfterMs = AT_MS + 60_000): BindingMemory {
    const memory = new BindingMemory();
    memory.issue(nonce, notAfterMs);
    return memory;
  }

  it('a nonce is accepted once', () => {
    const memory = remembering();
    const evidence = pack(boot());
    expect(judge(evidence, { memory, expectedNonce: null }).accepted).toBe(true);
    const replayed = judge(evidence, { memory, expectedNonce: null });
    expect(failures(replayed.checks)).toEqual(['NONCE_REUSED']);
    const another = judge(boot(), { memory, expectedNonce: null });
    expect(failures(another.checks)).toEqual(['NONCE_REUSED']);
  });

  it('a nonce that several boots were asked is answered once by each, and by no more than were asked', () => {
    const memory = new BindingMemory();
    memory.issue(nonce, AT_MS + 60_000, 2);
    const at = (machine: ReturnType<typeof boot>) =>
      failures(judge(machine, { memory, expectedNonce: nonce }).checks);
    const [first, second, third] = [random(16), random(16), random(16)].map((bootId) =>
      boot({ binding: { bootId } }),
    ) as [ReturnType<typeof boot>, ReturnType<typeof boot>, ReturnType<typeof boot>];
    expect(at(first)).toEqual([]);
    expect(at(first)).toEqual(['NONCE_REUSED']);
    expect(at(second)).toEqual([]);
    expect(at(third)).toEqual(['NONCE_REUSED']);
  });

  it('an answer to another open challenge is no answer to this one, and uses neither up', () => {
    const memory = remembering();
    const other = random(32);
    memory.issue(other, AT_MS + 60_000);
    expect(failures(judge(boot(), { memory, expectedNonce: other }).checks)).toEqual(['NONCE_UNKNOWN']);
    expect(failures(judge(boot(), { memory, expectedNonce: nonce }).checks)).toEqual([]);
  });

  it('an expired nonce is an unknown one', () => {
    const { checks } = judge(boot(), { memory: remembering(AT_MS - 1), expectedNonce: null });
    expect(failures(checks)).toEqual(['NONCE_UNKNOWN']);
  });

  it('a nonce that was not issued is unknown, with and without memory', () => {
    const machine = boot({ binding: { nonce: random(32) } });
    expect(failures(judge(machine).checks)).toEqual(['NONCE_UNKNOWN']);
    expect(failures(judge(machine, { memory: remembering() }).checks)).toEqual(['NONCE_UNKNOWN']);
  });

  it('a refused answer uses its nonce up', () => {
    const memory = remembering();
    expect(judge(boot({ td: { debug: true } }), { memory }).accepted).toBe(false);
    expect(failures(judge(boot(), { memory }).checks)).toEqual(['NONCE_REUSED']);
  });

  it('an epoch never falls for one boot, and each boot has its own', () => {
    const memory = new BindingMemory();
    const bootId = random(16);
    const at = (epoch: number, id = bootId) => {
      const fresh = random(32);
      memory.issue(fresh, AT_MS + 60_000);
      const machine = boot({ binding: { nonce: fresh, bootId: id, epoch } });
      return failures(judge(machine, { memory, expectedNonce: null }).checks);
    };
    expect(at(4)).toEqual([]);
    expect(at(4)).toEqual([]);
    expect(at(3)).toEqual(['EPOCH_ROLLBACK']);
    expect(at(1, random(16))).toEqual([]);
    expect(at(5)).toEqual([]);
  });

  it('evidence that was refused raises no epoch', () => {
    const memory = new BindingMemory();
    const bootId = random(16);
    const first = random(32);
    memory.issue(first, AT_MS + 60_000);
    judge(boot({ binding: { nonce: first, bootId, epoch: 9 }, td: { debug: true } }), { memory });
    expect(memory.epochOf({ workerId: 'worker-1', bootId })).toBeNull();
  });
});
