import { stageCharts } from '../../tools/k8s/src/helm.js';
import { installTools } from '../../tools/k8s/src/tools.js';
import build from '../support/build.js';

/** Before the first specification, once for all of them: tools, charts with their dependencies, and the compiled programs. */
export function setup(): void {
  installTools();
  stageCharts();
  build();
}
