import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSync, type Options, type PackageDefinition } from '@grpc/proto-loader';

/**
 * How messages look at run time. The types in `generated/` are made with the same options
 * (scripts/generate-contracts.mjs), so that a type never lies about a value.
 */
export const loaderOptions: Options = { longs: String, enums: String, oneofs: true, defaults: true };

/** Folder that holds `sealflow/<area>/v1/*.proto`; it travels with the code. */
export function protoRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'proto', 'sealflow'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no folder proto/sealflow above the contracts library');
    folder = parent;
  }
  return join(folder, 'proto');
}

export function protoFiles(): string[] {
  const root = protoRoot();
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.proto'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

let loaded: PackageDefinition | undefined;

export function loadContracts(): PackageDefinition {
  loaded ??= loadSync(protoFiles(), { ...loaderOptions, includeDirs: [protoRoot()] });
  return loaded;
}
