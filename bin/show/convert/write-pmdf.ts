/*
 * A configuration as PMDF's files. Rules are written as in the original; continued lines become one line, and includes are
 * replaced by the included lines. An empty part has no file.
 * Ref: PMDF 2.4.1, 3.1.1, 5.2
 */
import { printChannelFile } from '../../../lib/channel/index.js';
import type { PolicySyntax } from '../../../lib/config/index.js';
import { printAliases } from '../../../lib/forwarding/index.js';
import { printMappingsAsWritten } from '../../../lib/mapping/index.js';
import type { LogicalLine } from '../../../lib/text/index.js';

/** A file to be written; its name is relative to the folder of the configuration. */
export interface WrittenFile {
  readonly name: string;
  readonly text: string;
}

/** The text of a rule line. A backslash at the end gets a blank after it, so that the line is not continued. */
export function ruleText({ text }: LogicalLine): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith('\\') ? `${trimmed} ` : trimmed;
}

function pmdfCnf({ ruleLines, channels }: PolicySyntax): string {
  const rules = ruleLines.filter((line) => line.kind !== 'blank').map((line) => `${ruleText(line)}\n`);
  return `${rules.join('')}\n${printChannelFile(channels)}`;
}

/** Writes PMDF's files, and pmdf.yaml for the settings. */
export function writePmdf(syntax: PolicySyntax, settings: string): readonly WrittenFile[] {
  const files: readonly WrittenFile[] = [
    { name: 'pmdf.cnf', text: pmdfCnf(syntax) },
    { name: 'mappings', text: printMappingsAsWritten(syntax.mappings) },
    { name: 'aliases', text: printAliases(syntax.aliases) },
    { name: 'pmdf.yaml', text: settings },
  ];
  return files.filter((file) => file.text.trim() !== '');
}
