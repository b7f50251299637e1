import { graphlib, layout } from '@dagrejs/dagre';
import type { RunGraph } from '#evidence';

export const NODE = { width: 244, height: 84 } as const;

export interface Placed {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly { readonly id: string; readonly x: number; readonly y: number }[];
  readonly edges: readonly {
    readonly key: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
}

/** Inputs of the run are one box, which many graphs would otherwise draw once for each value. */
export const INPUTS = '(inputs)';

/** Places of boxes and arrows, top down. Many values between two steps are one arrow. */
export function placeGraph({ tasks, edges }: RunGraph): Placed {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 34, marginx: 6, marginy: 6 });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(tasks.map(({ id }) => id));
  for (const { id } of tasks) graph.setNode(id, { ...NODE });
  if (edges.some(({ from }) => from === null)) graph.setNode(INPUTS, { width: 110, height: 44 });
  for (const { from, to } of edges) {
    const source = from ?? INPUTS;
    if (known.has(to) && (from === null || known.has(source))) graph.setEdge(source, to);
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: graph.nodes().map((id: string) => ({ id, x: graph.node(id).x, y: graph.node(id).y })),
    edges: graph.edges().map((edge: { readonly v: string; readonly w: string }) => ({
      key: `${edge.v} ${edge.w}`,
      points: graph.edge(edge).points ?? [],
    })),
  };
}
