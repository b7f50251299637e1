import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type KeyItems, NotYet, type Objects, type PodSpec, type VolumeSpec } from './pod-spec.js';
import type { PodUser } from './pod-user.js';

interface PlacedVolume {
  readonly folder: string;
  readonly volume: VolumeSpec;
  /** What was written last. */
  written: string;
  turn: number;
}

/**
 * The file system of one pod: a folder that stands for its root. Secrets and ConfigMaps come as a kubelet writes them:
 * a folder for each turn, one link that is swapped; files mounted by `subPath` are copied once and never renewed.
 */
export class PodFiles {
  readonly #volumes = new Map<string, PlacedVolume>();

  constructor(
    readonly root: string,
    private readonly claims: string,
    private readonly user: PodUser,
    private readonly objects: Objects,
  ) {}

  /** @throws NotYet */
  place(pod: string, spec: PodSpec, claimTemplates: readonly string[]): void {
    rmSync(this.root, { recursive: true, force: true });
    this.#volumes.clear();
    const mounts = spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
    const volumeOf = (name: string): VolumeSpec => {
      if (claimTemplates.includes(name))
        return { name, persistentVolumeClaim: { claimName: `${name}-${pod}` } };
      const found = spec.volumes?.find((volume) => volume.name === name);
      if (found === undefined) throw new Error(`${pod}: volume ${name} is mounted and not there`);
      return found;
    };
    const whole = mounts.filter(({ subPath }) => subPath === undefined);
    for (const { name, mountPath } of whole) {
      const target = join(this.root, mountPath);
      mkdirSync(dirname(target), { recursive: true });
      const source = this.#sourceOf(volumeOf(name));
      rmSync(target, { recursive: true, force: true });
      symlinkSync(source, target);
    }
    for (const { name, mountPath, subPath } of mounts) {
      if (subPath === undefined) continue;
      const target = join(this.root, mountPath);
      mkdirSync(dirname(target), { recursive: true });
      rmSync(target, { force: true });
      const source = join(this.#sourceOf(volumeOf(name)), subPath);
      if (!existsSync(source))
        throw new NotYet(`${pod}: ${mountPath}: nothing at ${subPath} of volume ${name}`);
      copyFileSync(source, target);
      this.#own(target, modeOf(volumeOf(name)));
    }
  }

  /** Brings what Secrets and ConfigMaps say now, as a kubelet does every minute. */
  renew(): void {
    for (const placed of this.#volumes.values()) {
      try {
        this.#write(placed);
      } catch (error) {
        // Gone for now: a pod that runs keeps what it has.
        if (!(error instanceof NotYet)) throw error;
      }
    }
  }

  #sourceOf(volume: VolumeSpec): string {
    if (volume.persistentVolumeClaim !== undefined) {
      const folder = join(this.claims, volume.persistentVolumeClaim.claimName);
      mkdirSync(folder, { recursive: true });
      this.#own(folder, 0o770);
      return folder;
    }
    const folder = join(this.root, '.volumes', volume.name);
    const placed = this.#volumes.get(volume.name);
    if (placed !== undefined) return placed.folder;
    mkdirSync(folder, { recursive: true });
    if (volume.emptyDir !== undefined) {
      this.#own(folder, 0o770);
      return folder;
    }
    const made: PlacedVolume = { folder, volume, written: '', turn: 0 };
    this.#write(made);
    this.#volumes.set(volume.name, made);
    return folder;
  }

  #write(placed: PlacedVolume): void {
    const files = this.#contentOf(placed.volume);
    const content = JSON.stringify([...files].map(([path, bytes]) => [path, bytes.toString('base64')]));
    if (content === placed.written) return;
    placed.turn += 1;
    const turn = `..${placed.turn}`;
    for (const [path, bytes] of files) {
      const file = join(placed.folder, turn, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      this.#own(file, modeOf(placed.volume));
    }
    mkdirSync(join(placed.folder, turn), { recursive: true });
    symlinkSync(turn, join(placed.folder, '..data_tmp'));
    renameSync(join(placed.folder, '..data_tmp'), join(placed.folder, '..data'));
    for (const name of new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''))) {
      const link = join(placed.folder, name);
      rmSync(link, { recursive: true, force: true });
      symlinkSync(join('..data', name), link);
    }
    placed.written = content;
  }

  #contentOf(volume: VolumeSpec): ReadonlyMap<string, Buffer> {
    const { secret, configMap, projected } = volume;
    if (secret !== undefined) return this.#keysOf('Secret', secret.secretName ?? '', secret);
    if (configMap !== undefined) return this.#keysOf('ConfigMap', configMap.name ?? '', configMap);
    const sources = projected?.sources ?? [];
    return new Map(sources.flatMap(({ secret: part }) => [...this.#keysOf('Secret', part.name ?? '', part)]));
  }

  #keysOf(
    kind: 'Secret' | 'ConfigMap',
    name: string,
    { items, optional }: KeyItems,
  ): ReadonlyMap<string, Buffer> {
    const object = this.objects(kind, name);
    if (object === undefined) {
      if (optional === true) return new Map();
      throw new NotYet(`${kind} "${name}" not found`);
    }
    const data = (object['data'] ?? {}) as Readonly<Record<string, string>>;
    const bytesOf = (key: string): Buffer => {
      const text = data[key];
      if (text === undefined) throw new NotYet(`${kind} "${name}": no key ${key}`);
      return kind === 'Secret' ? Buffer.from(text, 'base64') : Buffer.from(text);
    };
    const wanted = items ?? Object.keys(data).map((key) => ({ key, path: key }));
    return new Map(wanted.map(({ key, path }) => [path, bytesOf(key)]));
  }

  /** As fsGroup has it: the files stay root's, the pod's group reads them. Without root, they are the user's own. */
  #own(path: string, mode: number): void {
    if (this.user === null) {
      chmodSync(path, mode & 0o700);
      return;
    }
    chownSync(path, 0, this.user.gid);
    chmodSync(path, mode);
  }
}

function modeOf({ secret, projected }: VolumeSpec): number {
  return secret?.defaultMode ?? projected?.defaultMode ?? 0o644;
}
