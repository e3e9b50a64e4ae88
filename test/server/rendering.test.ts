import { afterEach, describe, expect, it } from 'vitest';

import { renderText, type TextTask } from '../../src/publish/render-text.ts';
import { RenderingThread } from '../../src/server/rendering.ts';

const threads: RenderingThread[] = [];
afterEach(async () => {
  for (const one of threads.splice(0)) await one.close();
});

/** @param execArgv  For Node in the thread, which runs the sources only with tsx. */
function thread(...execArgv: readonly string[]): RenderingThread {
  const one = new RenderingThread(execArgv);
  threads.push(one);
  return one;
}

const task = (source: string): TextTask => ({
  source,
  id: 'SOP-001',
  revision: '2',
  title: 'Text of a test',
  path: 'qms-docs/sops/SOP-001.md',
  files: ['qms-docs/sops/SOP-001.md', 'qms-docs/sops/a.png'],
  documents: new Map([['qms-docs/sops/SOP-002.md', 'SOP-002']]),
});

const texts = [
  '# One\n\nSee [two](SOP-002.md), [none](SOP-003.md).\n\n![A](a.png)\n\n| a | b |\n| - | - |\n| 1 | 2 |\n',
  `${'> '.repeat(200)}deep\n`,
  '<script>alert(1)</script> **bold**\n',
];

describe('texts that are rendered in a thread', () => {
  it('are what they are here, each to the one who asked for it', async () => {
    const { render } = thread('--import', 'tsx');
    const made = await Promise.all(texts.map((text) => render(task(text))));
    expect(made).toEqual(texts.map((text) => renderText(task(text))));
    expect(made[0]?.links).toEqual(
      new Map([
        ['qms-docs/sops/SOP-002.md', 'SOP-002'],
        ['qms-docs/sops/SOP-003.md', undefined],
        ['qms-docs/sops/a.png', undefined],
      ]),
    );
  });

  it('are rendered here where there can be no thread, also those that waited for it', async () => {
    const { render } = thread('--import', 'data:text/javascript,throw new Error("no thread")');
    const made = await Promise.all(texts.map((text) => render(task(text))));
    expect(made).toEqual(texts.map((text) => renderText(task(text))));
    expect(await render(task('late\n'))).toEqual(renderText(task('late\n')));
  });

  it('fail once it was closed, also those that waited for it', async () => {
    const closed = thread('--import', 'tsx');
    const waiting = closed.render(task('waiting\n'));
    await Promise.all([closed.close(), expect(waiting).rejects.toThrow('the server has ended')]);
    await expect(closed.render(task('late\n'))).rejects.toThrow('the server has ended');
  });

  it('fail with the one text that could not be rendered', async () => {
    const { render } = thread('--import', 'tsx');
    const broken = { ...task('[two](SOP-002.md)'), documents: new Map([['x', 'y']]), files: 1 };
    // Not as the types say, as a fault of the software would be.
    await expect(render(broken as unknown as TextTask)).rejects.toThrow(/not iterable/);
    expect(await render(task('fine\n'))).toEqual(renderText(task('fine\n')));
  });
});
