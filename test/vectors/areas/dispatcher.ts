/*
 * dispatcher.cnf: the contents of a line or a file, and the resulting settings and listen queue.
 *   line     one line: name, value, service
 *   text     a whole file: services with their ports, and what Haraka is told (listen, smtpsPort, nodes, user, lists)
 *   options  by their names, as numbers: BACKLOG; `platform` may be `vms`
 */
import {
  type DispatcherFile,
  type DispatcherService,
  numberOf,
  type OptionValue,
  optionsOf,
} from '../../../bin/init/dispatcher/dispatcher.js';
import { backlogOf, harakaSettings } from '../../../bin/init/dispatcher/haraka-settings.js';
import { dispatcherOptions } from '../../../bin/init/dispatcher/options.js';
import { parseDispatcher, readDispatcherLine } from '../../../bin/init/dispatcher/parse-dispatcher.js';
import { integerOf } from '../../../lib/text/index.js';
import { type Area, computed } from '../area.js';
import type { Actual } from '../compare.js';
import type { Json, JsonObject } from '../json.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

function describeLine(text: string): Actual {
  const line = readDispatcherLine(text);
  switch (line.kind) {
    case 'option':
      return {
        kind: 'option',
        option: line.name,
        name: line.name,
        value: integerOf(line.value) ?? line.value,
      };
    case 'section':
      return { kind: 'section', service: line.service };
    case 'none':
      return { kind: 'none', comment: text.startsWith('!'), value: null };
    case 'malformed':
      return { kind: 'malformed', value: null };
  }
}

function shown(value: OptionValue): Json {
  switch (value.kind) {
    case 'number':
      return value.number;
    case 'ports':
      return value.ports.join(',');
    case 'address':
      return value.address;
    case 'text':
      return value.text;
  }
}

/** The effective options of a service, by their names. */
function describeService(file: DispatcherFile, service: DispatcherService): JsonObject {
  const options = [...dispatcherOptions.keys()].flatMap((name) =>
    optionsOf(file, service, name).map(({ value }) => [name, shown(value)] as const),
  );
  const backlog = backlogOf(
    numberOf(file, service, 'MAX_CONNS'),
    numberOf(file, service, 'MAX_PROCS'),
    numberOf(file, service, 'BACKLOG'),
  );
  return { BACKLOG: backlog, ...Object.fromEntries(options) };
}

function describeText(text: string): { readonly actual: Actual; readonly remarks: readonly string[] } {
  const { value: file, diagnostics } = parseDispatcher(
    { name: 'dispatcher.cnf', shortName: 'dispatcher.cnf', text },
    () => undefined,
  );
  const settings = harakaSettings(file);
  const { listeners, nodes, user, blockLists } = settings.value;
  const all = [...diagnostics, ...settings.diagnostics];
  return {
    actual: {
      services: Object.fromEntries(file.services.map((one) => [one.name, describeService(file, one)])),
      listen: listeners.map(({ address, port }) => (address === null ? `${port}` : `${address}:${port}`)),
      smtpsPort: listeners.find(({ isTls }) => isTls)?.port ?? null,
      nodes,
      user,
      blockLists,
      diagnostics: all.map(({ code }) => code),
    },
    remarks: all.map(({ message }) => message),
  };
}

function describeBacklog(input: VectorInput): Actual {
  const platform = input.textOr('platform', 'unix');
  const numbers = new Map<string, number>();
  for (const name of input.unread()) {
    if (!dispatcherOptions.has(name)) throw new VectorProblem(`dispatcher.cnf has no option \`${name}\``);
    numbers.set(name, input.number(name, 0));
  }
  const backlog = backlogOf(
    numbers.get('MAX_CONNS') ?? null,
    numbers.get('MAX_PROCS') ?? null,
    numbers.get('BACKLOG') ?? null,
    platform.toLowerCase() === 'vms',
  );
  return { ...Object.fromEntries(numbers), BACKLOG: backlog };
}

export const dispatcher: Area = (input) => {
  if (input.has('line')) return computed(describeLine(input.text('line')));
  if (!input.has('text')) return computed(describeBacklog(input));
  const { actual, remarks } = describeText(input.text('text'));
  return computed(actual, remarks);
};
