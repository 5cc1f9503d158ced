import { parseSettings } from '../../../lib/config/parse-settings.js';
import type { SettingsFile } from '../../../lib/config/settings.js';
import { formatDiagnostic, type Parsed } from '../../../lib/text/diagnostic.js';
import type { SourceFile } from '../../../lib/text/source.js';

/** A settings file with this text. */
export function sourceOf(text: string): SourceFile {
  return { name: 'pmdf.yaml', shortName: 'pmdf.yaml', text };
}

/** The settings of a text that must be without findings. */
export function settingsOf(text: string): SettingsFile {
  const { value, diagnostics } = parseSettings(sourceOf(text));
  if (diagnostics.length > 0) throw new Error(formatted({ value, diagnostics }));
  return value;
}

/** All findings as people see them. */
export function formatted(parsed: Parsed<unknown>): string {
  return parsed.diagnostics.map(formatDiagnostic).join('\n');
}
