// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import { readPoolConfig } from './pool-config.js';

const digest = `sha256:${'a'.repeat(64)}`;

describe('readPoolConfig', () => {
  it.each([
    [{ SEALFLOW_PROVER_PROCESSES: '0' }, 'SEALFLOW_PROVER_PROCESSES: expected 1 to 64, got 0'],
    [{ SEALFLOW_PROVER_MEMORY_MIB: '1e9' }, 'SEALFLOW_PROVER_MEMORY_MIB: expected 128 to 262144, got 1e9'],
    [{ SEALFLOW_PROVER_THREADS: '2' }, 'SEALFLOW_PROVER_THREADS: expected one or each-core, got 2'],
    [{ SEALFLOW_PROVER_EXEC: 'prover', SEALFLOW_PROVER_EXEC_DIGEST: digest }, 'expected the absolute path'],
    [{ SEALFLOW_PROVER_EXEC: '/opt/prover' }, 'SEALFLOW_PROVER_EXEC_DIGEST: expected sha256:'],
    [{ SEALFLOW_PROVER_EXEC_DIGEST: digest }, 'SEALFLOW_PROVER_EXEC: expected'],
    [
      { SEALFLOW_PROVER_EXEC: '/opt/prover', SEALFLOW_PROVER_EXEC_DIGEST: 'SHA256:x' },
      'which will see every witness',
    ],
  ])('refuses %j', (environment, text) => {
    expect(() => readPoolConfig(environment)).toThrow(text);
  });

  it('proves with snarkjs in one child unless told', () => {
    expect(readPoolConfig({})).toMatchObject({
      backend: { name: 'groth16-snarkjs' },
      processes: 1,
      memoryMiBMax: 1_024,
    });
  });

  it("takes an operator's program by path and digest, under the same memory limit", () => {
    const environment = {
      SEALFLOW_PROVER_EXEC: '/opt/prover',
      SEALFLOW_PROVER_EXEC_DIGEST: digest,
      SEALFLOW_PROVER_MEMORY_MIB: '4096',
    };
    expect(readPoolConfig(environment).backend).toEqual({
      name: 'groth16-exec',
      path: '/opt/prover',
      digest,
      rssMiBMax: 4_096,
    });
  });
});
