/** What the API server double knows: group, version, plural, kind. */
export const apiResources = [
  ['', 'v1', 'namespaces', 'Namespace'],
  ['', 'v1', 'nodes', 'Node'],
  ['', 'v1', 'secrets', 'Secret'],
  ['', 'v1', 'configmaps', 'ConfigMap'],
  ['', 'v1', 'services', 'Service'],
  ['', 'v1', 'serviceaccounts', 'ServiceAccount'],
  ['', 'v1', 'pods', 'Pod'],
  ['', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim'],
  ['', 'v1', 'resourcequotas', 'ResourceQuota'],
  ['apps', 'v1', 'statefulsets', 'StatefulSet'],
  ['batch', 'v1', 'jobs', 'Job'],
  ['policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget'],
  ['autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler'],
  ['networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy'],
  ['node.k8s.io', 'v1', 'runtimeclasses', 'RuntimeClass'],
  ['snapshot.storage.k8s.io', 'v1', 'volumesnapshots', 'VolumeSnapshot'],
  ['cert-manager.io', 'v1', 'certificates', 'Certificate'],
  ['monitoring.coreos.com', 'v1', 'servicemonitors', 'ServiceMonitor'],
  ['keda.sh', 'v1alpha1', 'scaledobjects', 'ScaledObject'],
] as const;

/** These belong to the cluster, all others to a namespace. */
const ofCluster: readonly string[] = ['namespaces', 'nodes', 'runtimeclasses'];

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

export function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

const groupVersions = [...new Set(apiResources.map(([group, version]) => groupVersion(group, version)))];

/** Discovery and the description of the API, by path; null for a path of neither. */
export function discovery(path: string): object | null {
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.0' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() };
  if (path === '/openapi/v3') return { paths: Object.fromEntries(groupVersions.map(openapiPath)) };
  const described = /^\/openapi\/v3\/(?:api|apis)\/(.+)$/.exec(path)?.[1];
  if (described !== undefined) return openapiOf(described);
  const listed = /^\/(?:api|apis)\/(v1|[^/]+\/[^/]+)$/.exec(path)?.[1];
  return listed !== undefined && groupVersions.includes(listed) ? resourceList(listed) : null;
}

function groups(): readonly object[] {
  return groupVersions
    .filter((name) => name !== 'v1')
    .map((name) => {
      const [group = '', version = ''] = name.split('/');
      const preferredVersion = { groupVersion: name, version };
      return { name: group, versions: [preferredVersion], preferredVersion };
    });
}

function ofGroupVersion(name: string): (typeof apiResources)[number][] {
  return apiResources.filter(([group, version]) => groupVersion(group, version) === name);
}

function resourceList(name: string): object {
  const resources = ofGroupVersion(name).map(([, , plural, kind]) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: !ofCluster.includes(plural),
    kind,
    verbs,
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: name, resources };
}

function openapiPath(name: string): [string, object] {
  const path = name === 'v1' ? 'api/v1' : `apis/${name}`;
  return [path, { serverRelativeURL: `/openapi/v3/${path}` }];
}

/** As much as a client asks of it: that PATCH takes `fieldValidation`. */
function openapiOf(name: string): object {
  const base = name === 'v1' ? '/api/v1' : `/apis/${name}`;
  const paths = ofGroupVersion(name).map(([group, version, plural, kind]): [string, object] => [
    ofCluster.includes(plural)
      ? `${base}/${plural}/{name}`
      : `${base}/namespaces/{namespace}/${plural}/{name}`,
    {
      patch: {
        parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
        'x-kubernetes-group-version-kind': { group, version, kind },
        responses: {},
      },
    },
  ]);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths: Object.fromEntries(paths),
  };
}
