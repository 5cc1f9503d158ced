/*
 * A file that an install is to have, and what becomes of it. Files that belong together are one group: where one of them is
 * there with another text, somebody has a configuration of their own, and none of the group is added to it.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that make sense only together. */
export type FileGroup = 'policy' | 'bounces' | null;

/** A file as it is wanted. */
export interface WantedFile {
  /** Against the folder of the install, with `/`. */
  readonly path: string;
  readonly text: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
  readonly group: FileGroup;
  /** Permissions; 0o644 when not said. */
  readonly mode?: number;
  /** Any text will do: a file that is there is as good. */
  readonly isAnyTextGood?: boolean;
  /** A folder, which begins empty. */
  readonly isFolder?: boolean;
  /** What is in it where that is not text; made only when the file is written. */
  readonly content?: () => Uint8Array;
  /** The name under which several files are shown as one. */
  readonly shownAs?: string;
}

/**
 * What becomes of a file: `write`; `same`, it is there as wanted; `differs`, it is there with another text and stays;
 * `leave`, it is missing and stays so, since the rest of its group is somebody's own.
 */
export type Fate = 'write' | 'same' | 'differs' | 'leave';

/** A wanted file and its fate. */
export interface PlannedFile extends WantedFile {
  readonly fate: Fate;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function hasText(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    // What cannot be read is not ours, and stays.
    return false;
  }
}

function fateAlone(install: string, { path, text, isAnyTextGood }: WantedFile): Fate {
  const file = join(install, path);
  if (!isThere(file)) return 'write';
  return isAnyTextGood === true || hasText(file, text) ? 'same' : 'differs';
}

/** Files that make a policy, each by itself: one that is not wanted now is somebody's own too. */
const policyPaths = ['pmdf.cnf', 'mappings', 'pmdf.yaml'].map((name) => `config/pmdf/${name}`);

function foreignGroups(install: string, planned: readonly PlannedFile[]): ReadonlySet<FileGroup> {
  const groups = new Set<FileGroup>();
  for (const { group, fate } of planned) if (fate === 'differs' && group !== null) groups.add(group);
  const wanted = new Set(planned.map(({ path }) => path));
  if (policyPaths.some((path) => !wanted.has(path) && isThere(join(install, path)))) groups.add('policy');
  return groups;
}

/** Tells whether a policy is there that is not what the files would give. */
export function hasPolicyOfItsOwn(install: string, planned: readonly PlannedFile[]): boolean {
  return foreignGroups(install, planned).has('policy');
}

/** Decides over each file, in order; reads the install and changes nothing. */
export function planFiles(install: string, wanted: readonly WantedFile[]): PlannedFile[] {
  const alone = wanted.map((file) => ({ ...file, fate: fateAlone(install, file) }));
  const foreign = foreignGroups(install, alone);
  return alone.map((file) => {
    const isLeft = file.fate === 'write' && foreign.has(file.group);
    return isLeft ? { ...file, fate: 'leave' } : file;
  });
}
