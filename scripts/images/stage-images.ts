import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, type NpmBill } from './bill-of-materials.js';
import { importedPackages } from './imported-packages.js';
import { type Lock, packageClosure } from './package-closure.js';
import { type ServiceImage, serviceImages } from './service-images.js';
import { settle, stageFile, stageFolder, stageText } from './staged-files.js';

/*
 * Lays out what the Containerfile copies, in `<target>/out`: Node, the packages that all images have, and of each image
 * its own packages, its program, release.json and the bill of materials.
 */

export interface Staging {
  /** Folder of the checkout, built. */
  readonly root: string;
  readonly target: string;
  /** 40 hex digits, or null where nobody knows. */
  readonly commit: string | null;
  /** SOURCE_DATE_EPOCH: seconds since 1970. */
  readonly seconds: number;
  /** As Node names it. */
  readonly cpu: string;
}

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly imports: Readonly<Record<string, { readonly default: string }>>;
  readonly engines: object;
}

const APP = 'app';
export const BILL_FILE = 'sbom.cdx.json';
const BILL_BYTES_MAX = 64 * 1024 * 1024;

export function stageImages(staging: Staging): void {
  const { root, target, seconds, cpu } = staging;
  const out = join(target, 'out');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageFile;
  const lock = (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock })
    .packages;
  const aliases = new Map(Object.entries(manifest.imports).map(([name, { default: file }]) => [name, file]));
  const node = `node_modules/node-linux-${cpu}`;
  stageFile(join(root, node, 'bin/node'), join(out, 'node/usr/local/bin/node'));
  stageFile(join(root, node, 'LICENSE'), join(out, 'node/usr/local/share/doc/node/LICENSE'));

  const contents = serviceImages.map((image) => {
    const direct = importedPackages(root, `dist/apps/${image.name}/src`, aliases);
    const places = packageClosure(lock, direct, { os: 'linux', cpu });
    expectLicenses(image, places, lock);
    return { image, direct, places };
  });
  const common = (contents[0]?.places ?? []).filter((place) =>
    contents.every(({ places }) => places.includes(place)),
  );
  for (const place of common) stageFolder(join(root, place), join(out, 'common', APP, place), { cpu });

  const bill = npmBill(root);
  for (const { image, direct, places } of contents) {
    const home = join(out, image.name);
    for (const place of places.filter((candidate) => !common.includes(candidate)))
      stageFolder(join(root, place), join(home, 'packages', APP, place), { cpu });
    const program = join(home, 'program', APP);
    for (const folder of image.folders) {
      if (!existsSync(join(root, folder))) throw new Error(`${folder}: not there, run npm run build first`);
      stageFolder(join(root, folder), join(program, folder), null);
    }
    // An image without packages of its own still has the folder that is copied.
    mkdirSync(join(home, 'packages', APP), { recursive: true });
    const license = image.name === 'zk-prover' ? 'apps/zk-prover/LICENSE' : 'LICENSE';
    stageFile(join(root, license), join(program, 'LICENSE'));
    stageText(join(program, 'package.json'), packageText(manifest, image, aliases));
    stageText(join(program, 'release.json'), json({ commit: staging.commit }));
    const subject = {
      name: `sealflow/${image.name}`,
      version: manifest.version,
      license: image.license,
      createdMs: seconds * 1_000,
      packages: [...places, node].map((place) => idOf(place, lock)),
      direct: [...direct.map((name) => `node_modules/${name}`), node]
        .filter((place) => place === node || places.includes(place))
        .map((place) => idOf(place, lock)),
    };
    stageText(join(program, BILL_FILE), json(billOfMaterials(bill, subject)));
  }
  settle(out, seconds);
}

/** The licence of an image is that of everything in it; one package of another kind would change it for whoever ships it. */
function expectLicenses(image: ServiceImage, places: readonly string[], lock: Lock): void {
  if (image.license.includes('GPL')) return;
  const found = places.filter((place) => /GPL/.test(lock[place]?.license ?? ''));
  if (found.length > 0)
    throw new Error(
      `${image.name}: expected no GPL, got ${found.map((place) => idOf(place, lock)).join(', ')}`,
    );
}

function idOf(place: string, lock: Lock): string {
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return `${name}@${lock[place]?.version ?? ''}`;
}

/** Without conditions for sources, scripts and what is for development: Node reads imports and type, people the rest. */
function packageText(
  manifest: PackageFile,
  image: ServiceImage,
  aliases: ReadonlyMap<string, string>,
): string {
  return json({
    name: `sealflow-${image.name}`,
    version: manifest.version,
    private: true,
    license: image.license,
    type: 'module',
    engines: manifest.engines,
    imports: Object.fromEntries(aliases),
  });
}

function npmBill(root: string): NpmBill {
  // `--omit dev` would leave out packages that something for development needs too.
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: BILL_BYTES_MAX,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(text) as NpmBill;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
