/*
 * Which packages of package-lock.json an image needs: those that its code imports, and what they depend on, found as
 * Node finds them, from the folder of a package upwards.
 */

/** What is used of an entry of package-lock.json, version 3. */
export interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}
export type Lock = Readonly<Record<string, LockEntry>>;

export interface Platform {
  readonly os: string;
  readonly cpu: string;
}

/**
 * Places below the folder of package.json, e.g. `node_modules/pg`, sorted. Packages for development are left out with
 * what only they need: a program that runs never reaches the code that imports them.
 *
 * @throws Error for a package that the lock does not have
 */
export function packageClosure(
  lock: Lock,
  imported: readonly string[],
  platform: Platform,
): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string, optional: boolean): void => {
    const place = placeOf(lock, name, from);
    if (place === null) {
      if (optional) return;
      throw new Error(`package-lock.json: ${from || 'the code'} needs ${name}, which is not there`);
    }
    const entry = lock[place] ?? {};
    if (found.has(place) || (from === '' && entry.dev === true) || !fits(entry, platform)) return;
    found.add(place);
    for (const dependency of Object.keys(entry.dependencies ?? {}))
      visit(dependency, place, dependency in (entry.optionalDependencies ?? {}));
    for (const dependency of Object.keys(entry.optionalDependencies ?? {})) visit(dependency, place, true);
    for (const dependency of Object.keys(entry.peerDependencies ?? {}))
      if (entry.peerDependenciesMeta?.[dependency]?.optional !== true) visit(dependency, place, false);
  };
  for (const name of imported) visit(name, '', false);
  return [...found].sort();
}

function placeOf(lock: Lock, name: string, from: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock[place] !== undefined) return place;
    if (folder === '') return null;
  }
}

function fits({ os, cpu, libc }: LockEntry, platform: Platform): boolean {
  return (
    (os === undefined || os.includes(platform.os)) &&
    (cpu === undefined || cpu.includes(platform.cpu)) &&
    (libc === undefined || libc.includes('glibc'))
  );
}
