/*
 * Elements of the page, and what fills them. Text from outside gets into the page as text only.
 */
export const byId = (id) => document.getElementById(id);

/** Characters that cannot be seen, or that turn the text around them, are spelled out. */
export const visible = (text) =>
  String(text).replace(
    /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = visible(text);
  if (className !== undefined) made.className = className;
  return made;
}

export function row(cells) {
  const made = element('tr');
  made.append(...cells);
  return made;
}

export function fillTable(id, headings, rows, nothing) {
  const head = element('thead');
  head.append(row(headings.map((text) => Object.assign(element('th', text), { scope: 'col' }))));
  const body = element('tbody');
  body.append(...rows);
  byId(id).replaceChildren(...(rows.length === 0 ? [row([element('td', nothing)])] : [head, body]));
}

export const time = (at) => new Date(at).toLocaleTimeString();
export const moment = (at) => new Date(at).toLocaleString();

export function age(at, now) {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h`;
}

/** Gives the text of an answer where it is one, else shows why there is none. */
export async function textOf(file, status) {
  byId(status).textContent = 'asking';
  try {
    const answer = await fetch(file);
    const text = await answer.text();
    byId(status).textContent = answer.ok ? '' : text;
    return answer.ok ? text : null;
  } catch {
    byId(status).textContent = 'no connection to the gateway';
    return null;
  }
}
