/*
 * Shows the state that the server sends once a second. Text from outside gets into the page as text only.
 */
import { age, byId, element, fillTable, moment, row, textOf, time, visible } from './elements.mjs';
import { changeMail, listMail } from './waiting-mail.mjs';

const marks = { accepted: '', refused: '\u2717 ', deferred: '\u21ba ' };
let state = null;
let shownRows = new Map();
let isPressed = false;

function showPolicy({ policyHashes, inForceSince, lastLoad, processes }) {
  const facts = [
    ['Hash', policyHashes.join(', ')],
    ['Since', inForceSince === null ? '' : moment(inForceSince)],
    ['Processes', processes],
  ];
  if (lastLoad !== null) {
    const outcome = lastLoad.isInForce ? 'in force' : 'has errors: the policy before it stays in force';
    facts.push(['Last read', `${moment(lastLoad.at)}, ${outcome}`]);
  }
  byId('policy').replaceChildren(
    ...facts.flatMap(([name, value]) => [element('dt', name), element('dd', value)]),
  );
  const findings = lastLoad === null ? [] : lastLoad.findings;
  byId('findings').hidden = findings.length === 0;
  byId('findings').textContent = findings.join('\n\n');
}

function matrixCell(cell) {
  const made = element('td', undefined, 'number');
  if (cell === undefined) return made;
  for (const verdict of ['accepted', 'refused', 'deferred']) {
    if (cell[verdict] === 0) continue;
    const part = element('div', `${marks[verdict]}${cell[verdict]}`, `mark ${verdict}`);
    part.title = `${cell[verdict]} ${verdict}, from ${cell.source} to ${cell.destination || 'no channel'}`;
    made.append(part);
  }
  return made;
}

function showMatrix({ matrix, channels }) {
  const cells = new Map(matrix.map((cell) => [`${cell.source} ${cell.destination}`, cell]));
  const sources = channels.filter((channel) => matrix.some(({ source }) => source === channel));
  const destinations = channels.filter((channel) =>
    matrix.some(({ destination }) => destination === channel),
  );
  const columns = [...destinations, ...(matrix.some(({ destination }) => destination === '') ? [''] : [])];
  const rows = sources.map((source) => {
    const heading = Object.assign(element('th', source), { scope: 'row' });
    return row([heading, ...columns.map((column) => matrixCell(cells.get(`${source} ${column}`)))]);
  });
  fillTable(
    'matrix',
    ['from \u2193 to \u2192', ...columns.map((one) => one || 'none')],
    rows,
    'no recipient so far',
  );
}

async function explain() {
  const fields = new URLSearchParams(new FormData(byId('session')));
  byId('explaining').textContent = 'asking';
  try {
    const answer = await fetch(`explain?${fields}`);
    byId('explained').textContent = visible(await answer.text());
    byId('explained').hidden = false;
    byId('explaining').textContent = answer.ok ? '' : 'this could not be explained';
  } catch {
    byId('explaining').textContent = 'no connection to the gateway';
  }
}

/** A button that shows the line of an entry; built-in ones and limits have none. */
function entryCell(place) {
  const made = element('td', undefined, 'short');
  if (!/:[0-9]+$/.test(place)) {
    made.textContent = visible(place);
    return made;
  }
  const button = Object.assign(element('button', place, 'place'), { type: 'button' });
  button.setAttribute('aria-label', `Show the entry ${place}`);
  button.addEventListener('click', () => showEntry(place));
  made.append(button);
  return made;
}

async function showEntry(place) {
  byId('entry-title').scrollIntoView();
  const text = await textOf(`entry?place=${encodeURIComponent(place)}`, 'entry-note');
  byId('entry').hidden = text === null;
  byId('entry').textContent = visible(text ?? '');
  if (text !== null) byId('entry').focus({ preventScroll: true });
}

async function drawMatrix() {
  const text = await textOf('policy.txt', 'drawing');
  byId('drawn-matrix').hidden = text === null;
  byId('drawn-matrix').textContent = text ?? '';
}

/** The drawing is an image, in which no script runs. */
function drawPolicy() {
  const image = Object.assign(element('img'), { alt: 'Channels, rewrite rules and access tables' });
  byId('drawing').textContent = 'drawing';
  image.addEventListener('load', () => {
    byId('drawing').textContent = '';
    byId('drawn-svg').hidden = false;
  });
  // The answer says why.
  image.addEventListener('error', () => textOf('policy.svg', 'drawing'));
  image.src = `policy.svg?${Date.now()}`;
  byId('drawn-svg').replaceChildren(image);
}

/** A button that explains the session of a decision. */
function explainCell(decision) {
  const button = Object.assign(element('button', 'Explain'), { type: 'button' });
  button.setAttribute('aria-label', `Explain ${decision.from || 'the null sender'} to ${decision.to}`);
  button.addEventListener('click', () => {
    const { elements } = byId('session');
    for (const name of ['client', 'name', 'port', 'helo', 'from', 'to'])
      elements.namedItem(name).value = String(decision[name]);
    elements.namedItem('auth').value = decision.user;
    elements.namedItem('tls').checked = decision.tls;
    byId('session').scrollIntoView();
    explain();
  });
  const made = element('td', undefined, 'short');
  // What was cut cannot be asked again, nor what ended before a recipient.
  const isWhole = [decision.helo, decision.from, decision.to].every((text) => !text.endsWith('...'));
  if (isWhole && decision.to !== '') made.append(button);
  return made;
}

function decisionRow(one) {
  return row([
    element('td', time(one.at), 'short'),
    element(
      'td',
      `${marks[one.verdict]}${one.verdict}${one.shadow === '' ? '' : ' (shadow differs)'}`,
      `mark ${one.verdict}`,
    ),
    element('td', one.client, 'short'),
    element('td', `${one.source} \u2192 ${one.destination || 'none'}`, 'short'),
    element('td', one.from, 'long'),
    element('td', one.to, 'long'),
    entryCell(one.entry),
    element('td', one.cause || one.reply, 'long'),
    explainCell(one),
  ]);
}

/** The rows of decisions; those that are shown already stay the same elements, so that a button keeps the focus. */
function rowsOf(decisions) {
  const rows = new Map();
  for (const one of decisions) {
    let key = JSON.stringify(one);
    while (rows.has(key)) key += ' again';
    rows.set(key, shownRows.get(key) ?? decisionRow(one));
  }
  shownRows = rows;
  return [...rows.values()];
}

function showRecent() {
  // A button that is replaced while it is pressed is not clicked.
  if (state === null || isPressed) return;
  const verdict = byId('verdict').value;
  const text = byId('text').value.toLowerCase();
  const has = (decision) =>
    Object.values(decision).some((value) => String(value).toLowerCase().includes(text));
  const shown = state.recent.filter((one) => (verdict === '' || one.verdict === verdict) && has(one));
  const focused = document.activeElement;
  const rows = rowsOf(shown);
  const headings = ['Time', 'Verdict', 'Client', 'Channels', 'From', 'To', 'Entry', 'Reason', 'Steps'];
  fillTable('recent', headings, rows, 'none');
  if (byId('recent').contains(focused)) focused.focus({ preventScroll: true });
}

function showCounts({ refusingEntries, refusedClients }) {
  // A button that is replaced while it is pressed is not clicked.
  if (isPressed) return;
  const focused = byId('entries').contains(document.activeElement)
    ? document.activeElement.textContent
    : null;
  fillTable(
    'entries',
    ['Table', 'Entry', 'Refused or deferred'],
    refusingEntries.map(({ table, entry, count }) =>
      row([element('td', table), entryCell(entry), element('td', count, 'number')]),
    ),
    'none',
  );
  if (focused !== null)
    [...byId('entries').querySelectorAll('button')]
      .find((button) => button.textContent === focused)
      ?.focus({ preventScroll: true });
  fillTable(
    'clients',
    ['Client', 'Refused'],
    refusedClients.map(([client, count]) => row([element('td', client), element('td', count, 'number')])),
    'none',
  );
}

function showShadowed({ shadowed }) {
  fillTable(
    'shadowed',
    ['Time', 'Client', 'Channels', 'From', 'To', 'Was', 'Would have been'],
    shadowed.map((one) =>
      row([
        element('td', time(one.at), 'short'),
        element('td', one.client, 'short'),
        element('td', `${one.source} \u2192 ${one.destination || 'none'}`, 'short'),
        element('td', one.from, 'long'),
        element('td', one.to, 'long'),
        element('td', `${marks[one.verdict]}${one.verdict}`, `mark ${one.verdict}`),
        element('td', one.shadow, 'long'),
      ]),
    ),
    'nothing else than what was done',
  );
}

function showQueue({ queue, at }) {
  fillTable(
    'queue',
    ['Channel', 'Files', 'Oldest'],
    queue.waiting.map(({ channel, files, oldestAt }) =>
      row([element('td', channel), element('td', files, 'number'), element('td', age(oldestAt, at))]),
    ),
    'empty',
  );
  fillTable(
    'newest-held',
    ['File', 'Since', 'Octets'],
    queue.newestHeld.map((one) =>
      row([
        element('td', one.name),
        element('td', moment(one.at), 'short'),
        element('td', one.octets, 'number'),
      ]),
    ),
    'none',
  );
  byId('held').textContent = queue.held === 1 ? '1 message is held.' : `${queue.held} messages are held.`;
}

/** The channels to choose from, which a reload may change. */
function showChannels({ channels }) {
  const shown = [...byId('channel').options].map(({ value }) => value);
  if (shown.join(' ') === channels.join(' ')) return;
  byId('channel').replaceChildren(
    ...channels.map((name) => Object.assign(element('option', name), { value: name })),
  );
}

function show(event) {
  state = JSON.parse(event.data);
  byId('state').textContent = `up to date, ${time(state.at)}`;
  byId('state').className = '';
  showPolicy(state);
  showMatrix(state);
  showRecent();
  showCounts(state);
  showShadowed(state);
  showQueue(state);
  showChannels(state);
}

byId('verdict').addEventListener('change', showRecent);
byId('text').addEventListener('input', showRecent);
for (const id of ['recent', 'entries'])
  byId(id).addEventListener('pointerdown', () => {
    isPressed = true;
  });
for (const name of ['pointerup', 'pointercancel'])
  window.addEventListener(name, () => {
    isPressed = false;
  });
byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('session').addEventListener('submit', (event) => {
  event.preventDefault();
  explain();
});
byId('list-mail').addEventListener('click', listMail);
byId('channel-change').addEventListener('submit', (event) => {
  event.preventDefault();
  changeMail('channel', event.submitter.value, byId('channel').value);
});
byId('draw-matrix').addEventListener('click', drawMatrix);
byId('draw-svg').addEventListener('click', drawPolicy);
const events = new EventSource('events');
events.addEventListener('message', show);
events.addEventListener('error', () => {
  byId('state').textContent = 'no connection to the gateway; what is shown is old';
  byId('state').className = 'lost';
});
