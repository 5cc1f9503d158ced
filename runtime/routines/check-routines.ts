/*
 * Checks the files with functions of the site: that each can be compiled and loaded, and exports what the templates of tables call.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { MappingTable, TemplateItem } from '../../lib/mapping/index.js';
import { type Diagnostic, errorAt, nearest, type SourceFile, spanOfFile } from '../../lib/text/index.js';
import { compileModule } from './load-functions.js';
import {
  type Inspected,
  type ThreadStart,
  threadArguments,
  threadFile,
  threadMemory,
} from './routine-messages.js';

/** A file with functions of the site. */
export interface RoutineSource {
  /** Absolute. */
  readonly path: string;
  readonly source: SourceFile;
}

/** Milliseconds that a file may take to load. */
const loadMs = 5000;

/** The error at a line and column of a file, both from 1; at the whole file where they are not known. */
function errorIn({ source }: RoutineSource, line: number, column: number, message: string): Diagnostic {
  const before = source.text.split('\n').slice(0, Math.max(0, line - 1));
  const offset = before.reduce((sum, { length }) => sum + length + 1, 0) + Math.max(0, column - 1);
  const isKnown = line > 0 && offset < source.text.length;
  const span = isKnown ? { source, offset, length: 1 } : spanOfFile(source);
  const hint =
    'it is a CommonJS module, `module.exports = { my_check(argument) { ... } }`; see docs/routines.md';
  return errorAt(span, 'file/routine', message, { hint });
}

/** The place in a file that a stack names first, `path:line:column`; zeros if it names none. */
function placeIn(stack: string, path: string): readonly [line: number, column: number] {
  const at = stack.indexOf(`${path}:`);
  const [line = '0', rest = '0'] = at === -1 ? [] : stack.slice(at + path.length + 1).split(':', 2);
  return [Number.parseInt(line, 10) || 0, Number.parseInt(rest, 10) || 0];
}

function checkSyntax(one: RoutineSource): Diagnostic | null {
  try {
    compileModule(one.path, one.source.text, 'to-check');
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [head = '', , carets = ''] = String(error instanceof Error ? error.stack : '').split('\n');
    const [line] = placeIn(head, one.path);
    const found = errorIn(one, line, carets.indexOf('^') + 1, `this is not JavaScript: ${message}`);
    return found;
  }
}

/** Loads a file in a thread of its own, and waits for it. */
function inspect({ path, source }: RoutineSource): Inspected {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const start: ThreadStart = { path, text: source.text, inspection: { port: port2, done } };
  const worker = new Worker(threadFile, {
    workerData: start,
    transferList: [port2],
    resourceLimits: threadMemory,
    execArgv: threadArguments,
  });
  worker.on('error', () => undefined);
  worker.unref();
  const outcome = Atomics.wait(done, 0, 0, loadMs);
  const received: { message: Inspected } | undefined = receiveMessageOnPort(port1);
  port1.close();
  void worker.terminate();
  if (received !== undefined) return received.message;
  const cause =
    outcome === 'timed-out' ? `it did not load in ${loadMs / 1000} seconds` : 'it ended its thread';
  return { kind: 'failed', cause, stack: '' };
}

/** The calls of routines in a table, with their places. */
function callsIn({ entries }: MappingTable): readonly Extract<TemplateItem, { kind: 'routine' }>[] {
  return entries.flatMap(({ template }) =>
    template.flatMap((item) => (item.kind === 'routine' ? [item] : [])),
  );
}

function checkCalls(
  image: string,
  { source }: RoutineSource,
  functions: readonly string[],
  tables: readonly MappingTable[],
): Diagnostic[] {
  return tables.flatMap(callsIn).flatMap(({ run, span }) => {
    if (run?.routine !== 'site' || run.image !== image || functions.includes(run.name)) return [];
    const meant = nearest(run.name, functions);
    const hint =
      meant === undefined
        ? `write \`module.exports = { ${run.name}(argument) { ... } }\` into it`
        : `did you mean \`${meant}\`?`;
    const message = `\`${source.shortName}\` exports no function \`${run.name}\``;
    return [errorAt(span, 'policy/unknown-routine', message, { hint })];
  });
}

/** Checks the files, by the names of their images, and the calls in tables. */
export function checkRoutines(
  sources: ReadonlyMap<string, RoutineSource>,
  tables: readonly MappingTable[],
): Diagnostic[] {
  return [...sources].flatMap(([image, one]) => {
    const wrong = checkSyntax(one);
    if (wrong !== null) return [wrong];
    const inspected = inspect(one);
    if (inspected.kind === 'loaded') return checkCalls(image, one, inspected.functions, tables);
    const [line, column] = placeIn(inspected.stack, one.path);
    return [errorIn(one, line, column, `this routine file does not load: ${inspected.cause}`)];
  });
}
