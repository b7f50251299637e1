// SPDX-License-Identifier: GPL-3.0
import { isAbsolute } from 'node:path';
import type { BackendSpec, SnarkjsThreads } from '../backends/backend.js';
import type { ProverPoolOptions } from './prover-pool.js';

export type PoolConfig = Pick<
  ProverPoolOptions,
  'backend' | 'processes' | 'queueMax' | 'deadlineMs' | 'memoryMiBMax' | 'rssMiBMax' | 'constraintsMax'
>;

/** @throws Error that names the variable, what it expects and what it got */
export function readPoolConfig(environment: NodeJS.ProcessEnv): PoolConfig {
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const text = environment[name];
    if (text === undefined) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new Error(`${name}: expected ${min} to ${max}, got ${text.slice(0, 40)}`);
  };
  const memoryMiBMax = integer('SEALFLOW_PROVER_MEMORY_MIB', 1_024, 128, 262_144);
  return {
    backend: readBackend(environment, memoryMiBMax),
    processes: integer('SEALFLOW_PROVER_PROCESSES', 1, 1, 64),
    queueMax: integer('SEALFLOW_PROVER_QUEUE', 64, 0, 10_000),
    deadlineMs: integer('SEALFLOW_PROVER_DEADLINE_MS', 60_000, 100, 86_400_000),
    constraintsMax: integer('SEALFLOW_PROVER_CONSTRAINTS', 1 << 18, 1, 1 << 28),
    memoryMiBMax,
    // A child that a large circuit has grown is replaced at half of what it may take.
    rssMiBMax: Math.ceil(memoryMiBMax / 2),
  };
}

function readBackend(environment: NodeJS.ProcessEnv, rssMiBMax: number): BackendSpec {
  const path = environment['SEALFLOW_PROVER_EXEC'];
  const digest = environment['SEALFLOW_PROVER_EXEC_DIGEST'];
  if (path === undefined && digest === undefined)
    return { name: 'groth16-snarkjs', threads: readThreads(environment) };
  if (path === undefined || !isAbsolute(path))
    throw new Error('SEALFLOW_PROVER_EXEC: expected the absolute path of a prover program');
  if (digest === undefined || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new Error(
      'SEALFLOW_PROVER_EXEC_DIGEST: expected sha256:<64 hex digits> of the program, which will see every witness',
    );
  }
  return { name: 'groth16-exec', path, digest, rssMiBMax };
}

function readThreads(environment: NodeJS.ProcessEnv): SnarkjsThreads {
  const text = environment['SEALFLOW_PROVER_THREADS'] ?? 'one';
  if (text === 'one' || text === 'each-core') return text;
  throw new Error(`SEALFLOW_PROVER_THREADS: expected one or each-core, got ${text.slice(0, 40)}`);
}
