type Json = unknown;
type Members = Readonly<Record<string, Json>>;

function isMembers(value: Json): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7396. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isMembers(patch)) return patch;
  const merged: Record<string, Json> = { ...(isMembers(target) ? target : {}) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

/** By what the items of a list are told apart (`x-kubernetes-patch-merge-key`); lists of other names are replaced. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  ports: ['containerPort', 'port'],
  topologySpreadConstraints: ['topologyKey'],
};
const DIRECTIVE = /^\$(setElementOrder|deleteFromPrimitiveList|retainKeys)/;

/** Strategic merge patch, as far as the objects of these charts ask for it. */
export function strategicPatch(target: Json, patch: Json, field = ''): Json {
  if (Array.isArray(patch)) return patchList(Array.isArray(target) ? target : [], patch, field);
  if (!isMembers(patch)) return patch;
  if (patch['$patch'] === 'replace') return without(patch, '$patch');
  const merged: Record<string, Json> = { ...(isMembers(target) ? target : {}) };
  const kept = patch['$retainKeys'];
  if (Array.isArray(kept))
    for (const name of Object.keys(merged)) if (!kept.includes(name)) delete merged[name];
  for (const [name, value] of Object.entries(patch)) {
    if (DIRECTIVE.test(name)) continue;
    if (value === null) delete merged[name];
    else merged[name] = strategicPatch(merged[name], value, name);
  }
  for (const [name, order] of Object.entries(patch)) {
    const list = /^\$setElementOrder\/(.*)$/.exec(name)?.[1];
    if (list !== undefined && Array.isArray(order)) merged[list] = ordered(merged[list], order, list);
  }
  return merged;
}

function keyOf(item: Json, field: string): string | null {
  if (!isMembers(item)) return null;
  const key = mergeKeys[field]?.find((name) => name in item);
  return key === undefined ? null : `${key}=${String(item[key])}`;
}

function patchList(target: readonly Json[], patch: readonly Json[], field: string): Json {
  if (mergeKeys[field] === undefined) return patch;
  const merged = [...target];
  for (const item of patch) {
    const at = merged.findIndex((other) => keyOf(other, field) === keyOf(item, field));
    if (isMembers(item) && item['$patch'] === 'delete') {
      if (at >= 0) merged.splice(at, 1);
    } else if (at < 0) merged.push(item);
    else merged[at] = strategicPatch(merged[at], item);
  }
  return merged;
}

function ordered(list: Json, order: readonly Json[], field: string): Json {
  if (!Array.isArray(list) || mergeKeys[field] === undefined) return list;
  const place = (item: Json): number =>
    order.findIndex((other) => keyOf(other, field) === keyOf(item, field));
  return (list as readonly Json[]).toSorted((a, b) => place(a) - place(b));
}

function without(members: Members, name: string): Members {
  return Object.fromEntries(Object.entries(members).filter(([other]) => other !== name));
}
