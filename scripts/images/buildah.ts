import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ImageBuild {
  readonly containerfile: string;
  readonly target: string;
  readonly tag: string;
  /** Folder that takes the place of the build stage. */
  readonly staged: string;
  readonly base: string;
  readonly seconds: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Why images cannot be built here, in one line; null where they can. */
export function missingForImages(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  for (const program of ['buildah', 'runc', 'apt-get', 'dpkg-deb'])
    if (spawnSync(program, ['--version']).error !== undefined)
      return `needs ${program}, which is not installed`;
  return null;
}

/**
 * Images without an engine: buildah with chroot isolation and a store of its own, which `close` takes away with all
 * that is in it.
 */
export class Buildah {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sealflow-images-'));
  readonly #driver: string;

  constructor() {
    // Overlay cannot lie on every file system, a container's among them; vfs can, and copies every layer.
    const overlay = spawnSync('buildah', [...this.#store('overlay'), 'info'], { stdio: 'ignore' });
    this.#driver = overlay.status === 0 ? 'overlay' : 'vfs';
  }

  /** Makes a folder an image of one layer. */
  pack(folder: string, tag: string, seconds: number): void {
    const containerfile = join(this.#folder, 'Pack');
    writeFileSync(containerfile, 'FROM scratch\nADD . /\n');
    this.#bud(['-t', tag, '-f', containerfile, folder], seconds);
  }

  build({ containerfile, target, tag, staged, base, seconds, labels }: ImageBuild): void {
    const context = join(this.#folder, 'empty');
    mkdirSync(context, { recursive: true });
    const named = Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
    this.#bud(
      [
        ...['--layers', '--build-arg', `BASE_IMAGE=${base}`, '--build-context', `build=${staged}`],
        ...named,
        ...['--target', target, '-t', tag, '-f', containerfile, context],
      ],
      seconds,
    );
  }

  /** Digest of the image's configuration, which names the digest of every layer. */
  id(tag: string): string {
    return `sha256:${this.#run(['inspect', '--type', 'image', '--format', '{{.FromImageID}}', tag]).trim()}`;
  }

  /** Of all its layers, for people. */
  size(tag: string): string {
    return this.#run(['images', '--noheading', '--format', '{{.Size}}', tag]).trim();
  }

  /** Adds the image to an OCI layout, and gives the digest of its manifest, which is what charts pin. */
  push(tag: string, layout: string, name: string): string {
    const file = join(this.#folder, 'digest');
    this.#run(['push', '-q', '--digestfile', file, tag, `oci:${layout}:${name}`]);
    return readFileSync(file, 'utf8').trim();
  }

  /** The files of an image, for as long as the store is there. */
  mount(tag: string): string {
    const container = this.#run(['from', '--pull-never', tag]).trim();
    return this.#run(['mount', container]).trim();
  }

  close(): void {
    spawnSync('buildah', [...this.#store(this.#driver), 'rm', '--all'], { stdio: 'ignore' });
    // A store of the overlay driver is itself a mount, which would be busy.
    for (const mount of ['overlay', '']) spawnSync('umount', ['-q', join(this.#folder, 'root', mount)]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #bud(args: readonly string[], seconds: number): void {
    this.#run([
      ...['bud', '--quiet', '--isolation', 'chroot', '--format', 'oci', '--timestamp', String(seconds)],
      ...args,
    ]);
  }

  #store(driver: string): string[] {
    const place = (name: string): string => join(this.#folder, name);
    return ['--root', place('root'), '--runroot', place('run'), '--storage-driver', driver];
  }

  #run(args: readonly string[]): string {
    return execFileSync('buildah', [...this.#store(this.#driver), ...args], {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
