/*
 * A difference as text: the changes in the order of their importance, then what was edited, then the answer.
 */
import {
  type Change,
  changeKinds,
  decidesTheSame,
  type Edit,
  editParts,
  type PolicyDifference,
} from '../../lib/proof/index.js';
import { brief, indent, type Paint, printColumns, visible } from '../support/index.js';
import {
  answerSentence,
  answerWords,
  classWords,
  editSign,
  editText,
  effectWords,
  kindWords,
  type Marks,
  otherNeeds,
  partWords,
  relayingWords,
  witnessOptions,
} from './words.js';

const marks: Marks = { channel: (name) => `\`${name}\``, text: (text) => text };

/** The words before and after, with the places that decided. */
function sideRow(name: string, answer: Change['before']): readonly string[] {
  return [name, brief(answerWords(answer, marks)), answer.places.map(visible).join(' ')];
}

function printChange(change: Change, paint: Paint): string[] {
  const { before, now, what, witness } = change;
  const needs = otherNeeds(witness);
  return [
    brief(classWords(change, marks)),
    ...indent([
      `${paint.dim('witness')}  pmdf explain ${visible(witnessOptions(witness))}`,
      ...(needs.length === 0 ? [] : [`${paint.dim('with')}     ${visible(needs.join(' '))}`]),
      ...printColumns([sideRow('before', before), sideRow('now', now)], [paint.dim]),
      ...(what === '' ? [] : [`${paint.dim('differs')}  ${brief(what)}`]),
    ]),
  ];
}

function printKind(kind: Change['kind'], changes: readonly Change[], paint: Paint): string[] {
  const ofKind = changes.filter((one) => one.kind === kind);
  if (ofKind.length === 0) return [];
  const title = kind === 'newly-relayed' ? kindWords[kind].toUpperCase() : kindWords[kind];
  const painted = kind === 'newly-relayed' ? paint.bad(title) : paint.bold(title);
  return [painted, ...indent(ofKind.flatMap((one) => printChange(one, paint))), ''];
}

function printPart(part: Edit['part'], edits: readonly Edit[], paint: Paint): string[] {
  const ofPart = edits.filter((one) => one.part === part);
  if (ofPart.length === 0) return [];
  const lines = ofPart.flatMap((edit) => {
    const place = edit.placeNow ?? edit.placeBefore;
    const words = effectWords(edit);
    const painted = edit.effect === 'not-compared' ? paint.doubtful(words) : paint.dim(words);
    return [
      `${editSign(edit)} ${brief(edit.name)}${place === null ? '' : ` ${paint.dim(visible(place))}`}  ${brief(editText(edit))}`,
      ...(words === '' ? [] : [`    ${painted}`]),
    ];
  });
  return [partWords[part], ...indent(lines), ''];
}

/** Prints it. */
export function printDifference(difference: PolicyDifference, paint: Paint): string[] {
  const { changes, edits, relaying } = difference;
  const sentence = answerSentence(difference);
  const isSame = decidesTheSame(difference);
  const ofRelaying = relayingWords(difference);
  return [
    ...changeKinds.flatMap((kind) => printKind(kind, changes, paint)),
    ...editParts.flatMap((part) => printPart(part, edits, paint)),
    ...(isSame
      ? []
      : [
          relaying.answer === 'some'
            ? paint.bad(ofRelaying)
            : relaying.answer === 'none'
              ? ofRelaying
              : paint.doubtful(ofRelaying),
        ]),
    isSame ? paint.good(sentence) : paint.doubtful(sentence),
  ];
}
