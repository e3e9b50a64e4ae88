import { Worker } from 'node:worker_threads';

import type { LinkedText, TextTask } from '../publish/render-text.ts';

/** What the thread answers to one text. */
export type Rendering = { readonly rendered: LinkedText } | { readonly failed: string };

interface Waiting {
  readonly task: TextTask;
  readonly done: (text: LinkedText | Promise<LinkedText>) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Renders texts in a thread of its own: loading what renders takes as long as everything else at a
 * start, and a text that is laborious keeps no other page waiting. Where there can be no such
 * thread, texts are rendered in this one.
 */
export class RenderingThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #hasEnded = false;
  #isClosed = false;

  constructor(execArgv: readonly string[] = process.execArgv) {
    // Run from its sources, this file has another ending.
    const entry = import.meta.url.endsWith('.ts')
      ? './rendering-thread.ts'
      : './rendering-thread.js';
    this.#worker = new Worker(new URL(entry, import.meta.url), { execArgv: [...execArgv] });
    this.#worker.on('message', (answer: Rendering) => {
      const first = this.#waiting.shift();
      if ('rendered' in answer) first?.done(answer.rendered);
      else first?.failed(new Error(answer.failed));
    });
    this.#worker.on('error', () => {
      this.#end();
    });
    this.#worker.on('exit', () => {
      this.#end();
    });
    // Requests keep the process alive, and not the thread.
    this.#worker.unref();
  }

  readonly render = (task: TextTask): Promise<LinkedText> => {
    if (this.#hasEnded) return this.#renderHere(task);
    return new Promise((done, failed) => {
      this.#waiting.push({ task, done, failed });
      this.#worker.postMessage(task);
    });
  };

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker.terminate();
  }

  /** Where there is no thread. Once it was closed this would only keep the process alive. */
  #renderHere(task: TextTask): Promise<LinkedText> {
    return this.#isClosed ? Promise.reject(new Error('the server has ended')) : renderHere(task);
  }

  #end(): void {
    this.#hasEnded = true;
    for (const { task, done } of this.#waiting.splice(0)) done(this.#renderHere(task));
  }
}

/** Render a text in this thread, where what renders is loaded first. */
export async function renderHere(task: TextTask): Promise<LinkedText> {
  const { renderText } = await import('../publish/render-text.ts');
  return renderText(task);
}
