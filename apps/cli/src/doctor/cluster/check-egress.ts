import { readInitdata } from '../../initdata/initdata.js';
import { type Finding, Findings } from '../finding.js';
import { type ClusterObjects, type NetworkPolicy, variableOf, type Workload } from './cluster-objects.js';
import { confidentialGuestOf } from './confidential-guest.js';

/** Somebody whom the pods of a workload dial. */
interface Dial {
  readonly who: string;
  readonly host: string;
  readonly port: number;
}

type Rule = NonNullable<NetworkPolicy['spec']['egress']>[number];
type Verdict = 'open' | 'limited' | 'closed';

export const INITDATA_ANNOTATION = 'io.katacontainers.config.hypervisor.cc_init_data';

/** Variables with addresses, and what is asked there. */
const addressVariables: readonly (readonly [name: string, who: string])[] = [
  ['SEALFLOW_COLLATERAL_PCS_URL', 'collateral of Intel (PCS)'],
  ['SEALFLOW_COLLATERAL_ROOT_CRL_URL', "Intel's root list"],
  ['SEALFLOW_COLLATERAL_KDS_URL', 'collateral of AMD (KDS)'],
  ['SEALFLOW_COLLATERAL_RIM_URL', 'manifests of NVIDIA (RIM)'],
  ['SEALFLOW_COLLATERAL_OCSP_URL', 'revocation answers of NVIDIA (OCSP)'],
  ['SEALFLOW_TSA_URLS', 'timestamps'],
  ['SEALFLOW_WITNESSES', 'a witness'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'traces'],
];

/**
 * Whether NetworkPolicies let pods reach those whom their environment, their initdata and their image name. Policies
 * only ever add up (Kubernetes, NetworkPolicy): what any of them opens is open, and a pod that none selects may dial
 * everybody.
 */
export function checkEgress(objects: ClusterObjects): Finding[] {
  const findings = new Findings('cluster');
  for (const workload of objects.workloads) {
    const policies = objects.networkPolicies.filter((policy) => isBound(workload, policy));
    const dials = dialsOf(workload);
    const judged = dials.map((dial) => ({ dial, verdict: verdictOf(dial, policies) }));
    for (const { dial, verdict } of judged) told(findings, workload, dial, verdict, policies);
    if (judged.every(({ verdict }) => verdict === 'open'))
      findings.ok({
        what: 'way to those whom it dials',
        where: workload.metadata.name,
        expected: 'no NetworkPolicy in between',
        got:
          policies.length === 0
            ? 'no NetworkPolicy selects it'
            : `${dials.length} addresses are open in ${namesOf(policies)}`,
      });
  }
  return findings.list;
}

function told(
  findings: Findings,
  { metadata }: Workload,
  { who, host, port }: Dial,
  verdict: Verdict,
  policies: readonly NetworkPolicy[],
): void {
  if (verdict === 'open') return;
  const said = { what: `way to ${who}`, where: metadata.name, expected: `${host}:${port} may be dialled` };
  const add = `networkPolicy.egressPorts: [${port}], or networkPolicy.extraEgress with its addresses`;
  if (verdict === 'closed')
    findings.fail(
      { ...said, got: `no rule of ${namesOf(policies)} has port ${port}` },
      `a network plugin that enforces policies drops it: set ${add}`,
    );
  else
    findings.skipped(
      { ...said, got: `${namesOf(policies)} opens port ${port} to some addresses` },
      'see that its address is one of them',
    );
}

function namesOf(policies: readonly NetworkPolicy[]): string {
  return `NetworkPolicy ${policies.map(({ metadata }) => metadata.name).join(', ')}`;
}

function dialsOf(workload: Workload): readonly Dial[] {
  const listed = addressVariables.flatMap(([name, who]) =>
    (variableOf(workload, name) ?? '')
      .split(',')
      .flatMap((text) => dialOf(who, text.trim().split(' ')[0] ?? '')),
  );
  const dials = [...orchestratorOf(workload), ...listed, ...brokersOf(workload), ...registriesOf(workload)];
  const places = dials.map(({ host, port }) => `${host}:${port}`);
  return dials.filter(({ host, port }, index) => places.indexOf(`${host}:${port}`) === index);
}

function dialOf(who: string, text: string): readonly Dial[] {
  if (!URL.canParse(text)) return [];
  const { hostname: host, port, protocol } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return [];
  return [{ who, host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) }];
}

/** A target of gRPC: `host:port`, `dns:///host:port`, `ipv4:1.2.3.4:7443,1.2.3.5:7443`. */
function orchestratorOf(workload: Workload): readonly Dial[] {
  const target = variableOf(workload, 'SEALFLOW_ORCHESTRATOR') ?? '';
  return target
    .replace(/^(dns|ipv4|ipv6):\/*/, '')
    .split(',')
    .flatMap((part) => {
      const [, host, port] = /^(.+):([0-9]{1,5})$/.exec(part) ?? [];
      return host === undefined ? [] : [{ who: 'the orchestrator', host, port: Number(port) }];
    });
}

/** The key broker that the guest's own agents ask, over the network of the pod: addresses of its initdata. */
function brokersOf({ spec }: Workload): readonly Dial[] {
  const packed = spec.template.metadata.annotations[INITDATA_ANNOTATION];
  if (packed === undefined) return [];
  try {
    const text = readInitdata(new TextEncoder().encode(packed));
    return [...text.matchAll(/^[ \t]*url[ \t]*=[ \t]*["']([^"'\n]+)["']/gm)].flatMap(([, url = '']) =>
      dialOf('the key broker of its initdata', url),
    );
  } catch {
    // What is wrong with it is said where its digest is compared.
    return [];
  }
}

/** Kata pulls images inside the guest, over the network of the pod. */
function registriesOf(workload: Workload): readonly Dial[] {
  if (!confidentialGuestOf(workload).isKata) return [];
  return workload.spec.template.spec.containers.flatMap(({ image }) => {
    if (image === '') return [];
    const [first = ''] = image.split('/');
    // The reference grammar of images: the first part is a registry where it has a dot, a port, or is localhost.
    const isRegistry = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
    return dialOf(
      'the registry, from which the guest pulls its image',
      `https://${isRegistry ? first : 'registry-1.docker.io'}`,
    );
  });
}

/** Whether a policy bounds what the pods of a workload dial. */
function isBound({ metadata, spec }: Workload, policy: NetworkPolicy): boolean {
  const { podSelector, policyTypes, egress } = policy.spec;
  if (policy.metadata.namespace !== metadata.namespace) return false;
  if (policyTypes === undefined ? egress === undefined : !policyTypes.includes('Egress')) return false;
  const { labels } = spec.template.metadata;
  return (
    Object.entries(podSelector.matchLabels).every(([key, value]) => labels[key] === value) &&
    podSelector.matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      return (value !== undefined && values.includes(value)) === (operator === 'In');
    })
  );
}

function verdictOf({ port }: Dial, policies: readonly NetworkPolicy[]): Verdict {
  if (policies.length === 0) return 'open';
  const verdicts = policies.flatMap(({ spec }) => spec.egress ?? []).map((rule) => verdictOfRule(rule, port));
  return widest(verdicts);
}

function widest(verdicts: readonly Verdict[]): Verdict {
  return (['open', 'limited'] as const).find((one) => verdicts.includes(one)) ?? 'closed';
}

function verdictOfRule({ to, ports }: Rule, port: number): Verdict {
  const fits = ports.map((one): Verdict => {
    if (one.protocol !== 'TCP') return 'closed';
    if (one.port === undefined) return 'open';
    // A name is that of a port of the pods which the rule means.
    if (typeof one.port === 'string') return 'limited';
    return one.port <= port && port <= (one.endPort ?? one.port) ? 'open' : 'closed';
  });
  const byPort = ports.length === 0 ? 'open' : widest(fits);
  if (byPort !== 'open') return byPort;
  const isEverybody = ({ ipBlock }: Rule['to'][number]): boolean =>
    ipBlock?.cidr === '0.0.0.0/0' && ipBlock.except.length === 0;
  return to.length === 0 || to.some(isEverybody) ? 'open' : 'limited';
}
