import { Command } from 'commander';
import { isJsonObject, type Json, toJson } from '#canonical';
import { type TrustFile, trustFileDigest } from '#evidence';
import { readTrust } from '../installation/read-trust.js';
import { exitCode } from '../output/failure.js';

/** One rule that two trust files state differently; null where a file is silent. */
interface RuleDifference {
  readonly rule: string;
  readonly first: string | null;
  readonly second: string | null;
}

/** `sealflow trust diff A B`: 0 same, 1 different. */
export function trustDiffCommand(): Command {
  return new Command('diff')
    .description('say what one trust file believes or allows and the other does not')
    .argument('<first>', 'trust file')
    .argument('<second>', 'trust file')
    .option('--json', 'print the differences as JSON')
    .action((first: string, second: string, options: { readonly json?: boolean }) => {
      const files = [readTrust(first), readTrust(second)] as const;
      const differences = diffTrust(...files);
      const [left, right] = files.map(trustFileDigest);
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ first: left, second: right, differences })}\n`
          : rendered(differences, [`${first}  ${left}`, `${second}  ${right}`]),
      );
      process.exitCode = differences.length === 0 ? exitCode.verified : exitCode.failed;
    });
}

function diffTrust(first: TrustFile, second: TrustFile): RuleDifference[] {
  const [left, right] = [rulesOf(toJson(first)), rulesOf(toJson(second))];
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  return names
    .map((rule) => ({ rule, first: left.get(rule) ?? null, second: right.get(rule) ?? null }))
    .filter((difference) => difference.first !== difference.second);
}

/**
 * Every leaf of a trust file by its path. Entries of lists go by what they are, not by where they stand: a key that is
 * added in front must not make all keys behind it look changed.
 */
function rulesOf(value: Json, path = ''): Map<string, string> {
  if (Array.isArray(value)) {
    return new Map(value.flatMap((entry) => [...rulesOf(entry, `${path}[${nameOf(entry)}]`)]));
  }
  if (!isJsonObject(value)) return new Map([[path, String(value)]]);
  const members = Object.entries(value).map(
    ([name, member]) => [path === '' ? name : `${path}.${name}`, member] as const,
  );
  return new Map(members.flatMap(([name, member]) => [...rulesOf(member, name)]));
}

function nameOf(entry: Json): string {
  if (!isJsonObject(entry)) return String(entry);
  const name = entry['name'] ?? entry['id'];
  return typeof name === 'string' ? name : JSON.stringify(entry).slice(0, 80);
}

function rendered(differences: readonly RuleDifference[], files: readonly string[]): string {
  if (differences.length === 0) return 'both say the same\n';
  const lines = [`first   ${files[0]}`, `second  ${files[1]}`];
  for (const { rule, first, second } of differences) {
    if (second === null) lines.push(`only in the first   ${rule}${shown(rule, first)}`);
    else if (first === null) lines.push(`only in the second  ${rule}${shown(rule, second)}`);
    else lines.push(rule, `  first   ${first}`, `  second  ${second}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** An entry of a list is its own name. */
function shown(rule: string, value: string | null): string {
  return value === null || rule.endsWith(`[${value}]`) ? '' : `  ${value}`;
}
