/** Seconds by which clocks may differ: something may be dated so much later than it is read. */
export const clockToleranceSeconds = 5 * 60;
