/** The one way in which an answer is written as JSON: by `--json` and by the HTTP interface. */
export function formatJson(answer: unknown): string {
  return `${JSON.stringify(answer, null, 2)}\n`;
}
