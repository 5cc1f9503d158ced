/*
 * Local time in the log, to hundredths of a second.
 */
function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** `08:31:29.45` */
export function clockTime(moment: Date): string {
  const parts = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(twoDigits);
  return `${parts.join(':')}.${twoDigits(Math.floor(moment.getMilliseconds() / 10))}`;
}

/** `2026-12-02T08:31:29.45` */
export function timeStamp(moment: Date): string {
  const day = [moment.getFullYear(), twoDigits(moment.getMonth() + 1), twoDigits(moment.getDate())];
  return `${day.join('-')}T${clockTime(moment)}`;
}
