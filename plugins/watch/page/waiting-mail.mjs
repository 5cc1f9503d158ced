/*
 * The messages that wait, with buttons that hold, release, return and delete them.
 */
import { byId, element, fillTable, moment, row, textOf, visible } from './elements.mjs';

/** Shows the messages that wait and those that are held. */
export async function listMail() {
  const text = await textOf('mail', 'mail-note');
  if (text === null) return;
  const { queue, held } = JSON.parse(text);
  const rows = [
    ...queue.messages.map((one) => mailRow('queue', one)),
    ...held.messages.map((one) => mailRow('held', one)),
  ];
  const headings = ['Where', 'Message', 'Channel', 'Since', 'From', 'To', 'Last answer', 'Change'];
  fillTable('mail', headings, rows, 'no message waits');
}

const mailActions = {
  queue: ['Hold', 'Release', 'Return', 'Delete'],
  'on hold': ['Release', 'Return', 'Delete'],
  held: ['Release', 'Delete'],
};
/** What cannot be taken back is asked again. */
const questions = {
  return: (id) => `Return ${id} to its sender?`,
  delete: (id) => `Delete ${id}? Nobody is told.`,
};

function mailRow(of, message) {
  const where = of === 'queue' && message.onHold ? 'on hold' : of;
  const buttons = mailActions[where].map((label) => {
    const button = Object.assign(element('button', label), { type: 'button' });
    button.setAttribute('aria-label', `${label} ${message.id}`);
    button.addEventListener('click', () => changeMail(of, label.toLowerCase(), message.id));
    return button;
  });
  const change = element('td', undefined, 'short');
  change.append(...buttons);
  return row([
    element('td', message.stopped === true ? 'stopped' : where, 'short'),
    element('td', message.id, 'short'),
    element('td', message.channel ?? '', 'short'),
    element('td', message.arrived === null ? '' : moment(message.arrived), 'short'),
    element('td', message.from ?? '', 'long'),
    element('td', (message.to ?? []).join(', '), 'long'),
    element('td', message.lastReply ?? '', 'long'),
    change,
  ]);
}

/** What became of a change, in words. */
function outcomeOf({ messages, channel, changed }) {
  if (channel !== undefined) return changed ? `${channel}: done` : `${channel}: was so already`;
  return messages.map(({ id, result, why }) => `${id}: ${why ?? result}`).join(', ') || 'no such message';
}

/** Has the gateway change a message or a channel, and says what became of it. */
export async function changeMail(of, action, name) {
  const question = questions[action];
  if (question !== undefined && !window.confirm(question(name))) return;
  const token = await textOf('token', 'mail-note');
  if (token === null) return;
  byId('mail-note').textContent = 'asking';
  try {
    const answer = await fetch('change', {
      method: 'POST',
      headers: { 'x-pmdf-token': token },
      body: JSON.stringify({ of, action, name }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      byId('mail-note').textContent = text;
      return;
    }
    const outcome = outcomeOf(JSON.parse(text));
    await listMail();
    byId('mail-note').textContent = visible(outcome);
    byId('mail-title').scrollIntoView();
  } catch {
    byId('mail-note').textContent = 'no connection to the gateway';
  }
}
