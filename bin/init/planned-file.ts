/*
 * The files that an install should have, and what to do with each. Files of a group belong together: if one of
 * them exists with another text, the configuration is the administrator's own, and none of the group is added to
 * it.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that belong together. */
export type FileGroup = 'policy' | null;

/** A file that an install should have. */
export interface WantedFile {
  /** Relative to the folder of the install, with `/`. */
  readonly path: string;
  readonly text: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
  readonly group: FileGroup;
  /** Permissions; 0o644 by default. */
  readonly mode?: number;
  /** Whether an existing file is right whatever it contains. */
  readonly isAnyTextGood?: boolean;
  /** An empty folder. */
  readonly isFolder?: boolean;
  /** Content that is not text; made only when the file is written. */
  readonly content?: () => Uint8Array;
  /** A name that stands for several files in the report. */
  readonly shownAs?: string;
}

/**
 * What to do with a file: `write` it; `same`, it exists as it should; `differs`, it exists with another text and
 * stays; `leave` it out, since the others of its group are the administrator's own.
 */
export type FileAction = 'write' | 'same' | 'differs' | 'leave';

/** A wanted file and what to do with it. */
export interface PlannedFile extends WantedFile {
  readonly action: FileAction;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function hasText(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    // A file that cannot be read is not ours, and stays.
    return false;
  }
}

function actionAlone(install: string, { path, text, isAnyTextGood }: WantedFile): FileAction {
  const file = join(install, path);
  if (!exists(file)) return 'write';
  return isAnyTextGood === true || hasText(file, text) ? 'same' : 'differs';
}

/** Files that are a policy even alone: one that is not wanted now is the administrator's own. */
const policyPaths = ['pmdf.cnf', 'mappings', 'pmdf.yaml'].map((name) => `config/pmdf/${name}`);

function ownGroups(install: string, planned: readonly PlannedFile[]): ReadonlySet<FileGroup> {
  const groups = new Set<FileGroup>();
  for (const { group, action } of planned) if (action === 'differs' && group !== null) groups.add(group);
  const wanted = new Set(planned.map(({ path }) => path));
  if (policyPaths.some((path) => !wanted.has(path) && exists(join(install, path)))) groups.add('policy');
  return groups;
}

/** Whether the install has a policy other than the planned one. */
export function hasOwnPolicy(install: string, planned: readonly PlannedFile[]): boolean {
  return ownGroups(install, planned).has('policy');
}

/** Decides what to do with each file, without changing anything. */
export function planFiles(install: string, wanted: readonly WantedFile[]): PlannedFile[] {
  const alone = wanted.map((file) => ({ ...file, action: actionAlone(install, file) }));
  const own = ownGroups(install, alone);
  return alone.map((file) => {
    const isLeft = file.action === 'write' && own.has(file.group);
    return isLeft ? { ...file, action: 'leave' } : file;
  });
}
