import { newVersion } from './key-folder.js';
import type { KeyState, KeyVersion, TenantKey, VersionState } from './tenant-key-store.js';

/** From where to where a key goes; what was destroyed goes nowhere. */
const steps: Readonly<Record<KeyState, readonly KeyState[]>> = {
  ACTIVE: ['SUSPENDED'],
  SUSPENDED: ['ACTIVE', 'DESTROYED'],
  DESTROYED: [],
};

export function mayBecome(from: KeyState, to: KeyState): boolean {
  return steps[from].includes(to);
}

export function suspended(key: TenantKey, nowMs: number): TenantKey {
  return { ...next(key, nowMs), state: 'SUSPENDED' };
}

export function resumed(key: TenantKey, nowMs: number): TenantKey {
  return { ...next(key, nowMs), state: 'ACTIVE' };
}

/** Seals with a new version from now on. What earlier ones sealed opens with them: older backups have it so. */
export function rotated(key: TenantKey, nowMs: number, compromised = false): TenantKey {
  const newest = key.versions.at(-1)?.version ?? 0;
  const state: VersionState = compromised ? 'COMPROMISED' : 'DEACTIVATED';
  const retired = key.versions.map(
    (version): KeyVersion => (version.state === 'ACTIVE' ? { ...version, state, retiredMs: nowMs } : version),
  );
  return { ...next(key, nowMs), versions: [...retired, newVersion(newest + 1, nowMs)] };
}

/** Versions that `isGone` names lose their bytes for ever. */
export function withoutVersions(
  key: TenantKey,
  nowMs: number,
  isGone: (version: KeyVersion) => boolean,
): TenantKey {
  return {
    ...next(key, nowMs),
    versions: key.versions.map((version) => (isGone(version) ? ended(version, nowMs) : version)),
  };
}

export function destroyed(key: TenantKey, nowMs: number): TenantKey {
  return { ...withoutVersions(key, nowMs, () => true), state: 'DESTROYED' };
}

function next(key: TenantKey, nowMs: number): TenantKey {
  return { ...key, revision: key.revision + 1, changedMs: nowMs };
}

function ended(version: KeyVersion, nowMs: number): KeyVersion {
  return { ...version, state: 'DESTROYED', retiredMs: version.retiredMs ?? nowMs, key: null };
}
