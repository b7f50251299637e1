export const runFilterNames = ['state', 'workflow', 'from', 'to', 'policy'] as const;
export type RunFilter = Readonly<Record<string, string>>;

/** The filter of ListRuns (AIP-160). Both days are whole, of UTC; what is no day or name is left out. */
export function filterOf(filter: RunFilter): string {
  const day = (name: string): string | null =>
    /^\d{4}-\d{2}-\d{2}$/.test(filter[name] ?? '') ? (filter[name] ?? null) : null;
  const parts: string[] = [];
  if (/^[A-Z_]+$/.test(filter['state'] ?? '')) parts.push(`state = ${filter['state']}`);
  const workflow = filter['workflow'] ?? '';
  if (workflow !== '') parts.push(`workflow = "${workflow.replaceAll(/["\\]/g, '\\$&')}"`);
  const from = day('from');
  if (from !== null) parts.push(`create_time >= "${from}T00:00:00Z"`);
  const to = day('to');
  if (to !== null) parts.push(`create_time <= "${to}T23:59:59.999Z"`);
  const policy = filter['policy'] ?? '';
  if (/^sha256:[0-9a-f]{64}$/.test(policy)) parts.push(`policy = "${policy}"`);
  return parts.join(' AND ');
}
