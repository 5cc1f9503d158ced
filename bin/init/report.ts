/*
 * The report of `pmdf init`, as text and as one JSON object.
 */

import type { Diagnostic } from '../../lib/text/index.js';
import {
  countLine,
  diagnosticJson,
  diagnosticText,
  indent,
  type Paint,
  printColumns,
  type Report,
  visible,
} from '../support/index.js';
import type { PluginPlan } from './edit-plugins.js';
import type { Step } from './next-steps.js';
import type { FileAction, PlannedFile } from './planned-file.js';

/** Everything to report. */
export interface Outcome {
  readonly folder: string;
  readonly isNew: boolean;
  readonly isDry: boolean;
  readonly files: readonly PlannedFile[];
  /** The changes to config/plugins; null if it needs none, or did not exist. */
  readonly plugins: PluginPlan | null;
  readonly notes: readonly string[];
  /** The diagnostics of dispatcher.cnf. */
  readonly findings: readonly Diagnostic[];
  readonly check: readonly Diagnostic[];
  readonly next: readonly Step[];
}

const actions = {
  write: { word: 'written', paint: 'good' },
  same: { word: 'exists', paint: 'dim' },
  differs: { word: 'kept', paint: 'doubtful' },
  leave: { word: 'left out', paint: 'doubtful' },
} as const;

function actionWord(action: FileAction, isDry: boolean): string {
  return action === 'write' && isDry ? 'would write' : actions[action].word;
}

function actionRemark({ action, purpose }: PlannedFile): string {
  if (action === 'leave') return 'not added to a policy of your own';
  return action === 'differs' ? `${purpose}; your file is not changed` : purpose;
}

/**
 * Merges files with the same `shownAs` and action into one. If some of them are written, those that existed are not
 * shown.
 */
function shownFiles(files: readonly PlannedFile[]): PlannedFile[] {
  const shown = new Set<string>();
  const written = new Set(files.flatMap(({ action, shownAs }) => (action === 'write' ? [shownAs] : [])));
  return files.flatMap((file) => {
    if (file.shownAs === undefined) return [file];
    if (file.action === 'same' && written.has(file.shownAs)) return [];
    const key = `${file.shownAs} ${file.action}`;
    if (shown.has(key)) return [];
    shown.add(key);
    return [{ ...file, path: file.shownAs }];
  });
}

function fileLines({ files: all, isDry }: Outcome, paint: Paint): string[] {
  const files = shownFiles(all);
  const rows = files.map((file) => [actionWord(file.action, isDry), file.path, actionRemark(file)]);
  return printColumns(rows).map((line, index) => {
    const action = files[index]?.action ?? 'same';
    const word = actionWord(action, isDry);
    return `  ${paint[actions[action].paint](word)}${line.slice(word.length)}`;
  });
}

function paintDiff(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint.good(line);
  return line.startsWith('-') ? paint.bad(line) : line;
}

function pluginLines({ plugins }: Outcome, paint: Paint): string[] {
  if (plugins === null) return [];
  const rows = plugins.changes.map(({ action, line, place, why }) => [action, visible(line), place, why]);
  return [
    '',
    'config/plugins is not changed. The lines that it needs, and where:',
    ...indent(printColumns(rows)),
    '',
    ...indent(plugins.diff.map((line) => paintDiff(visible(line), paint))),
  ];
}

function findingLines(findings: readonly Diagnostic[], paint: Paint): string[] {
  return findings.flatMap((one) => ['', diagnosticText(one, paint)]);
}

function nextLines({ next, isDry }: Outcome, paint: Paint): string[] {
  if (isDry) return ['', 'nothing was written; run it without --dry-run to write'];
  const rows = next.map(({ command, remark }) => [command, remark === undefined ? '' : `# ${remark}`]);
  return ['', 'next:', ...indent(printColumns(rows, [paint.bold, paint.dim]))];
}

function textOf(outcome: Outcome, paint: Paint): string[] {
  const { folder, isNew, notes, findings, check } = outcome;
  const count = countLine(check);
  return [
    `${visible(folder)}: ${isNew ? 'a new Haraka install' : 'an existing Haraka install; missing files are added'}`,
    ...fileLines(outcome, paint),
    ...pluginLines(outcome, paint),
    ...(notes.length === 0 ? [] : ['']),
    ...notes.map((note) => `note: ${visible(note)}`),
    ...findingLines(findings, paint),
    ...findingLines(check, paint),
    '',
    `pmdf check: ${check.length === 0 ? paint.good(count) : count}`,
    ...nextLines(outcome, paint),
  ];
}

function jsonOf({ folder, isNew, isDry, files, plugins, notes, findings, check, next }: Outcome): object {
  const errors = check.filter(({ severity }) => severity === 'error').length;
  return {
    folder,
    install: isNew ? 'new' : 'existing',
    dryRun: isDry,
    files: files.map(({ path, action, purpose }) => ({ path, action: actionWord(action, isDry), purpose })),
    plugins: plugins === null ? null : { changes: plugins.changes, diff: plugins.diff },
    notes,
    findings: findings.map(diagnosticJson),
    check: { errors, warnings: check.length - errors, diagnostics: check.map(diagnosticJson) },
    next: next.map(({ command }) => command),
  };
}

/** Makes the report, with exit code 2 if the check found errors. */
export function reportOf(outcome: Outcome): Report {
  return {
    exitCode: outcome.check.some(({ severity }) => severity === 'error') ? 2 : 0,
    json: jsonOf(outcome),
    text: (paint) => textOf(outcome, paint),
  };
}
