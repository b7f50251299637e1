import { describe, expect, it } from 'vitest';
import { loadSchemas } from './kubernetes-schemas.js';

const besideTheCheckout = loadSchemas();
const ofPackages = loadSchemas('/nowhere');
const isStrict = besideTheCheckout.source.includes('strict');

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: {
    containers: [
      { name: 'a', image: 'a', ports: [{ containerPort: 80 }], resources: { limits: { cpu: 2 } } },
    ],
  },
};
const certificate = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'a' },
  spec: { secretName: 'a', issuerRef: { name: 'ca', kind: 'ClusterIssuer' }, uris: ['spiffe://a/worker/b'] },
};
const scaledObject = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'a' },
  spec: { scaleTargetRef: { name: 'a' }, triggers: [{ type: 'prometheus', metadata: {} }] },
};
const monitor = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: { name: 'a' },
  spec: { selector: {}, endpoints: [{ port: 'http' }] },
};

console.log(`schemas: ${besideTheCheckout.source}`);

describe.each([
  ['of the checkout', besideTheCheckout],
  ['of npm', ofPackages],
])('schemas %s', (_where, { check }) => {
  it.each([pod, certificate, scaledObject, monitor])('take a sound $kind', async (object) => {
    expect(await check(object)).toEqual([]);
  });

  it.each([
    { ...pod, spec: {} },
    { ...pod, spec: { containers: [{ name: 'a', ports: [{ containerPort: 'http' }] }] } },
    { ...certificate, spec: { issuerRef: { name: 'ca' } } },
    { ...scaledObject, spec: { triggers: 'none' } },
    { ...monitor, spec: { endpoints: 'all' } },
    { ...pod, kind: 'Pood' },
    {},
  ])('refuse $kind with $spec', async (object) => {
    expect(await check(object)).not.toEqual([]);
  });
});

describe.skipIf(!isStrict)('strict schemas', () => {
  it.each([
    { ...pod, spec: { ...pod.spec, runtimeClass: 'kata' } },
    { ...pod, metadata: { name: 'a', label: {} } },
    { ...certificate, spec: { ...certificate.spec, uriSANs: [] } },
  ])('refuse a field that nobody knows in $kind', async (object) => {
    expect(await besideTheCheckout.check(object)).toMatchObject([{ message: 'unknown field' }]);
  });
});
