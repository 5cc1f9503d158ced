/*
 * Checks config/plugins and smtp.ini: which of our plugins run, which lines Haraka reads differently than they
 * look, and what other plugins decide beside ours.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PluginName, pluginNames } from '../../lib/decide/index.js';
import { type Diagnostic, errorAt, spanOfFile, warningAt } from '../../lib/text/index.js';
import { configFileNames } from './config-file.js';
import { harakaFolderIn, type PluginFolders } from './find-plugin.js';
import { type IniSetting, isSet, readIniFile } from './ini-file.js';
import { faultOf, type LineFault } from './misspelt.js';
import { otherDeciders } from './other-plugins.js';
import { losses, ourPlugin, usualLines } from './our-plugins.js';
import {
  enabledName,
  type PluginLine,
  type PluginList,
  readPluginList,
  replacingFile,
} from './plugin-list.js';

const policyLines = usualLines.filter((line) => ourPlugin(line) !== null).map((line) => `\`${line}\``);
const linesHint = `write a line for each plugin: ${policyLines.join(', ')}`;
const commentHint = 'write the comment on a line of its own';

/** The setting `ignore_bad_plugins` of smtp.ini, if it is on. */
function ignoredSetting(configFolder: string): IniSetting | null {
  const setting = readIniFile(configFolder, 'smtp.ini').last('main', 'ignore_bad_plugins');
  return setting !== undefined && isSet(setting) ? setting : null;
}

/** What Haraka does with a line that does not name a plugin. */
function outcome(isIgnored: boolean): string {
  return isIgnored ? 'Haraka ignores it' : 'Haraka does not start';
}

function faultText({ written }: PluginLine, fault: LineFault, isIgnored: boolean): [string, string] {
  switch (fault.kind) {
    case 'whole-bundle':
      return [`\`${written}\` names the bundle, which is not a plugin: Haraka does not start`, linesHint];
    case 'misspelt': {
      const hint = fault.meant === null ? linesHint : `write \`${fault.meant}\``;
      return [`there is no plugin \`${written}\`: ${outcome(isIgnored)}`, hint];
    }
    case 'commented':
      return [
        `for Haraka the comment after \`${fault.meant}\` is part of the name: ${outcome(isIgnored)}`,
        commentHint,
      ];
    case 'unknown':
      return [
        `there is no plugin \`${written}\`: ${outcome(isIgnored)}`,
        'correct the name, or install the plugin',
      ];
  }
}

/** Whether the line was meant to be one of ours, without which part of the policy would not run. */
function concernsUs(fault: LineFault): boolean {
  return fault.kind === 'commented' ? fault.isOurs : fault.kind !== 'unknown';
}

interface FaultyLine {
  readonly line: PluginLine;
  readonly fault: LineFault;
}

function faultyLines({ lines }: PluginList, folders: PluginFolders): FaultyLine[] {
  return lines.flatMap((line) => {
    const fault = faultOf(line, folders);
    return fault === null ? [] : [{ line, fault }];
  });
}

function faultFinding({ line, fault }: FaultyLine, isIgnored: boolean): Diagnostic {
  const [message, hint] = faultText(line, fault, isIgnored);
  // A line of ours is an error even if Haraka ignores it: the policy would be incomplete.
  const isError = concernsUs(fault) || !isIgnored;
  const code = fault.kind === 'whole-bundle' ? 'install/whole-bundle' : 'install/no-such-plugin';
  return (isError ? errorAt : warningAt)(line.span, code, message, { hint });
}

/** Reports lines that load a plugin again. */
function repeatedLines({ lines }: PluginList): Diagnostic[] {
  const first = new Map<string, PluginLine>();
  const found: Diagnostic[] = [];
  for (const line of lines) {
    const known = first.get(enabledName(line));
    if (known === undefined) {
      first.set(enabledName(line), line);
      continue;
    }
    const extra = {
      hint: 'delete this line',
      related: [{ message: 'first listed here', span: known.span }],
    };
    const message = `\`${line.name}\` is listed twice, so Haraka loads it twice and runs each of its hooks twice`;
    found.push((line.ours === null ? warningAt : errorAt)(line.span, 'install/twice', message, extra));
  }
  return found;
}

/**
 * The errors that must stop Haraka: lines of config/plugins that are meant to be ours and are not. Each of our
 * plugins checks them, since with `ignore_bad_plugins` Haraka itself starts.
 */
export function startErrors(configFolder: string, folders: PluginFolders): Diagnostic[] {
  const list = readPluginList(configFolder);
  if (list === null) return [];
  const isIgnored = ignoredSetting(configFolder) !== null;
  const faulty = faultyLines(list, folders).filter(({ fault }) => concernsUs(fault));
  const repeated = repeatedLines(list).filter(({ severity }) => severity === 'error');
  return [...faulty.map((one) => faultFinding(one, isIgnored)), ...repeated];
}

/** The first error of config/plugins for which Haraka does not start; null if the names show none. */
export function firstStartError(configFolder: string): Diagnostic | null {
  const install = dirname(configFolder);
  const folders = { install, haraka: harakaFolderIn(install) };
  const [own = null] = startErrors(configFolder, folders);
  const list = readPluginList(configFolder);
  if (own !== null || list === null || ignoredSetting(configFolder) !== null) return own;
  const [other] = faultyLines(list, folders);
  return other === undefined ? null : faultFinding(other, false);
}

/** Reports plugins of ours that the listed ones need, each at the last line that needs it. */
function missingCompanions(lines: readonly PluginLine[], enabled: ReadonlySet<PluginName>): Diagnostic[] {
  const found = new Map<PluginName, Diagnostic>();
  for (const { ours, span } of lines) {
    if (ours === null) continue;
    for (const [other, loss] of losses[ours]) {
      // An install may keep delivering by its own plugins, see docs/install.md.
      if (enabled.has(other) || other === 'deliver') continue;
      const message = `\`pmdf/${ours}\` is listed without \`pmdf/${other}\`: ${loss}`;
      const hint = `add the line \`pmdf/${other}\``;
      found.set(other, warningAt(span, 'install/not-listed', message, { hint }));
    }
  }
  return [...found.values()];
}

function nothingOfOurs(list: PluginList): Diagnostic {
  const [first] = list.lines;
  const span = first?.span ?? { source: list.source, offset: 0, length: 0 };
  const message = 'no line enables a plugin of this bundle, so this configuration has no effect';
  return warningAt(span, 'install/none-listed', message, { hint: linesHint });
}

function otherFindings(lines: readonly PluginLine[], enabled: ReadonlySet<PluginName>): Diagnostic[] {
  return lines.flatMap(({ name, span }) => {
    const decides = otherDeciders(name, enabled);
    if (decides === null) return [];
    return [warningAt(span, 'install/other-decides', `\`${name}\` ${decides.what}`, { hint: decides.hint })];
  });
}

function withoutList(configFolder: string): Diagnostic[] {
  const replacing = replacingFile(configFolder);
  if (replacing !== null) {
    const offset = replacing.text.indexOf('!plugins');
    const span = { source: replacing, offset, length: '!plugins'.length };
    const message = 'this list replaces config/plugins, and is not checked';
    const hint = 'list the plugins in config/plugins to have them checked';
    return [warningAt(span, 'install/replaced', message, { hint })];
  }
  // Without smtp.ini it is not an install, but a configuration on its own.
  if (!existsSync(join(configFolder, 'smtp.ini'))) return [];
  const span = spanOfFile(configFileNames(configFolder, 'plugins'));
  const message = 'the file is missing or cannot be read, so Haraka runs without any plugin';
  return [warningAt(span, 'install/none-listed', message, { hint: linesHint })];
}

/** All findings of `pmdf check` about config/plugins and the settings in smtp.ini that affect it. */
export function checkPlugins(configFolder: string): Diagnostic[] {
  const ignored = ignoredSetting(configFolder);
  const settingFindings: Diagnostic[] = [];
  if (ignored !== null) {
    const message = 'Haraka starts without plugins that it cannot load, and so without part of the policy';
    const hint = 'delete the line';
    settingFindings.push(warningAt(ignored.span, 'install/ignore-bad-plugins', message, { hint }));
  }
  const list = readPluginList(configFolder);
  if (list === null) return [...settingFindings, ...withoutList(configFolder)];
  const install = dirname(configFolder);
  const faulty = faultyLines(list, { install, haraka: harakaFolderIn(install) });
  const enabled = new Set(pluginNames.filter((name) => list.lines.some(({ ours }) => ours === name)));
  const isNoneListed = enabled.size === 0 && !faulty.some(({ fault }) => concernsUs(fault));
  return [
    ...settingFindings,
    ...faulty.map((one) => faultFinding(one, ignored !== null)),
    ...repeatedLines(list),
    ...(isNoneListed ? [nothingOfOurs(list)] : []),
    ...missingCompanions(list.lines, enabled),
    ...otherFindings(list.lines, enabled),
  ];
}
