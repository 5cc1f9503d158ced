/*
 * The option files of the channels on which connections begin; those of other channels have no effect on sessions.
 */
import { type Channel, isDirectoryChannelName } from '../channel/index.js';
import type { PolicySources } from '../config/index.js';
import { optionFileOf } from '../directory/index.js';
import { parseServerOptions, type ServerOptions } from '../limits/index.js';
import { DiagnosticList, type Parsed } from '../text/index.js';

/** Reads the option files of channels, by the names of the channels. */
export function serverOptionsOf(
  { readOptionFile }: PolicySources,
  channels: readonly Channel[],
): Parsed<ReadonlyMap<string, ServerOptions>> {
  const options = new Map<string, ServerOptions>();
  const diagnostics = new DiagnosticList();
  for (const { name } of channels) {
    const source = isDirectoryChannelName(name) ? null : (readOptionFile?.(optionFileOf(name)) ?? null);
    if (source === null) continue;
    const parsed = parseServerOptions(source);
    diagnostics.append(parsed.diagnostics);
    options.set(name, parsed.value);
  }
  return { value: options, diagnostics: diagnostics.all };
}
