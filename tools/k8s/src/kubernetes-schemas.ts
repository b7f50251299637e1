import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { checkStrictly, type Problem, type Schema } from './strict-schema.js';
import { toolsFolder } from './tools.js';

/** Beside a checkout; not part of it. */
const SHARED = join(toolsFolder, '..', '..', '..', 'shared', 'k8s');
const OPENAPI = 'kubernetes-openapi-1.36.json';
const CRDS = 'cert-manager-crds';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    /** Of objects that a server has. */
    readonly uid?: string;
    readonly generation?: number;
  };
  readonly [member: string]: unknown;
}

/** Says what is wrong with an object; an empty list says that nothing is. */
export type ObjectCheck = (object: unknown) => Promise<readonly Problem[]>;

export interface Schemas {
  readonly check: ObjectCheck;
  /** Where the schemas came from, for the reader of a test's output. */
  readonly source: string;
}

/**
 * Strict schemas where the OpenAPI file of Kubernetes and the resource definitions lie beside the checkout; otherwise
 * the validators of the npm packages, which find missing and mistyped fields and know nothing of unknown ones.
 */
export function loadSchemas(folder: string = SHARED): Schemas {
  if (!existsSync(join(folder, OPENAPI))) {
    return {
      source: 'npm kubernetes-models: unknown fields are NOT found, the OpenAPI file of Kubernetes is absent',
      check: (object) => checkByPackage(object),
    };
  }
  const strict = strictCheck(folder);
  return {
    source: `${OPENAPI} and ${CRDS}, strict; KEDA and Prometheus operator by npm @kubernetes-models`,
    check: async (object) => strict(object) ?? (await checkByPackage(object)),
  };
}

/** Null: nobody here knows the kind. */
type StrictCheck = (object: unknown) => readonly Problem[] | null;

export function strictCheck(folder: string): StrictCheck {
  const { definitions } = JSON.parse(readFileSync(join(folder, OPENAPI), 'utf8')) as {
    definitions: Record<string, Schema>;
  };
  const resolve = (reference: string): Schema | undefined =>
    definitions[reference.replace('#/definitions/', '')];
  const kinds = new Map<string, Schema>();
  for (const schema of Object.values(definitions)) {
    for (const kind of groupVersionKinds(schema)) if (!kinds.has(kind)) kinds.set(kind, schema);
  }
  for (const [kind, schema] of customResources(join(folder, CRDS))) kinds.set(kind, schema);
  return (object) => {
    const kind = kindOf(object);
    const schema = kind === null ? undefined : kinds.get(kind);
    return schema === undefined ? null : checkStrictly(object, schema, resolve);
  };
}

function groupVersionKinds(schema: Schema): readonly string[] {
  const list = (schema as Readonly<Record<string, unknown>>)['x-kubernetes-group-version-kind'];
  if (!Array.isArray(list) || list.length !== 1) return [];
  return (list as readonly { group: string; version: string; kind: string }[]).map(
    ({ group, version, kind }) => `${group === '' ? version : `${group}/${version}`} ${kind}`,
  );
}

interface ResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { openAPIV3Schema: Schema } }[];
  };
}

function customResources(folder: string): readonly [string, Schema][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => {
      const { spec } = parse(readFileSync(join(folder, name), 'utf8')) as ResourceDefinition;
      return spec.versions.map((version): [string, Schema] => {
        const schema = version.schema.openAPIV3Schema;
        // The API server knows what metadata is and lets nobody describe it.
        const metadata: Schema = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
        return [
          `${spec.group}/${version.name} ${spec.names.kind}`,
          { ...schema, properties: { ...schema.properties, metadata } },
        ];
      });
    });
}

function kindOf(object: unknown): string | null {
  if (typeof object !== 'object' || object === null) return null;
  const { apiVersion, kind } = object as { apiVersion?: unknown; kind?: unknown };
  return typeof apiVersion === 'string' && typeof kind === 'string' ? `${apiVersion} ${kind}` : null;
}

/** A class of these packages is made from an object and then checks it. */
type Model = new (data: unknown) => { validate(): void };

const packageOfGroup: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda/keda.sh',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator/monitoring.coreos.com',
  'cert-manager.io': '@kubernetes-models/cert-manager/cert-manager.io',
};

async function checkByPackage(object: unknown): Promise<readonly Problem[]> {
  const name = kindOf(object);
  if (name === null) return [{ path: '', message: 'expected apiVersion and kind' }];
  const [apiVersion = '', kind = ''] = name.split(' ');
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const home = packageOfGroup[group] ?? ['kubernetes-models', group].filter((part) => part !== '').join('/');
  const model = await modelOf(`${home}/${version}`, kind);
  if (model === null) return [{ path: '', message: `no schema for ${name}` }];
  try {
    new model(object).validate();
    return [];
  } catch (error) {
    return [{ path: '', message: error instanceof Error ? error.message : String(error) }];
  }
}

async function modelOf(module: string, kind: string): Promise<Model | null> {
  const file = join(toolsFolder, 'node_modules', module, 'index.js');
  if (!existsSync(file)) return null;
  const found = (await import(pathToFileURL(file).href)) as Record<string, Model>;
  return found[kind] ?? null;
}
