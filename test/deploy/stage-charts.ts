import { stageCharts } from '../../tools/k8s/src/helm.js';
import { installTools } from '../../tools/k8s/src/tools.js';

/** Before the first specification: the tools and the charts with their dependencies, once for all of them. */
export function setup(): void {
  installTools();
  stageCharts();
}
