import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type Digest,
  digestOf,
  isDigest,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
} from '#canonical';
import { UsageError } from '../output/failure.js';
import { tarEntries } from './tar-entries.js';

/*
 * The files of an image in an OCI layout. Trusted: the digest that the caller asks for, where one is asked for. Every
 * blob is hashed before it is read, so that what is measured is what a digest in a chart pulls.
 */

export interface ImageFiles {
  /** Of the manifest: what charts and registries name. */
  readonly digest: Digest;
  /** Path and SHA-256 of every file below the folder that was asked for. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const GZIP_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const PLAIN_LAYER = 'application/vnd.oci.image.layer.v1.tar';
const JSON_BYTES_MAX = 4 * 1024 * 1024;
const LAYER_BYTES_MAX = 1024 * 1024 * 1024;
const LAYERS_MAX = 127;
const WHITEOUT = '.wh.';

/**
 * @param image name that the layout gives the image, or its digest
 * @param folder below which files count, e.g. `app`
 * @throws UsageError
 */
export function imageFiles(layout: string, image: string, folder: string): ImageFiles {
  const digest = manifestDigest(layout, image);
  const manifest = objectOf(blob(layout, digest, JSON_BYTES_MAX), `manifest ${digest}`);
  const layers = manifest['layers'];
  if (!Array.isArray(layers) || layers.length === 0 || layers.length > LAYERS_MAX)
    throw new UsageError(`manifest ${digest}: expected 1 to ${LAYERS_MAX} layers`);
  const files = new Map<string, Buffer>();
  for (const layer of layers) apply(layerOf(layout, layer), files, `${folder}/`);
  return { digest, files };
}

function apply(
  layer: { readonly where: string; readonly tar: Uint8Array },
  files: Map<string, Buffer>,
  below: string,
): void {
  const entries = tarEntries(layer.tar, layer.where);
  // OCI image layer: what a layer takes away is gone before what it brings.
  for (const { path } of entries) {
    const at = path.lastIndexOf('/') + 1;
    const name = path.slice(at);
    if (!name.startsWith(WHITEOUT)) continue;
    const gone =
      name === '.wh..wh..opq' ? path.slice(0, at - 1) : path.slice(0, at) + name.slice(WHITEOUT.length);
    remove(files, gone);
  }
  for (const { path, kind, bytes } of entries) {
    if (path.slice(path.lastIndexOf('/') + 1).startsWith(WHITEOUT)) continue;
    if (`${path}/` === below && kind !== 'folder') remove(files, path);
    if (!path.startsWith(below)) continue;
    if (kind === 'link' || kind === 'other')
      throw new UsageError(`${layer.where}: ${path}: expected a file or a folder, links are not measured`);
    if (kind === 'file') {
      remove(files, path);
      files.set(path, createHash('sha256').update(bytes).digest());
    } else {
      files.delete(path);
    }
  }
}

function remove(files: Map<string, Buffer>, path: string): void {
  for (const file of [...files.keys()]) if (file === path || file.startsWith(`${path}/`)) files.delete(file);
}

function layerOf(layout: string, layer: Json): { readonly where: string; readonly tar: Uint8Array } {
  const { mediaType, digest } = isJsonObject(layer) ? layer : {};
  if (typeof digest !== 'string' || !isDigest(digest))
    throw new UsageError('layer: expected a sha256 digest');
  const where = `layer ${digest}`;
  if (mediaType !== GZIP_LAYER && mediaType !== PLAIN_LAYER)
    throw new UsageError(
      `${where}: expected ${GZIP_LAYER} or without +gzip, got ${String(mediaType).slice(0, 80)}`,
    );
  const bytes = blob(layout, digest, LAYER_BYTES_MAX);
  if (mediaType === PLAIN_LAYER) return { where, tar: bytes };
  try {
    return { where, tar: gunzipSync(bytes, { maxOutputLength: LAYER_BYTES_MAX }) };
  } catch {
    throw new UsageError(`${where}: expected gzip of at most ${LAYER_BYTES_MAX} bytes`);
  }
}

function manifestDigest(layout: string, image: string): Digest {
  if (isDigest(image)) return image;
  const index = objectOf(readLimited(join(layout, 'index.json'), JSON_BYTES_MAX), `${layout}/index.json`);
  const entries = (Array.isArray(index['manifests']) ? index['manifests'] : []).filter(isJsonObject);
  const nameOf = (entry: JsonObject): Json | undefined => {
    const annotations = entry['annotations'];
    return annotations !== undefined && isJsonObject(annotations)
      ? annotations['org.opencontainers.image.ref.name']
      : undefined;
  };
  const named = entries.filter((entry) => nameOf(entry) === image);
  const [entry] = named;
  const digest = entry?.['digest'];
  if (
    named.length !== 1 ||
    entry?.['mediaType'] !== MANIFEST ||
    typeof digest !== 'string' ||
    !isDigest(digest)
  ) {
    const names = entries.map((other) => String(nameOf(other) ?? 'an image without a name')).join(', ');
    throw new UsageError(
      `${layout}: expected one image ${image.slice(0, 80)}, got ${names.slice(0, 400) || 'none'}`,
    );
  }
  return digest;
}

function blob(layout: string, digest: Digest, bytesMax: number): Uint8Array {
  const bytes = readLimited(join(layout, 'blobs', 'sha256', digest.slice('sha256:'.length)), bytesMax);
  const found = digestOf(bytes);
  if (found !== digest) throw new UsageError(`blob ${digest}: expected bytes of this digest, got ${found}`);
  return bytes;
}

function readLimited(file: string, bytesMax: number): Uint8Array {
  if (!existsSync(file)) throw new UsageError(`${file}: expected a file of an OCI layout, got ENOENT`);
  const { size } = statSync(file);
  if (size > bytesMax) throw new UsageError(`${file}: expected at most ${bytesMax} bytes, got ${size}`);
  return readFileSync(file);
}

function objectOf(bytes: Uint8Array, where: string): JsonObject {
  const json = parseJsonStrict(bytes, { bytesMax: JSON_BYTES_MAX });
  if (!isJsonObject(json)) throw new UsageError(`${where}: expected a JSON object`);
  return json;
}
