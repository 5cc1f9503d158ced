export { replay } from '../replay.js';
