export { dbDelete, dbGet, dbSet } from '../db.js';
