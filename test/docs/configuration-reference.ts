import { z } from 'zod';
import { settings } from '../../apps/orchestrator/src/config/config.js';
import type { Page } from './api-reference.js';
import { cell, tableOf } from './markdown.js';

const intro = `# Settings of the orchestrator

Made of the schema that the orchestrator reads its environment by, by \`npm run docs\`. A wrong value ends the start and names its variable. What each is for, settings with more than one value (TLS, issuers of tokens, witnesses, timestamps, collateral), those of workers and those of the prover: [operations](../operations.md#settings).`;

/** docs/reference/configuration.md */
export function configurationReference(source: string): Page {
  const meanings = meaningsOf(source);
  const { properties = {}, required = [] } = z.toJSONSchema(settings) as {
    properties?: Record<string, Setting>;
    required?: string[];
  };
  const rows = Object.entries(properties).map(([name, setting]) => [
    `\`${name}\``,
    defaultOf(setting, required.includes(name)),
    boundOf(setting),
    cell(meanings.get(name) ?? ''),
  ]);
  return {
    path: 'configuration.md',
    text: `${intro}\n\n${tableOf(['Variable', 'Default', 'Takes', ''], rows)}\n`,
  };
}

interface Setting {
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

function defaultOf(setting: Setting, isRequired: boolean): string {
  if (setting.default !== undefined) return `\`${String(setting.default)}\``;
  return isRequired ? 'has to be set' : 'none';
}

function boundOf({ type, enum: choices, minimum, maximum, maxLength }: Setting): string {
  if (choices !== undefined) return choices.map((one) => `\`${one}\``).join(', ');
  if (type === 'integer') return `${minimum} to ${maximum}`;
  return maxLength === undefined ? 'a text' : `a text of at most ${maxLength} characters`;
}

/** The comment above a setting, for itself and for those without one below it. */
function meaningsOf(source: string): ReadonlyMap<string, string> {
  const meanings = new Map<string, string>();
  let meaning = '';
  for (const line of source.split('\n')) {
    const [, comment] = /^ {2}\/\*\* (.*) \*\/$/.exec(line) ?? [];
    if (comment !== undefined) meaning = comment;
    const [, name] = /^ {2}([A-Z_]+): z\./.exec(line) ?? [];
    if (name === undefined) continue;
    meanings.set(name, meaning);
    meaning = '';
  }
  return meanings;
}
