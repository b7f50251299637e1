import { createHash } from 'node:crypto';

/*
 * CycloneDX of one image: what npm says of the lock file, cut down to the packages that are in the image. Everything
 * that npm draws at random or takes from the clock is made from the content instead.
 */

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly [member: string]: unknown;
}
interface Dependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
}
/** What `npm sbom --sbom-format cyclonedx` prints. */
export interface NpmBill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly tools?: unknown; readonly [member: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
}

export interface BillSubject {
  /** Of the image, e.g. `sealflow/orchestrator`. */
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly createdMs: number;
  /** `name@version` of each package of the image. */
  readonly packages: readonly string[];
  /** Those that its own code imports. */
  readonly direct: readonly string[];
}

/** @throws Error for a package of the image that npm does not name: a bill that leaves something out is worse than none */
export function billOfMaterials(bill: NpmBill, subject: BillSubject): object {
  const byName = new Map(bill.components.map((component) => [idOf(component), component]));
  const components = [...subject.packages].sort().map((id) => {
    const component = byName.get(id);
    if (component === undefined) throw new Error(`bill of materials: npm names no package ${id}`);
    return component;
  });
  const refs = new Set(components.map((component) => component['bom-ref']));
  const kept = (list: readonly string[] = []): string[] => list.filter((ref) => refs.has(ref)).sort();
  const own = `${subject.name}@${subject.version}`;
  const content = {
    bomFormat: bill.bomFormat,
    specVersion: bill.specVersion,
    version: 1,
    metadata: {
      timestamp: new Date(subject.createdMs).toISOString(),
      lifecycles: [{ phase: 'build' }],
      ...(bill.metadata.tools === undefined ? {} : { tools: bill.metadata.tools }),
      component: {
        'bom-ref': own,
        type: 'container',
        name: subject.name,
        version: subject.version,
        licenses: [{ expression: subject.license }],
      },
      // The base brings a few libraries of Debian, which it lists itself.
      properties: [{ name: 'sealflow.dev/covers', value: 'packages of npm and Node, not the base image' }],
    },
    components,
    dependencies: [
      { ref: own, dependsOn: kept(subject.direct.map((id) => byName.get(id)?.['bom-ref'] ?? '')) },
      ...bill.dependencies
        .filter(({ ref }) => refs.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: kept(dependsOn) }))
        .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
    ],
  };
  return { ...content, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}` };
}

function idOf({ name, version }: Component): string {
  return `${name}@${version}`;
}

/** RFC 9562, 5.8: version 8, whose bits are free. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
