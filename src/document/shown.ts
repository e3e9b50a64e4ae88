/** A value as a message shows it: quoted, on one line, not too long. */
export function shown(value: string): string {
  const oneLine = value.replace(/\s+/g, ' ').trim();
  const letters = [...oneLine];
  return `"${letters.length > 60 ? `${letters.slice(0, 60).join('')}…` : oneLine}"`;
}
