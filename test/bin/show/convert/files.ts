/*
 * Configurations as files by name, their contents, and their other form.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertPolicy } from '../../../../bin/show/convert/convert.js';
import type { ConversionNote, PolicyForm } from '../../../../bin/show/convert/notes.js';
import { readDocument } from '../../../../bin/show/convert/read-document.js';
import { commentsOfBlock } from '../../../../lib/channel/syntax.js';
import { parseSettings } from '../../../../lib/config/parse-settings.js';
import type { PolicySources, PolicySyntax } from '../../../../lib/config/parse-sources.js';
import { formatDiagnostic, hasErrors } from '../../../../lib/text/diagnostic.js';
import type { SourceFile } from '../../../../lib/text/source.js';
import type { PolicyText } from '../../../lib/policy/policy-of.js';
import { projectRoot } from '../../../support/project-root.js';

/** Files by name: `pmdf.cnf`, `mappings`, `aliases`, `pmdf.yaml`, and what they include. */
export type Files = Readonly<Record<string, string>>;

/** The configuration files in a folder of this repository. */
export function filesIn(folder: string): Files {
  const path = join(projectRoot, folder);
  const names = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map(({ name }) => [name, readFileSync(join(path, name), 'utf8')]));
}

function sourceIn(files: Files, name: string): SourceFile | null {
  const text = files[name];
  return text === undefined ? null : { name, shortName: name, text };
}

/** Reads files; fails the test when pmdf.yaml has errors. */
export function sourcesOf(files: Files): { sources: PolicySources; yaml: SourceFile | null } {
  const yaml = sourceIn(files, 'pmdf.yaml');
  const { value, diagnostics } = parseSettings(yaml);
  assert.ok(!hasErrors(diagnostics), `${diagnostics.map(formatDiagnostic).join('\n')}\n${yaml?.text}`);
  const sources: PolicySources = {
    settings: value,
    cnf: sourceIn(files, 'pmdf.cnf'),
    mappings: sourceIn(files, 'mappings'),
    aliases: sourceIn(files, 'aliases'),
    readInclude: (name) => sourceIn(files, name) ?? undefined,
    cnfName: { name: 'pmdf.cnf', shortName: 'pmdf.cnf' },
  };
  return { sources, yaml };
}

/** The files in the form of a test policy. */
export function policyText(files: Files): PolicyText {
  return {
    cnf: files['pmdf.cnf'] ?? null,
    included: files,
    ...(files['mappings'] === undefined ? {} : { mappings: files['mappings'] }),
    ...(files['aliases'] === undefined ? {} : { aliases: files['aliases'] }),
    ...(files['pmdf.yaml'] === undefined ? {} : { yaml: files['pmdf.yaml'] }),
  };
}

/** Converts files; fails the test if the form cannot express them. Lists and databases are copied unchanged. */
export function convert(
  files: Files,
  form: PolicyForm,
): { readonly files: Files; readonly notes: readonly ConversionNote[] } {
  const conversion = convertPolicy({ ...sourcesOf(files), optionFile: null }, form);
  assert.ok(conversion.kind === 'written', JSON.stringify(conversion));
  const written = Object.fromEntries(conversion.files.map(({ name, text }) => [name, text]));
  const stays = Object.entries(files).filter(
    ([name]) => !/^(?:pmdf\.cnf|mappings|aliases|pmdf\.yaml)$/.test(name),
  );
  return { files: { ...Object.fromEntries(stays), ...written }, notes: conversion.notes };
}

/** Everything that was read, comments of all files among it. */
export function syntaxOf(files: Files): PolicySyntax {
  return readDocument({ ...sourcesOf(files), optionFile: null }).syntax;
}

/** Every line with its comments, in order: it shows what is before and after each comment. */
export function outline({ ruleLines, channels, mappings, aliases }: PolicySyntax): readonly string[] {
  const lines = [
    ...ruleLines
      .filter((line) => line.kind !== 'blank')
      .map((line) => line.text.trimEnd().replace(/\s+/, ' ')),
    ...channels.blocks.flatMap((block) => {
      if (block.kind !== 'channel') return [...commentsOfBlock(block), block.kind];
      const hosts = block.officialHost === null ? block.hosts : [block.officialHost, ...block.hosts];
      return [
        ...block.comments,
        block.name.text,
        ...hosts.flatMap((host) => [...host.comments, host.name.text]),
        ...block.commentsAfter,
      ];
    }),
    ...mappings.items.flatMap((item) =>
      item.kind === 'comment'
        ? [item.text]
        : [
            item.name,
            ...item.entries.flatMap((entry) => [
              ...entry.comments.map((one) => one.text),
              `${entry.patternText} ${entry.templateText}`,
            ]),
            ...item.comments.map((one) => one.text),
          ],
    ),
    ...aliases.items.map((item) => (item.kind === 'comment' ? item.text : item.name)),
  ];
  return lines.map((line) => line.trimEnd());
}
