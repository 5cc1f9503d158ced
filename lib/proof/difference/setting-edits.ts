/*
 * The settings that two policies have differently, and the parts of a policy that are in files of their own.
 */
import { foldDomain } from '../../address/index.js';
import type { Settings } from '../../config/index.js';
import type { Policy } from '../../policy/index.js';
import { canonicalText } from './canonical.js';
import { editsBetween, type NamedEdit, type Valued } from './named-edits.js';
import type { Side } from './policy-difference.js';

/** Settings that say how the gateway works, and nothing of what it answers in a session or where mail goes. */
const operating =
  /^(?:files|reload|notices|limits\.databaseMemory|access\.holdFolder|reverseTimeout|openRelay|prove|delivery\.keepConnections|watch|log|logOptions)\b/;

export interface SettingEdit extends NamedEdit {
  /** Whether decisions in a session depend on it. */
  readonly decides: boolean;
}

function written(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The settings by their paths, two steps deep at most. */
function settingsOf({ settings, directories, routingChannels }: Policy): Valued {
  const found = new Map<string, { text: string; span: null }>();
  for (const { name, options } of routingChannels.values())
    if (options !== null && options.numbers.size > 0)
      found.set(`${name}_option`, { text: canonicalText(options.numbers), span: null });
  // What a directory channel has in its option file is compared with what the settings say of it.
  const { localDomains, databases, directories: _directories, ...rest } = plainSettings(settings);
  found.set('directories', { text: canonicalText(directories), span: null });
  found.set('localDomains', {
    text: canonicalText([...new Set(localDomains.map(foldDomain))].sort()),
    span: null,
  });
  for (const [name, database] of Object.entries(databases)) {
    // The entries are compared on their own, whatever the file is called.
    const text = database === null ? 'none' : database.kind === 'file' ? 'a file' : canonicalText(database);
    found.set(`databases.${name}`, { text, span: null });
  }
  for (const [name, value] of Object.entries(rest)) {
    // A setting that has members on one side only is shown by them.
    if (value === null) continue;
    if (typeof value === 'object' && !Array.isArray(value) && !(value instanceof Map)) {
      for (const [inner, one] of Object.entries(value)) {
        found.set(`${name}.${inner}`, { text: canonicalText(one), span: null });
      }
    } else found.set(name, { text: canonicalText(value), span: null });
  }
  return found;
}

const notSettings = new Set(['rules', 'channelBlocks', 'mappingLines', 'aliasLines', 'places', 'files']);

function plainSettings(settings: Settings): Settings {
  return { ...settings, ...Object.fromEntries([...notSettings].map((name) => [name, null])) };
}

/** Compares the settings, and the parts of a policy that are in files of their own. */
export function settingEdits(before: Side, now: Side): readonly SettingEdit[] {
  const [one, other] = [before, now].map(({ compiled }) => settingsOf(compiled.policy));
  const edits = editsBetween(one ?? new Map(), other ?? new Map()).map((edit) => ({
    ...edit,
    name: written(edit.name),
    decides: !operating.test(edit.name),
  }));
  const parts = [before, now].map(
    ({ otherParts }): Valued => new Map([...otherParts].map(([name, text]) => [name, { text, span: null }])),
  );
  const others = editsBetween(parts[0] ?? new Map(), parts[1] ?? new Map()).map(
    ({ name, before: was, now: is }) => ({
      name,
      // What is in them may be secret.
      before: was === null ? null : 'as before',
      now: is === null ? null : 'different',
      placeBefore: null,
      placeNow: null,
      decides: !/^notice/.test(name),
    }),
  );
  return [...edits, ...others];
}
