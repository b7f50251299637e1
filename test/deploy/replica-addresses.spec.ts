import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../apps/orchestrator/src/config/config.js';
import { rendered } from '../../tools/k8s/src/helm.js';
import type { KubernetesObject } from '../../tools/k8s/src/kubernetes-schemas.js';
import { cases } from './cases.js';
import { type Container, podsOf, variableOf } from './pods.js';

const ofOrchestrators = cases.filter(({ chart }) => chart === 'orchestrator' || chart === 'sealflow');

/** A call of a conversation goes to the replica that has the worker: each has an address that the others reach. */
describe.each(ofOrchestrators)('$name', ({ chart, valueFiles }) => {
  const objects = rendered({ helm: 'helm3', chart, valueFiles });
  const workload = ofKind('StatefulSet')[0];
  const name = workload?.metadata.name ?? 'none';
  const { serviceName } = (workload?.['spec'] ?? {}) as { serviceName?: string };
  const own = podsOf(objects).find(({ where }) => where === `StatefulSet/${name}`);
  const address = addressOf(own?.pod.containers[0], `${name}-1`);
  const host = address.slice(0, address.lastIndexOf(':'));

  function ofKind(kind: string): readonly KubernetesObject[] {
    return objects.filter((object) => object.kind === kind && /orchestrator$/.test(object.metadata.name));
  }

  it('gives a replica the name that Kubernetes has for its pod, and the port of its calls', () => {
    expect(address).toBe(`${name}-1.${serviceName}.sealflow.svc:7443`);
    const governing = objects.find(
      ({ kind, metadata }) => kind === 'Service' && metadata.name === serviceName,
    );
    expect(governing?.['spec']).toMatchObject({ clusterIP: 'None' });
    const environment = { SEALFLOW_HOME: '/home', SEALFLOW_PEER_ADDRESS: address };
    expect(readConfig(environment).peerAddress).toBe(address);
  });

  it('has that name in the certificate that it makes', () => {
    const names = ofKind('Certificate').map(({ spec }) => spec as { dnsNames: string[]; usages: string[] });
    for (const { dnsNames } of names) {
      const certificate = { subjectaltname: dnsNames.map((dns) => `DNS:${dns}`).join(', ') };
      expect(checkServerIdentity(host, certificate as PeerCertificate)).toBeUndefined();
      expect(checkServerIdentity(`a.${host}`, certificate as PeerCertificate)).toBeInstanceOf(Error);
    }
  });

  it('has a certificate for calls where nobody calls without one', () => {
    const asks = variableOf(own?.pod.containers[0], 'SEALFLOW_TLS_CLIENTS') === 'everybody';
    for (const { spec } of ofKind('Certificate'))
      expect((spec as { usages: string[] }).usages.includes('client auth')).toBe(asks);
  });

  it('lets replicas through to one another', () => {
    for (const { spec } of ofKind('NetworkPolicy')) {
      const { podSelector, ingress, egress } = spec as NetworkPolicySpec;
      const replicas = [{ podSelector }];
      const toOthers = { ports: [{ port: 7443, protocol: 'TCP' }], to: replicas };
      expect(egress).toContainEqual(toOthers);
      const calls = ingress.filter(({ ports }) => ports.some(({ port }) => port === 'grpc'));
      const isOpen = calls.some(({ from }) => from === undefined);
      expect(isOpen || calls.some(({ from }) => JSON.stringify(from) === JSON.stringify(replicas))).toBe(
        true,
      );
    }
  });
});

interface NetworkPolicySpec {
  readonly podSelector: object;
  readonly ingress: readonly { readonly ports: readonly { port: unknown }[]; readonly from?: unknown }[];
  readonly egress: readonly object[];
}

/** As the kubelet puts variables that stand earlier into those that follow. */
function addressOf(container: Container | undefined, pod: string): string {
  const names = (container?.env ?? []).map((variable) => variable.name);
  expect(names.indexOf('SEALFLOW_EXECUTOR_ID')).toBeLessThan(names.indexOf('SEALFLOW_PEER_ADDRESS'));
  return (variableOf(container, 'SEALFLOW_PEER_ADDRESS') ?? '').replace('$(SEALFLOW_EXECUTOR_ID)', pod);
}
