import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Mounted {
  readonly from: string;
  readonly to: string;
  readonly writable?: boolean;
}

export interface ContainerRun {
  /** Files of the image. */
  readonly root: string;
  /** Folder of this container; its name is that of the container. */
  readonly work: string;
  /** Of the image's entry point. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mounted[];
}

const NOBODY = 65_532;

/**
 * Arguments for runc, after the bundle was written: what the charts ask of a container, that is files that cannot be
 * changed, no privileges and no capability; on this machine's network, since there is no cluster's.
 */
export function containerArguments({ root, work, args, env, mounts }: ContainerRun): string[] {
  mkdirSync(work, { recursive: true });
  const none = { bounding: [], effective: [], permitted: [], inheritable: [] };
  const spec = {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: NOBODY, gid: NOBODY },
      args: ['/usr/local/bin/node', ...args],
      cwd: '/app',
      env: ['NODE_ENV=production', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
      capabilities: none,
      noNewPrivileges: true,
    },
    root: { path: root, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      {
        destination: '/dev',
        type: 'tmpfs',
        source: 'tmpfs',
        options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
      },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
      ...mounts.map(({ from, to, writable }) => ({
        destination: to,
        type: 'bind',
        source: from,
        options: ['bind', writable === true ? 'rw' : 'ro', 'nosuid', 'nodev'],
      })),
    ],
    linux: { namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })) },
  };
  writeFileSync(join(work, 'config.json'), JSON.stringify(spec));
  return ['--root', join(work, 'state'), 'run', '--bundle', work, `sealflow-${basename(work)}`];
}
