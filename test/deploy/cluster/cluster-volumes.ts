import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KubernetesObject } from '../../../tools/k8s/src/kubernetes-schemas.js';

/** Volumes of the cluster: a folder for each claim, and a copy of it for each snapshot, which outlives the claim. */
export class ClusterVolumes {
  constructor(private readonly folder: string) {}

  claim(name: string): string {
    return join(this.folder, 'claims', name);
  }

  /** Whether the snapshot is there; the first time that its source is, a copy is made. */
  snapshot({ metadata, spec }: KubernetesObject): boolean {
    const place = this.#snapshot(metadata.name);
    const { source } = spec as { source: { persistentVolumeClaimName: string } };
    const folder = this.claim(source.persistentVolumeClaimName);
    if (!existsSync(place) && existsSync(folder)) copied(folder, place);
    return existsSync(place);
  }

  /** Whether the claim can be used; one that names a snapshot begins with what lies in it. */
  fill({ metadata, spec }: KubernetesObject): boolean {
    const { dataSource } = spec as { dataSource?: { name: string } };
    const folder = this.claim(metadata.name);
    if (dataSource === undefined || existsSync(folder)) return true;
    const place = this.#snapshot(dataSource.name);
    if (existsSync(place)) copied(place, folder);
    return existsSync(place);
  }

  #snapshot(name: string): string {
    return join(this.folder, 'snapshots', name);
  }
}

/** With owners and modes, as a snapshot of blocks keeps them. */
function copied(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  execFileSync('cp', ['-a', from, to]);
}
