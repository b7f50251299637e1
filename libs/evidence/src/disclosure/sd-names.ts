import { isJsonObject, type Json, type JsonObject } from '#canonical';

/** RFC 9901, section 4.2.4.1. */
export const digestsMember = '_sd';
/** RFC 9901, section 4.1.1; SHA-256 is the default and the only one here. */
export const algorithmMember = '_sd_alg';
/** RFC 9901, section 4.2.4.2: withheld items of lists, which this format does not have. */
export const itemMember = '...';

export function isReserved(name: string): boolean {
  return name === digestsMember || name === algorithmMember || name === itemMember;
}

/** Whether a name that SD-JWT keeps to itself is anywhere in a value. */
export function hasReserved(value: Json): boolean {
  if (Array.isArray(value)) return (value as readonly Json[]).some(hasReserved);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, member]) => isReserved(name) || hasReserved(member));
}

/** How many members of an object are withheld. */
export function hiddenMembers(value: JsonObject): number {
  const digests = value[digestsMember];
  return Array.isArray(digests) ? digests.length : 0;
}

/** The members of an object that are there. */
export function shownMembers(value: JsonObject): [string, Json][] {
  return Object.entries(value).filter(([name]) => name !== digestsMember);
}
