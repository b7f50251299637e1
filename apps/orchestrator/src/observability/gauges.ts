import { Gauge } from 'prom-client';
import { registry } from './instruments.js';

const registers = [registry];
const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
  new Gauge({ name, help, labelNames, registers });

/** Read when somebody asks for metrics, see `MetricsReader`. What the database counts is the same on every replica. */
export const gauges = {
  databaseUp: gauge('sealflow_db_up', 'Whether the database answered the last scrape'),
  ping: gauge('sealflow_db_ping_seconds', 'Time of the smallest query, waiting for a connection included'),
  connections: gauge('sealflow_db_connections', 'Connections of the pool, and callers that wait for one', [
    'state',
  ]),
  grpcConnections: gauge('sealflow_connections', 'Connections to the gRPC port of this replica'),
  runs: gauge('sealflow_runs_open', 'Runs that have not ended, of all replicas', ['state']),
  leases: gauge('sealflow_leases', 'Leases that wait for a worker, are at one, or wait for a person', [
    'state',
  ]),
  oldestLease: gauge('sealflow_lease_oldest_queued_seconds', 'How long the oldest lease waits for a worker'),
  workers: gauge('sealflow_worker_sessions', 'Workers connected to this replica'),
  operations: gauge('sealflow_workers', 'Workers of this replica that may get tasks, by operation', [
    'operation',
  ]),
  fenced: gauge('sealflow_workers_fenced', 'Connected workers that are out of service after a bad result'),
  logSize: gauge('sealflow_log_leaves', 'Leaves in the transparency log'),
  logQueue: gauge('sealflow_log_queued', 'Leaves that have no place in the log yet'),
  oldestLeaf: gauge('sealflow_log_oldest_queued_seconds', 'How long the oldest leaf waits for its place'),
  checkpointAge: gauge('sealflow_log_checkpoint_age_seconds', 'Age of the newest checkpoint'),
  unstamped: gauge('sealflow_timestamps_waiting', 'Bundles that wait for a timestamp authority'),
  oldestUnstamped: gauge('sealflow_timestamps_oldest_seconds', 'How long the oldest of them waits'),
  certificateEnds: gauge(
    'sealflow_tls_certificate_expiry_seconds',
    'Seconds until what is in use ends: the certificate of this replica, the last root of its callers',
    ['file'],
  ),
  certificatesRefused: gauge(
    'sealflow_tls_files_refused',
    'Whether certificate files on the disk are not sound, so that older ones are in use',
  ),
  certificateReloads: gauge(
    'sealflow_tls_reloads',
    'How often certificate files were taken over since the start',
  ),
  replicas: gauge('sealflow_replicas', 'Replicas on this database, by whether they were seen lately', [
    'state',
  ]),
} as const;
