'use strict';
// Preloaded into every service of a stack under test: its clock stands where a file says, which the test writes. The
// wall clock goes both ways, as after a step of NTP; the monotonic one forward only, as after a machine that slept.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');

const folder = process.env.SEALFLOW_TEST_CLOCKS;
const REREAD_MS = 25;

if (folder !== undefined) {
  const name = process.env.SEALFLOW_WORKER_ID ?? process.env.SEALFLOW_EXECUTOR_ID ?? 'orchestrator-0';
  const file = join(folder, name);
  // Whoever moves a clock wants to know that somebody has it.
  writeFileSync(`${file}.worn`, '');
  const RealDate = Date;
  const realNow = Date.now;
  const realHrtime = process.hrtime;
  const realBigint = process.hrtime.bigint.bind(process.hrtime);
  const realPerformance = performance.now.bind(performance);
  let wallMs = 0;
  let monotonicMs = 0;
  let readMs = Number.NEGATIVE_INFINITY;

  const read = () => {
    const nowMs = realPerformance();
    if (nowMs - readMs < REREAD_MS) return;
    readMs = nowMs;
    try {
      const [wall, monotonic] = readFileSync(file, 'utf8').split(' ').map(Number);
      wallMs = wall;
      monotonicMs = Math.max(monotonicMs, monotonic);
    } catch {
      // No file: the clock is right.
    }
  };
  const now = () => {
    read();
    return realNow() + wallMs;
  };

  globalThis.Date = new Proxy(RealDate, {
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
    apply: () => new RealDate(now()).toString(),
  });
  performance.now = () => {
    read();
    return realPerformance() + monotonicMs;
  };
  process.hrtime = (before) => {
    read();
    const [seconds, nanoseconds] = realHrtime();
    const all = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) + BigInt(monotonicMs) * 1_000_000n;
    const since = before === undefined ? 0n : BigInt(before[0]) * 1_000_000_000n + BigInt(before[1]);
    return [Number((all - since) / 1_000_000_000n), Number((all - since) % 1_000_000_000n)];
  };
  process.hrtime.bigint = () => {
    read();
    return realBigint() + BigInt(monotonicMs) * 1_000_000n;
  };
}
