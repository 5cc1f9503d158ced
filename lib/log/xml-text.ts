/*
 * Text in the attributes of an XML entry.
 */
const characters: readonly (readonly [string, string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
];
const entities: ReadonlyMap<string, string> = new Map(characters);
const ofEntities: ReadonlyMap<string, string> = new Map(
  characters.map(([character, entity]) => [entity, character]),
);

export function xmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities.get(character) ?? '');
}

/** What was written so; an entity of any other name stays as it is. */
export function plainOfXml(written: string): string {
  return written.replace(/&[a-z]{2,4};/g, (entity) => ofEntities.get(entity) ?? entity);
}
