import { Command } from 'commander';
import { type Condition, definitionDigest, type StepDefinition, type WorkflowDefinition } from '#workflow';
import { readDefinition } from '../plan/read-definition.js';

/** `sealflow validate FILE`: whether a definition is one, without a server. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check a workflow definition and print the digest that names this revision of it')
    .argument('<file>', 'definition in YAML or JSON, or - for standard input')
    .option('--json', 'print one JSON object')
    .action((file: string, options: { readonly json?: boolean }) => {
      const { definition } = readDefinition(file);
      const digest = definitionDigest(definition);
      const { name: workflow, version } = definition;
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ workflow, version, digest })}\n`
          : `${[`${workflow} v${version}  ${digest}`, ...outline(definition)].join('\n')}\n`,
      );
    });
}

function outline(definition: WorkflowDefinition): string[] {
  const { inputs, steps, outputs } = definition;
  const values = Object.entries(inputs).map(([name, input]) => {
    const list = input.items === undefined ? '' : `, a list of ${input.items}`;
    return `  ${name}: ${input.class}, ${input.type} of at most ${input.bytesMax} bytes${list}`;
  });
  const results = Object.entries(outputs).map(([name, output]) =>
    typeof output === 'string' ? `  ${name}: ${output}` : `  ${name}: ${output.from}, ${output.class}`,
  );
  return [
    'inputs',
    ...values,
    'steps',
    ...Object.entries(steps).map(([name, step]) => `  ${name}: ${step.operation}${conditionsOf(step)}`),
    'outputs',
    ...results,
  ];
}

function conditionsOf({ when, map, quorum, tolerable }: StepDefinition): string {
  const said = [
    ...(map === undefined ? [] : [`for each of ${map.over}`]),
    ...when.map(({ field, in: values }: Condition) => `when ${field} is ${values.join(' or ')}`),
    ...(quorum === undefined ? [] : [`by ${quorum} persons`]),
    ...(tolerable === true ? ['may fail'] : []),
  ];
  return said.length === 0 ? '' : `, ${said.join(', ')}`;
}
