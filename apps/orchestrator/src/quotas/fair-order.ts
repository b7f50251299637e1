/** What is known of a lease that waits for a worker. */
export interface Waiting {
  readonly tenant: string;
  readonly priority: number;
}

/**
 * The order in which leases are given out: tenants take turns, and who has more steps at workers already comes later,
 * so that a tenant with a thousand runs holds up nobody with one. Within a tenant the more urgent first, then as given.
 *
 * @param waiting the oldest first
 * @param held steps at workers now, by tenant
 */
export function fairOrder<Lease extends Waiting>(
  waiting: readonly Lease[],
  held: ReadonlyMap<string, number>,
): Lease[] {
  const turns = new Map<string, number>();
  return [...waiting]
    .sort((one, other) => other.priority - one.priority)
    .map((lease) => {
      const turn = turns.get(lease.tenant) ?? held.get(lease.tenant) ?? 0;
      turns.set(lease.tenant, turn + 1);
      return { lease, turn };
    })
    .sort((one, other) => one.turn - other.turn || other.lease.priority - one.lease.priority)
    .map(({ lease }) => lease);
}
