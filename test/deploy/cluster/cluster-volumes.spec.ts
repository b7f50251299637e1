import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClusterVolumes } from './cluster-volumes.js';

const snapshot = {
  ...{ apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name: 'yesterday' } },
  spec: { source: { persistentVolumeClaimName: 'state' } },
};
const restored = {
  ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'restored' } },
  spec: { dataSource: { name: 'yesterday' } },
};
let folder: string;
let volumes: ClusterVolumes;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-volumes-'));
  volumes = new ClusterVolumes(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function keep(text: string): void {
  mkdirSync(volumes.claim('state'), { recursive: true });
  writeFileSync(join(volumes.claim('state'), 'ledger'), text);
  chmodSync(join(volumes.claim('state'), 'ledger'), 0o600);
}

describe('volumes of a cluster', () => {
  it('have no snapshot of a claim that is not there, and no claim of such a snapshot', () => {
    expect(volumes.snapshot(snapshot)).toBe(false);
    expect(volumes.fill(restored)).toBe(false);
  });

  it('come back as they were when the snapshot was made, though the claim was lost', () => {
    keep('of yesterday');
    expect(volumes.snapshot(snapshot)).toBe(true);
    keep('of today');
    expect(volumes.snapshot(snapshot)).toBe(true);
    rmSync(volumes.claim('state'), { recursive: true });
    expect(volumes.fill(restored)).toBe(true);
    const file = join(volumes.claim('restored'), 'ledger');
    expect(readFileSync(file, 'utf8')).toBe('of yesterday');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('leave a claim alone that is in use', () => {
    keep('of today');
    expect(volumes.snapshot(snapshot)).toBe(true);
    mkdirSync(volumes.claim('restored'), { recursive: true });
    writeFileSync(join(volumes.claim('restored'), 'ledger'), 'own');
    expect(volumes.fill(restored)).toBe(true);
    expect(readFileSync(join(volumes.claim('restored'), 'ledger'), 'utf8')).toBe('own');
  });
});
