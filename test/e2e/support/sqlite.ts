/*
 * The package that tests write SQLite files with. It is compiled where no ready binary can be had, so that it is not among the
 * development dependencies; `.ci/run` installs it.
 */
import type Database from 'better-sqlite3';

export type Sqlite = typeof Database;

export async function loadSqlite(): Promise<Sqlite> {
  return (await import('better-sqlite3')).default;
}
