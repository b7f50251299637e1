import { describe, expect, it } from 'vitest';
import { limits } from './config/limits.js';
import { refusedDeadline } from './grpc-calls.js';

const NOW_MS = Date.UTC(2026, 10, 21);
const unary = { path: '/sealflow.run.v1.RunService/GetRun', requestStream: false, responseStream: false };
const watch = { path: '/sealflow.run.v1.RunService/WatchRun', requestStream: false, responseStream: true };
const upload = {
  path: '/sealflow.blob.v1.BlobService/WriteBlob',
  requestStream: true,
  responseStream: false,
};
const refused = (method: typeof unary, leftMs: number) => refusedDeadline(method, NOW_MS + leftMs, NOW_MS);

describe('the deadline of a call', () => {
  it.each([unary, watch, upload])('is demanded by $path', (method) => {
    expect(refusedDeadline(method, Number.POSITIVE_INFINITY, NOW_MS)).toMatchObject({
      reason: 'DEADLINE_REQUIRED',
      message: expect.stringContaining('got none'),
      violations: [{ field: 'grpc-timeout' }],
    });
  });

  it.each([
    [unary, limits.callDeadlineMsMax],
    [watch, limits.streamDeadlineMsMax],
    [upload, limits.streamDeadlineMsMax],
  ])('of %j is at most %i ms away', (method, max) => {
    expect(refused(method, max)).toBeNull();
    expect(refused(method, max + 2_000)).toMatchObject({
      reason: 'DEADLINE_REQUIRED',
      facts: { maxMs: String(max) },
    });
    expect(refusedDeadline(method, new Date(NOW_MS + max), NOW_MS)).toBeNull();
  });

  it('that is over already is not what is wrong with a call', () => {
    expect(refused(unary, -5)).toBeNull();
  });

  it.each([
    '/sealflow.worker.v1.WorkerService/Connect',
    '/grpc.health.v1.Health/Check',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  ])('is not asked of %s', (path) => {
    expect(refusedDeadline({ ...watch, path }, Number.POSITIVE_INFINITY, NOW_MS)).toBeNull();
  });

  it('is asked of a method whose name only begins like one of those', () => {
    const path = '/sealflow.worker.v1.WorkerService/ConnectAll';
    expect(refusedDeadline({ ...watch, path }, Number.POSITIVE_INFINITY, NOW_MS)).not.toBeNull();
  });
});
