import { describe, expect, it } from 'vitest';
import { httpTable, methodTable } from './access-table.js';
import { contractMethods } from './matrix.fixture.js';
import { platformRoles, tenantRoles } from './principal.js';

const methods = contractMethods();

describe('the access table', () => {
  it('has an entry for every method of every proto file', () => {
    expect(methods.length).toBeGreaterThan(25);
    expect(methods.map(({ path }) => path).filter((path) => methodTable[path] === undefined)).toEqual([]);
  });

  it('has no entry for a method that is not there', () => {
    const known = new Set(methods.map(({ path }) => path));
    const others = Object.keys(methodTable).filter((path) => !known.has(path));
    expect(others.every((path) => /^\/grpc\.(health|reflection)\./.test(path))).toBe(true);
  });

  it.each(methods)('$path names the field that is in its request', ({ path, fields }) => {
    const access = methodTable[path];
    if (access?.kind === 'tenant') expect(fields).toContain(access.field);
    // A request that names a tenant must be one about that tenant, unless it is for the platform alone.
    else if (access?.kind === 'shared' && !access.roles.every((role) => role === 'operator')) {
      expect(fields.filter((field) => ['parent', 'name', 'run'].includes(field))).toEqual([]);
    }
  });

  it('leaves to everybody what is public, or proves itself by its message, and says why', () => {
    const open = Object.entries(methodTable).filter(([, access]) => access.kind === 'open');
    expect(open.map(([path]) => path).sort()).toEqual([
      '/grpc.health.v1.Health/Check',
      '/grpc.health.v1.Health/List',
      '/grpc.health.v1.Health/Watch',
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
      '/sealflow.conversation.v1.ConversationService/Relay',
      '/sealflow.evidence.v1.EvidenceService/GetCheckpoint',
    ]);
    for (const [, access] of open) expect(access).toMatchObject({ why: expect.stringMatching(/\w+ \w+/) });
  });

  it('gives methods about a tenant to roles of tenants only', () => {
    for (const access of Object.values(methodTable)) {
      if (access.kind !== 'tenant') continue;
      expect(access.roles.filter((role) => !(tenantRoles as readonly string[]).includes(role))).toEqual([]);
    }
  });

  it('gives workers no more than their stream, blobs and the evidence of other workers', () => {
    const forWorkers = Object.entries(methodTable).filter(
      ([, access]) => access.kind !== 'open' && access.roles.includes('worker'),
    );
    expect(forWorkers.map(([path]) => path.split('/').at(-1)).sort()).toEqual([
      'Connect',
      'GetWorkerOffers',
      'QueryWriteStatus',
      'ReadBlob',
      'StatBlob',
      'WriteBlob',
    ]);
    expect(platformRoles).toContain('worker');
  });

  it('shows metrics and diagnostics to who operates the platform', () => {
    const metrics = httpTable.find(({ path }) => path.test('/metrics'));
    expect(metrics?.access).toEqual({ kind: 'shared', roles: ['operator', 'service'] });
  });
});
