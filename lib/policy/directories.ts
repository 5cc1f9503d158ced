/*
 * The directory channels of a policy: what their option files or pmdf.yaml say, and the domains that rewrite rules lead to them.
 * Ref: PMDF 3.2
 */
import { foldDomain } from '../address/index.js';
import { type Channel, type ChannelTable, isDirectoryChannelName } from '../channel/index.js';
import type { PolicySources, SettingsFile } from '../config/index.js';
import {
  type Directory,
  makeDirectory,
  optionFileOf,
  type PlacedSetting,
  parseDirectoryOptions,
  usualDirectory,
} from '../directory/index.js';
import type { HostTable, RewriteRule } from '../rewrite/index.js';
import {
  DiagnosticList,
  eachInSlices,
  errorAt,
  hasErrors,
  type Parsed,
  type Slices,
  type Span,
  startOf,
  warningAt,
} from '../text/index.js';
import { channelOfTemplate } from './outside-channels.js';

/** The rules that lead to a directory channel. */
interface Leading {
  /** The pseudo domains that are written out, folded, with their patterns. */
  readonly domains: Map<string, Span>;
  /** Whether others lead there too, such as one for all subdomains. */
  hasOthers: boolean;
}

const noneLeading: Leading = { domains: new Map(), hasOthers: false };

function* leadingInSlices(
  rules: readonly RewriteRule[],
  hosts: HostTable,
  channels: readonly Channel[],
): Slices<ReadonlyMap<string, Leading>> {
  const found = new Map<string, Leading>(
    channels.map(({ name }) => [name, { domains: new Map(), hasOthers: false }]),
  );
  yield* eachInSlices(rules, (rule) => {
    const leading = found.get(channelOfTemplate(rule, hosts) ?? '');
    if (leading === undefined) return;
    const { kind, text, span } = rule.pattern;
    const domain = foldDomain(text);
    if (kind !== 'host') leading.hasOthers = true;
    else if (!leading.domains.has(domain)) leading.domains.set(domain, span);
  });
  return found;
}

/** What is written in pmdf.yaml about a channel; null if nothing is. */
function inSettings({ directories, places }: SettingsFile, { name, span }: Channel): PlacedSetting | null {
  const setting = directories.get(name);
  if (setting === undefined) return null;
  const path = `directories.${name}`;
  const domains = [...setting.domains.keys()].flatMap((domain) => {
    const place = places.get(`${path}.domains.${domain}`);
    return place === undefined ? [] : [[domain, place] as const];
  });
  return { setting, places: new Map(domains), span: places.get(path) ?? span };
}

/** What is written about a channel; null if nothing is. */
interface Written {
  readonly placed: PlacedSetting | null;
  /** Whether a line was left out for an error, so that what is not there may have been meant to be. */
  readonly isPartial: boolean;
}

/** What is written about a channel, in one of the two places. */
function writtenAbout(
  { settings, readOptionFile }: PolicySources,
  channel: Channel,
  diagnostics: DiagnosticList,
): Written {
  const ofYaml = inSettings(settings, channel);
  const source = readOptionFile?.(optionFileOf(channel.name)) ?? null;
  if (source === null) return { placed: ofYaml, isPartial: false };
  const ofFile = parseDirectoryOptions(source);
  diagnostics.append(ofFile.diagnostics);
  if (ofYaml !== null) {
    const message = `the channel \`${channel.name}\` has both an option file and a place in pmdf.yaml`;
    const related = [{ message: 'the option file', span: startOf(source) }];
    diagnostics.push(
      errorAt(ofYaml.span, 'directory/twice', message, { hint: 'remove one of them', related }),
    );
  }
  return { placed: ofFile.value, isPartial: hasErrors(ofFile.diagnostics) };
}

/** Finds domains that only a rule or only a line names. */
function checkDomains(
  { name, officialHostName }: Channel,
  { setting, places }: PlacedSetting,
  { domains, hasOthers }: Leading,
  diagnostics: DiagnosticList,
): void {
  for (const [domain, span] of domains) {
    if (setting.domains.has(domain) || setting.defaultMethod !== null) continue;
    const message = `\`${domain}\` leads to \`${name}\`, for which nothing is written about this domain`;
    const hint = `write \`${domain}=0\` into \`${optionFileOf(name)}\`, or \`DEFAULT_METHOD=0\` for all domains`;
    diagnostics.push(warningAt(span, 'directory/no-line', message, { hint }));
  }
  for (const domain of setting.domains.keys()) {
    const span = places.get(domain);
    if (hasOthers || domains.has(domain) || span === undefined) continue;
    const message = `no rewrite rule leads \`${domain}\` to the channel \`${name}\``;
    const hint = `add the rule \`${domain}  $U%${domain}@${officialHostName}\``;
    diagnostics.push(warningAt(span, 'directory/no-rule', message, { hint }));
  }
}

function checkNames({ directories, places }: SettingsFile, { channels }: ChannelTable): DiagnosticList {
  const diagnostics = new DiagnosticList();
  for (const name of directories.keys()) {
    const span = places.get(`directories.${name}`);
    if (span === undefined || (channels.has(name) && isDirectoryChannelName(name))) continue;
    const message = channels.has(name)
      ? `the channel \`${name}\` is not a directory channel`
      : `there is no channel \`${name}\``;
    const hint = 'a directory channel is named `directory` or `directory_...`';
    diagnostics.push(errorAt(span, 'directory/no-channel', message, { hint }));
  }
  return diagnostics;
}

/** Makes the directories of all directory channels. */
export function* directoriesInSlices(
  sources: PolicySources,
  table: ChannelTable,
  rules: readonly RewriteRule[],
  hosts: HostTable,
): Slices<Parsed<ReadonlyMap<string, Directory>>> {
  const diagnostics = checkNames(sources.settings, table);
  const channels = [...table.channels.values()].filter(({ name }) => isDirectoryChannelName(name));
  const directories = new Map<string, Directory>();
  if (channels.length === 0) return { value: directories, diagnostics: diagnostics.all };
  const leading = yield* leadingInSlices(rules, hosts, channels);
  for (const channel of channels) {
    const ruled = leading.get(channel.name) ?? noneLeading;
    const written = writtenAbout(sources, channel, diagnostics);
    if (written.placed !== null && !written.isPartial)
      checkDomains(channel, written.placed, ruled, diagnostics);
    const placed = written.placed ?? { setting: usualDirectory, places: new Map(), span: channel.span };
    const made = makeDirectory(channel, placed, written.isPartial ? noneLeading.domains : ruled.domains);
    diagnostics.append(made.diagnostics);
    directories.set(channel.name, made.value);
  }
  return { value: directories, diagnostics: diagnostics.all };
}
