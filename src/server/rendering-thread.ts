/** A thread that renders the texts that it is given, in their order. */
import { parentPort } from 'node:worker_threads';

import { renderText, type TextTask } from '../publish/render-text.ts';
import type { Rendering } from './rendering.ts';

parentPort?.on('message', (task: TextTask) => {
  let answer: Rendering;
  try {
    answer = { rendered: renderText(task) };
  } catch (error) {
    answer = { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(answer);
});
