/** Times that people choose from; any other is written as cron. */
export const usualTimes: readonly { cron: string; title: string }[] = [
  { cron: '0 3 * * *', title: 'Every night at three' },
  { cron: '0 3 * * 1', title: 'Monday nights at three' },
  { cron: '0 * * * *', title: 'Every hour' },
];

/** `Every night at three`, else the expression itself. */
export function timeTitle(cron: string): string {
  return usualTimes.find((time) => time.cron === cron)?.title ?? cron;
}
