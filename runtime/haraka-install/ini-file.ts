/*
 * An ini file as haraka-config 1.7 reads it, with the place of each setting.
 *   ; comment, # comment       whole lines only: a comment after a value is part of the value
 *   [section]                  lines before the first section are in `main`
 *   key = value                `key` alone has no value
 *   key[] = value              one of several values
 *   key = begins \             continued in the next line
 * A key with characters other than letters, digits and @:._+-/[] is ignored, as by Haraka.
 */
import type { SourceFile, Span } from '../../lib/text/index.js';
import { linesOf, readConfigFile } from './config-file.js';

/** One setting; the last one of a key counts, unless the key ends with `[]`. */
export interface IniSetting {
  readonly section: string;
  readonly key: string;
  /** Undefined if there is no equals sign. */
  readonly value: string | undefined;
  /** The place of the value, or of the key if there is none. */
  readonly span: Span;
}

/** An ini file; a missing one has no settings. */
export class IniFile {
  /** Null if the file is missing. */
  readonly source: SourceFile | null;
  readonly settings: readonly IniSetting[];
  /** The sections that begin with a `[section]` line. */
  readonly sections: ReadonlySet<string>;

  constructor(source: SourceFile | null) {
    this.source = source;
    const { settings, sections } = source === null ? nothing : parse(source);
    this.settings = settings;
    this.sections = sections;
  }

  /** The setting that counts; undefined if there is none. */
  last(section: string, key: string): IniSetting | undefined {
    return this.settings.findLast((one) => one.section === section && one.key === key);
  }

  /** Every setting `key[]`. */
  all(section: string, key: string): readonly IniSetting[] {
    return this.settings.filter((one) => one.section === section && one.key === `${key}[]`);
  }
}

interface ParsedIni {
  readonly settings: readonly IniSetting[];
  readonly sections: ReadonlySet<string>;
}

const nothing: ParsedIni = { settings: [], sections: new Set() };
const sectionHead = /^\[([^\]]*)\]$/;
const knownKey = /^[\w@:._+\-/[\]]+$/;

function settingOn(source: SourceFile, section: string, line: string, offset: number): IniSetting | null {
  const equals = line.indexOf('=');
  const key = (equals === -1 ? line : line.slice(0, equals)).trim();
  if (!knownKey.test(key)) return null;
  const value = equals === -1 ? undefined : line.slice(equals + 1).trim();
  const shown = value === undefined || value === '' ? key : value;
  const from = value === undefined || value === '' ? 0 : equals + 1;
  const at = offset + Math.max(0, line.indexOf(shown, from));
  return { section, key, value, span: { source, offset: at, length: shown.length } };
}

function parse(source: SourceFile): ParsedIni {
  const settings: IniSetting[] = [];
  const sections = new Set<string>();
  let section = 'main';
  let begun = '';
  let begunAt: number | null = null;
  for (const { text, offset } of linesOf(source)) {
    const [, head] = sectionHead.exec(text.trim()) ?? [];
    if (head !== undefined) {
      section = head.trim();
      sections.add(section);
      continue;
    }
    const bare = text.trimEnd();
    begunAt ??= offset;
    if (bare.endsWith('\\')) {
      begun += bare.slice(0, -1);
      continue;
    }
    const setting = settingOn(source, section, begun + text, begunAt);
    if (setting !== null) settings.push(setting);
    begun = '';
    begunAt = null;
  }
  return { settings, sections };
}

/** Reads an ini file of Haraka's config folder. */
export function readIniFile(configFolder: string, name: string): IniFile {
  return new IniFile(readConfigFile(configFolder, name));
}

/** Whether a value is true for haraka-config, for a setting that is declared a boolean. */
export function isTrue(value: string): boolean {
  return /^(?:true|yes|ok|enabled|on|1)$/i.test(value);
}

/** Whether a setting that is not declared a boolean is on for Haraka: even the text `false` is. */
export function isSet({ value }: IniSetting): boolean {
  return value !== undefined && value !== '' && !/^-?0+(?:\.0+)?$/.test(value);
}
