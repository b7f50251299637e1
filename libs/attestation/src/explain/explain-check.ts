import { uncheckedReasons } from '../policy/tier.js';
import type { ReasonCode } from '../reasons.js';
import { type AreaName, areas } from './areas.js';
import { checkTitles } from './check-titles.js';
import { reasonTexts } from './reason-texts.js';

/** A check in words: what it is about, and what its findings mean. */
export interface CheckExplanation {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly meaning: string;
}

export interface ReasonExplanation {
  readonly reason: string;
  readonly meaning: string;
  readonly advice: string;
  /** Says that something could not be checked, and not that it is false. */
  readonly unchecked: boolean;
}

/** Null for a name that no check has. Case does not matter. */
export function explainCheck(id: string): CheckExplanation | null {
  const name = id.toUpperCase();
  const title = Object.hasOwn(checkTitles, name) ? checkTitles[name] : undefined;
  const area = areaOf(name);
  return title === undefined || area === null ? null : { id: name, title, ...areas[area] };
}

/** Null for a name that no check of evidence gives as its reason. */
export function explainReason(reason: string): ReasonExplanation | null {
  const code = reason.toUpperCase();
  const found = Object.hasOwn(reasonTexts, code) ? reasonTexts[code as ReasonCode] : undefined;
  if (found === undefined) return null;
  return { reason: code, ...found, unchecked: uncheckedReasons.some((unchecked) => unchecked === code) };
}

/** All checks, in the order of the areas. */
export function explainableChecks(): readonly string[] {
  return Object.keys(checkTitles);
}

function areaOf(id: string): AreaName | null {
  const name = id.split('-')[1] ?? '';
  return Object.hasOwn(areas, name) ? (name as AreaName) : null;
}
