/*
 * What `pmdf init` did, or would do, as text and as one JSON object.
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
import type { Fate, PlannedFile } from './planned-file.js';

/** Everything there is to say. */
export interface Outcome {
  readonly folder: string;
  readonly isNew: boolean;
  readonly isDry: boolean;
  readonly files: readonly PlannedFile[];
  /** The changes to config/plugins; null where it needs none, or was not there. */
  readonly plugins: PluginPlan | null;
  readonly notes: readonly string[];
  /** What dispatcher.cnf brought up. */
  readonly findings: readonly Diagnostic[];
  readonly check: readonly Diagnostic[];
  readonly next: readonly Step[];
}

function fateWord(fate: Fate, isDry: boolean): string {
  switch (fate) {
    case 'write':
      return isDry ? 'would write' : 'written';
    case 'same':
      return 'there';
    case 'differs':
      return 'kept';
    case 'leave':
      return 'left out';
  }
}

function fateRemark({ fate, group, purpose }: PlannedFile): string {
  switch (fate) {
    case 'write':
    case 'same':
      return purpose;
    case 'differs':
      return `${purpose}; yours stays as it is`;
    case 'leave':
      return group === 'policy'
        ? 'not added to a policy of your own'
        : 'not added to bounce texts of your own';
  }
}

function paintOf(fate: Fate, paint: Paint): (text: string) => string {
  switch (fate) {
    case 'write':
      return paint.good;
    case 'same':
      return paint.dim;
    case 'differs':
    case 'leave':
      return paint.doubtful;
  }
}

/**
 * Files that are shown as one: the first of each group whose fate is the same. Where some of a group are written, those
 * that were there already are not shown.
 */
function shownFiles(files: readonly PlannedFile[]): PlannedFile[] {
  const shown = new Set<string>();
  const written = new Set(files.flatMap(({ fate, shownAs }) => (fate === 'write' ? [shownAs] : [])));
  return files.flatMap((file) => {
    if (file.shownAs === undefined) return [file];
    if (file.fate === 'same' && written.has(file.shownAs)) return [];
    const key = `${file.shownAs} ${file.fate}`;
    if (shown.has(key)) return [];
    shown.add(key);
    return [{ ...file, path: file.shownAs }];
  });
}

function fileLines({ files: all, isDry }: Outcome, paint: Paint): string[] {
  const files = shownFiles(all);
  const rows = files.map((file) => [fateWord(file.fate, isDry), file.path, fateRemark(file)]);
  return printColumns(rows).map((line, index) => {
    const fate = files[index]?.fate ?? 'same';
    const word = fateWord(fate, isDry);
    return `  ${paintOf(fate, paint)(word)}${line.slice(word.length)}`;
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
    'config/plugins is yours and stays as it is. The lines that it needs, and where:',
    ...indent(printColumns(rows)),
    '',
    ...indent(plugins.diff.map((line) => paintDiff(visible(line), paint))),
  ];
}

function findingLines(findings: readonly Diagnostic[], paint: Paint): string[] {
  return findings.flatMap((one) => ['', diagnosticText(one, paint)]);
}

function nextLines({ next, isDry }: Outcome, paint: Paint): string[] {
  if (isDry) return ['', 'nothing was written; the same without --dry-run does it'];
  const rows = next.map(({ command, remark }) => [command, remark === undefined ? '' : `# ${remark}`]);
  return ['', 'next:', ...indent(printColumns(rows, [paint.bold, paint.dim]))];
}

function textOf(outcome: Outcome, paint: Paint): string[] {
  const { folder, isNew, notes, findings, check } = outcome;
  const count = countLine(check);
  return [
    `${visible(folder)}: ${isNew ? 'a new Haraka install' : 'a Haraka install, which gets what it lacks'}`,
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
    files: files.map(({ path, fate, purpose }) => ({ path, action: fateWord(fate, isDry), purpose })),
    plugins: plugins === null ? null : { changes: plugins.changes, diff: plugins.diff },
    notes,
    findings: findings.map(diagnosticJson),
    check: { errors, warnings: check.length - errors, diagnostics: check.map(diagnosticJson) },
    next: next.map(({ command }) => command),
  };
}

/** Makes the report: exit code 2 where the check found errors. */
export function reportOf(outcome: Outcome): Report {
  return {
    exitCode: outcome.check.some(({ severity }) => severity === 'error') ? 2 : 0,
    json: jsonOf(outcome),
    text: (paint) => textOf(outcome, paint),
  };
}
