import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiServer } from './api-server.js';
import { loadSchemas } from './kubernetes-schemas.js';
import { readProtobufObject } from './protobuf-object.js';

const { check } = loadSchemas();
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a', labels: { team: 'x' } },
  spec: { clusterIP: '10.0.0.1', ports: [{ name: 'grpc', port: 7443 }] },
};
let server: ApiServer;

beforeEach(async () => {
  server = await ApiServer.start(check);
});
afterEach(() => server.stop());

async function call(method: string, path: string, body?: object, type = 'application/json') {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': type } }),
  });
  return { code: response.status, body: (await response.json()) as Record<string, unknown> };
}

const services = '/api/v1/namespaces/s/services';

describe('the API server double refuses', () => {
  it('an object that Kubernetes would not take', async () => {
    const refused = await call('POST', services, { ...service, spec: { ports: 'all' } });
    expect(refused).toMatchObject({ code: 422, body: { reason: 'Invalid' } });
  });

  it('an object that is there already', async () => {
    await call('POST', services, service);
    expect(await call('POST', services, service)).toMatchObject({ code: 409 });
  });

  it('a change of what may not change', async () => {
    await call('POST', services, service);
    const patch = { spec: { clusterIP: '10.0.0.2' } };
    const refused = await call('PATCH', `${services}/a`, patch, 'application/merge-patch+json');
    expect(refused.body['message']).toContain('spec.clusterIP: field is immutable');
  });

  it('a kind that nobody knows, and an object that is not there', async () => {
    expect(await call('GET', '/api/v1/namespaces/s/pets')).toMatchObject({ code: 404 });
    expect(await call('GET', `${services}/a`)).toMatchObject({ code: 404, body: { reason: 'NotFound' } });
    expect(await call('DELETE', `${services}/a`)).toMatchObject({ code: 404 });
  });
});

describe('the API server double', () => {
  it.each([
    ['labelSelector=team%3Dx', 1],
    ['labelSelector=team%3Dy', 0],
    ['labelSelector=team!%3Dy', 1],
    ['fieldSelector=metadata.name%3Da', 1],
    ['fieldSelector=metadata.name%3Db', 0],
  ])('selects by %s', async (query, count) => {
    await call('POST', services, service);
    expect((await call('GET', `${services}?${query}`)).body['items']).toHaveLength(count);
  });

  it('keeps namespaces apart', async () => {
    await call('POST', services, service);
    expect((await call('GET', '/api/v1/namespaces/other/services')).body['items']).toEqual([]);
  });

  it('completes a Job at once', async () => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } };
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, spec: { template } };
    const made = await call('POST', '/apis/batch/v1/namespaces/s/jobs', job);
    expect(made.body['status']).toMatchObject({ succeeded: 1, conditions: [{ type: 'Complete' }] });
  });
});

describe('an object in protobuf', () => {
  it.each([
    ['without its prefix', Buffer.from('{}')],
    ['of another kind', Buffer.from('k8s\0\n\r\n\x02v1\x12\x07Service', 'latin1')],
  ])('%s is refused', (_what, bytes) => {
    expect(() => readProtobufObject(bytes)).toThrow(/protobuf: expected/);
  });
});
