/*
 * What the clients of SQL servers share: the parameters of a question, and the text of what comes back.
 */
import { expandKeyTemplate, type SqlQuery } from '../../../lib/config/index.js';
import { QuestionRefused } from '../store-connection.js';

/**
 * The values of the parameters for a key; null if it lacks a part that the query needs, or has what no database of text
 * holds, a NUL or a half of a surrogate pair: such a key is absent.
 */
export function parameterValues({ parameters }: SqlQuery, key: string): string[] | null {
  if (/[\0\p{Surrogate}]/u.test(key)) return null;
  const values: string[] = [];
  for (const template of parameters) {
    const value = expandKeyTemplate(template, key);
    if (value === null) return null;
    values.push(value);
  }
  return values;
}

/** A column of a row as text, NULL as the empty string. Throws QuestionRefused for octets that are not UTF-8. */
function columnText(column: unknown): string {
  if (typeof column === 'string') return column;
  if (column === null || column === undefined) return '';
  if (column instanceof Uint8Array) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(column);
    } catch {
      throw new QuestionRefused('the answer is not UTF-8');
    }
  }
  return String(column);
}

/** The values of an answer: every column of every row, as in Postfix for servers. */
export function rowValues(rows: readonly (readonly unknown[])[]): string[] {
  const values: string[] = [];
  for (const row of rows) for (const column of row) values.push(columnText(column));
  return values;
}

/** The same with the first column of every row alone, as in Postfix for SQLite. */
export function firstValues(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => columnText(row[0]));
}
