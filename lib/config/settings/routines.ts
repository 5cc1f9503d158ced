/*
 * `routines`: the files with the functions that `$[image,routine,argument]` of mapping tables calls, by the name of the image.
 */
import { imageOf } from '../../mapping/index.js';
import { mapOf, type SiteKey } from '../shapes/collections.js';
import { fileName, siteNames } from './names.js';

/** The files as written, by image as templates name it: in lower case, without `.so`. */
export type RoutineFiles = ReadonlyMap<string, string>;

const names = siteNames('routine file', 'settings/routine-name');

const imageName: SiteKey<string> = {
  ...names,
  read: (entry, field) => {
    const name = names.read(entry, field);
    return name === undefined ? undefined : imageOf(name);
  },
};

export const routines = mapOf(imageName, fileName);
export const noRoutines: RoutineFiles = new Map();
