import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ApiServer } from '../../../tools/k8s/src/api-server.js';
import type { KubernetesObject } from '../../../tools/k8s/src/kubernetes-schemas.js';
import { ClusterVolumes } from './cluster-volumes.js';
import { PodFiles } from './pod-files.js';
import { isReady, type Place, startContainer, stopped } from './pod-process.js';
import { NotYet, type Objects, type PodSpec, type StatefulSetSpec } from './pod-spec.js';
import { type PodUser, podUser } from './pod-user.js';

/** A turn of the controllers, and when a pod that serves is asked again: kubelets ask more rarely. */
const [TICK_MS, ASK_AGAIN_MS] = [250, 2_000];
/** Whoever waits for a Job asks whether it began, not when. */
const TIME = '2026-01-01T00:00:00Z';
const PART_OF = { 'app.kubernetes.io/part-of': 'sealflow' };

/** What a Certificate of cert-manager asks for. */
export interface CertificateRequest {
  readonly secretName: string;
  readonly dnsNames?: readonly string[];
  readonly uris?: readonly string[];
}

export interface ClusterOptions {
  readonly api: ApiServer;
  readonly folder: string;
  /** Signs as an Issuer does: tls.crt, tls.key, ca.crt. */
  readonly issue: (request: CertificateRequest) => Readonly<Record<string, string>>;
  /** Files of simulated hardware, for pods of a confidential runtime class. */
  readonly hardware: readonly string[];
  /** Names outside the cluster, each with the Service behind it. */
  readonly external: Readonly<Record<string, string>>;
}

interface RunningPod {
  readonly name: string;
  /** Of the StatefulSet's template; empty for a pod that is by itself. */
  readonly revision: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly files: PodFiles;
  readonly address: string;
  process: ChildProcess | null;
  reason: string;
  ready: boolean;
  askedMs: number;
  restarts: number;
  /** Whether its object was written; one that is gone then was deleted by somebody. */
  shown: boolean;
}

/**
 * Controllers and one node for the API server double: pods are processes of this machine, each at an address of its own
 * on the loopback network, with files, variables and arguments as their objects have them. Hardware is SIMULATED: a pod
 * of a runtime class of Kata gets the files of simulated hardware and is told so. There is no scheduler, no admission,
 * no network policy.
 */
export class LoopbackCluster {
  readonly #pods = new Map<string, RunningPod>();
  readonly #alone = new Map<string, ChildProcess>();
  readonly #addresses = new Map<string, string>();
  readonly #network = `127.${20 + Math.floor(Math.random() * 200)}.${Math.floor(Math.random() * 250)}`;
  readonly #dnsFile: string;
  readonly #volumes: ClusterVolumes;
  readonly #user: PodUser;
  #names = '{}';
  #running: Promise<void> | null = null;
  #ends = false;

  constructor(private readonly options: ClusterOptions) {
    this.#dnsFile = join(options.folder, 'dns.json');
    writeFileSync(this.#dnsFile, '{}');
    this.#user = podUser();
    this.#volumes = new ClusterVolumes(options.folder);
  }

  get dnsFile(): string {
    return this.#dnsFile;
  }

  /** Folder of a volume claim. */
  claim(name: string): string {
    return this.#volumes.claim(name);
  }

  log(pod: string): string {
    return join(this.options.folder, `${pod}.log`);
  }

  pid(pod: string): number | undefined {
    return this.#pods.get(pod)?.process?.pid;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ends = true;
    await this.#running;
    const pods = [...this.#pods.values()].flatMap(({ process: child }) => (child === null ? [] : [child]));
    await Promise.all([...pods, ...this.#alone.values()].map(stopped));
  }

  /** What ended the controllers; null while they work. */
  failure: unknown = null;

  async #run(): Promise<void> {
    try {
      await this.#control();
    } catch (error) {
      this.failure = error;
    }
  }

  async #control(): Promise<void> {
    while (!this.#ends) {
      for (const object of this.#all('Certificate')) this.#certify(object);
      for (const object of this.#all('VolumeSnapshot'))
        if (this.#volumes.snapshot(object)) this.#say(object, { readyToUse: true });
      for (const object of this.#all('PersistentVolumeClaim'))
        if (this.#volumes.fill(object)) this.#say(object, { phase: 'Bound' });
      for (const object of this.#all('Job')) this.#job(object);
      for (const object of this.#all('Pod')) this.#lonely(object);
      for (const { files } of this.#pods.values()) files.renew();
      for (const object of this.#all('StatefulSet')) await this.#statefulSet(object);
      await this.#orphans();
      this.#resolveNames();
      await sleep(TICK_MS);
    }
  }

  #all(kind: string): readonly KubernetesObject[] {
    return this.options.api.objects.filter((object) => object.kind === kind);
  }

  #objects(namespace: string | undefined): Objects {
    return (kind, name) =>
      this.#all(kind).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  }

  /** As cert-manager does: a Secret that is not there is made, again too when somebody took it away. */
  #certify(object: KubernetesObject): void {
    const request = object['spec'] as CertificateRequest;
    const { namespace } = object.metadata;
    if (this.#objects(namespace)('Secret', request.secretName) !== undefined) return;
    const data = Object.entries(this.options.issue(request)).map(([key, text]) => [key, base64(text)]);
    this.options.api.put({
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
      metadata: { name: request.secretName, ...(namespace === undefined ? {} : { namespace }) },
      data: Object.fromEntries(data),
    });
    this.#say(object, { conditions: [{ type: 'Ready', status: 'True', message: 'issued' }] });
  }

  #job(object: KubernetesObject): void {
    const { template } = object['spec'] as { template: { spec: PodSpec } };
    this.#once(object, template.spec, (code) => {
      const condition = { type: code === 0 ? 'Complete' : 'Failed', status: 'True' };
      const count = code === 0 ? { succeeded: 1 } : { failed: 1 };
      return { startTime: TIME, completionTime: TIME, ...count, conditions: [condition] };
    });
  }

  /** A pod of `helm test`. */
  #lonely(object: KubernetesObject): void {
    if (this.#pods.has(object.metadata.name)) return;
    const phase = (code: number): object => ({ phase: code === 0 ? 'Succeeded' : 'Failed' });
    this.#once(object, object['spec'] as PodSpec, phase);
  }

  #once(object: KubernetesObject, spec: PodSpec, outcome: (code: number) => object): void {
    const key = `${object.kind}/${object.metadata.name}`;
    if (statusOf(object) !== undefined || this.#alone.has(key)) return;
    const pod = this.#made(object.metadata.name, '', {}, spec);
    try {
      const child = this.#launch(pod, object.metadata.namespace);
      this.#alone.set(key, child);
      child.once('exit', (code) => {
        this.#alone.delete(key);
        const now = this.#objects(object.metadata.namespace)(object.kind, object.metadata.name);
        if (now !== undefined) this.#say(now, outcome(code ?? 1));
      });
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
    }
  }

  async #statefulSet(object: KubernetesObject): Promise<void> {
    const spec = object['spec'] as StatefulSetSpec;
    const { name, namespace } = object.metadata;
    const revision = createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 10);
    const replicas = spec.replicas ?? 1;
    const wanted = Array.from({ length: replicas }, (_, ordinal) => `${name}-${ordinal}`);
    for (const pod of this.#podsOf(name)) if (!wanted.includes(pod.name)) await this.#end(pod, namespace);
    const outdated = this.#podsOf(name).filter((pod) => pod.revision !== revision);
    const next = outdated.find(({ ready }) => !ready) ?? outdated.toReversed()[0];
    const updated = this.#podsOf(name).filter((pod) => pod.revision === revision);
    // One at a time, the next when all others serve.
    if (next !== undefined && (updated.every(({ ready }) => ready) || !next.ready))
      await this.#end(next, namespace);
    const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
    for (const pod of wanted) {
      if (this.#pods.has(pod)) continue;
      const { labels } = spec.template.metadata;
      this.#pods.set(pod, this.#made(pod, revision, labels, spec.template.spec));
      for (const claim of claims) this.#claimFor(`${claim}-${pod}`, namespace, object);
    }
    for (const pod of this.#podsOf(name)) await this.#tend(pod, namespace);
    const pods = this.#podsOf(name);
    const updatedReplicas = pods.filter((pod) => pod.revision === revision).length;
    const readyReplicas = pods.filter(({ ready }) => ready).length;
    this.#say(object, {
      ...{
        replicas,
        readyReplicas,
        availableReplicas: readyReplicas,
        updatedReplicas,
        updateRevision: revision,
      },
      currentRevision: updatedReplicas === replicas ? revision : 'before',
      observedGeneration: object.metadata.generation ?? 1,
    });
  }

  #podsOf(set: string): readonly RunningPod[] {
    const pattern = new RegExp(`^${set}-[0-9]+$`);
    return [...this.#pods.values()].filter(({ name }) => pattern.test(name));
  }

  #claimFor(name: string, namespace: string | undefined, { spec }: KubernetesObject): void {
    if (this.#objects(namespace)('PersistentVolumeClaim', name) !== undefined) return;
    const [template] = (spec as { volumeClaimTemplates: readonly { spec: object }[] }).volumeClaimTemplates;
    const metadata = { name, labels: PART_OF, ...(namespace === undefined ? {} : { namespace }) };
    this.options.api.put({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      spec: template?.spec ?? {},
    });
  }

  /** Starts what is to run, looks whether it serves, and starts it again when it ended. */
  async #tend(pod: RunningPod, namespace: string | undefined): Promise<void> {
    if (pod.shown && this.#objects(namespace)('Pod', pod.name) === undefined)
      return this.#end(pod, namespace);
    const { process: child } = pod;
    if (child !== null && (child.exitCode !== null || child.signalCode !== null)) {
      pod.process = null;
      pod.restarts += 1;
    }
    if (pod.process === null) {
      pod.ready = false;
      try {
        pod.process = this.#launch(pod, namespace);
        pod.reason = '';
      } catch (error) {
        if (!(error instanceof NotYet)) throw error;
        pod.reason = error.message;
      }
    }
    const [container] = pod.spec.containers;
    if (!pod.ready || performance.now() - pod.askedMs > ASK_AGAIN_MS) {
      pod.ready = pod.process !== null && container !== undefined && (await isReady(container, pod.address));
      pod.askedMs = performance.now();
    }
    this.#show(pod, namespace);
  }

  #launch(pod: RunningPod, namespace: string | undefined): ChildProcess {
    const [container] = pod.spec.containers;
    if (container === undefined) throw new Error(`${pod.name} has no container`);
    const claims = (container.volumeMounts ?? []).map(({ name }) => name);
    const objects = this.#objects(namespace);
    pod.files.place(
      pod.name,
      pod.spec,
      claims.filter((name) => !(pod.spec.volumes ?? []).some((volume) => volume.name === name)),
    );
    const isConfidential = pod.spec.runtimeClassName?.startsWith('kata-qemu') === true;
    const root = this.#rootOf(pod.name);
    if (isConfidential) this.#givesHardware(root);
    const place: Place = {
      ...{ pod: pod.name, root, address: pod.address, dnsFile: this.#dnsFile },
      ...{ log: this.log(pod.name), user: this.#user },
      hardware: isConfidential ? { SEALFLOW_QUOTE_PROVIDER: 'simulated' } : {},
    };
    return startContainer(container, place, objects);
  }

  #made(name: string, revision: string, labels: Readonly<Record<string, string>>, spec: PodSpec): RunningPod {
    const files = new PodFiles(this.#rootOf(name), this.claim(''), this.#user, (kind, key) =>
      this.#all(kind).find(({ metadata }) => metadata.name === key),
    );
    const address = this.#addressOf(name);
    return {
      name,
      revision,
      labels,
      spec,
      files,
      address,
      ...{ process: null, reason: '', ready: false, askedMs: 0, restarts: 0, shown: false },
    };
  }

  #givesHardware(root: string): void {
    for (const file of this.options.hardware) {
      const target = join(root, 'var/lib/sealflow', basename(file));
      copyFileSync(file, target);
      if (this.#user !== null) chownSync(target, this.#user.uid, this.#user.gid);
    }
  }

  #rootOf(pod: string): string {
    return join(this.options.folder, 'pods', pod);
  }

  /** A pod that is made again keeps its address, so that nobody waits for a cache of names. */
  #addressOf(pod: string): string {
    const found = this.#addresses.get(pod) ?? `${this.#network}.${this.#addresses.size + 2}`;
    this.#addresses.set(pod, found);
    return found;
  }

  async #end(pod: RunningPod, namespace: string | undefined): Promise<void> {
    pod.ready = false;
    this.#resolveNames();
    if (pod.process !== null) await stopped(pod.process);
    this.#pods.delete(pod.name);
    this.options.api.take(this.#objectOf(pod, namespace));
  }

  async #orphans(): Promise<void> {
    const sets = this.#all('StatefulSet').map(({ metadata }) => metadata.name);
    const gone = [...this.#pods.values()].filter(({ name }) => !sets.includes(name.replace(/-[0-9]+$/, '')));
    await Promise.all(gone.map((pod) => this.#end(pod, 'sealflow')));
  }

  #show(pod: RunningPod, namespace: string | undefined): void {
    const object = this.#objectOf(pod, namespace);
    pod.shown = true;
    const found = this.#objects(namespace)('Pod', pod.name);
    if (found === undefined || !isDeepStrictEqual(statusOf(found), statusOf(object)))
      this.options.api.put(object);
  }

  #objectOf(pod: RunningPod, namespace: string | undefined): KubernetesObject {
    const waiting = pod.reason === '' ? {} : { state: { waiting: { reason: pod.reason } } };
    return {
      ...{ apiVersion: 'v1', kind: 'Pod', spec: pod.spec },
      metadata: { name: pod.name, labels: pod.labels, ...(namespace === undefined ? {} : { namespace }) },
      status: {
        phase: pod.process === null ? 'Pending' : 'Running',
        conditions: [{ type: 'Ready', status: pod.ready ? 'True' : 'False' }],
        containerStatuses: [{ name: 'main', restartCount: pod.restarts, ...waiting }],
      },
    };
  }

  #say(object: KubernetesObject, status: object): void {
    if (!isDeepStrictEqual(statusOf(object), status)) this.options.api.put({ ...object, status });
  }

  /** Pods that serve, under the names of the Services that select them. */
  #resolveNames(): void {
    const names: Record<string, readonly string[]> = {};
    for (const { metadata, spec } of this.#all('Service')) {
      const { selector } = spec as { selector: Readonly<Record<string, string>> };
      const addresses = [...this.#pods.values()]
        .filter(
          ({ ready, labels }) =>
            ready && Object.entries(selector).every(([key, value]) => labels[key] === value),
        )
        .map(({ address }) => address);
      const name = `${metadata.name}.${metadata.namespace}`;
      for (const full of [name, `${name}.svc`, `${name}.svc.cluster.local`]) names[full] = addresses;
      for (const [outside, service] of Object.entries(this.options.external))
        if (service === metadata.name) names[outside] = addresses;
    }
    const text = JSON.stringify(names);
    if (text === this.#names) return;
    this.#names = text;
    writeFileSync(`${this.#dnsFile}.new`, text);
    renameSync(`${this.#dnsFile}.new`, this.#dnsFile);
  }
}

function statusOf(object: KubernetesObject): unknown {
  return (object as { status?: unknown }).status;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
