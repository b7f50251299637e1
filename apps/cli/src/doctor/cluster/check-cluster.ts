import { type Finding, Findings } from '../finding.js';
import { checkEgress } from './check-egress.js';
import { checkEvidencePath } from './check-evidence-path.js';
import { checkPods } from './check-pods.js';
import { checkScheduling } from './check-scheduling.js';
import type { ClusterObjects } from './cluster-objects.js';

/** What keeps pods of Sealflow from running and from being believed, as far as `kubectl`'s JSON shows it. */
export function checkCluster(objects: ClusterObjects): Finding[] {
  return [
    ...checkKinds(objects),
    ...checkScheduling(objects),
    ...checkEvidencePath(objects),
    ...checkEgress(objects),
    ...checkPods(objects),
  ];
}

/** What is not in the file was perhaps not asked for. */
function checkKinds({ workloads, networkPolicies }: ClusterObjects): Finding[] {
  const findings = new Findings('cluster');
  if (workloads.length === 0)
    findings.fail(
      {
        what: 'workloads',
        where: 'StatefulSets with app.kubernetes.io/part-of=sealflow',
        expected: 'at least one',
        got: 'none',
      },
      'name the namespace of the release to kubectl (-n), and statefulsets among the kinds',
    );
  else if (networkPolicies.length === 0)
    findings.skipped(
      {
        what: 'network policies',
        where: 'namespace of the release',
        expected: 'those that select its pods',
        got: 'none in what kubectl printed',
      },
      'name networkpolicies among the kinds, unless networkPolicy.enabled is false',
    );
  return findings.list;
}
