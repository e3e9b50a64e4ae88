import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';

/**
 * Flags for a browser without a display in a container: no sandbox of its own, no network of its
 * own. The flags that the bundled Chromium proposes switch web security off; a test of headers
 * must not.
 */
const flags = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-webgl',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * Start a Chromium: the one of `CHROME_PATH`, otherwise the bundled one, unpacked once into a
 * folder of its own. Whoever starts it closes it.
 */
export async function startBrowser(): Promise<Browser> {
  const system = process.env['CHROME_PATH'];
  if (system !== undefined && system !== '') {
    return chromium.launch({ executablePath: system, args: flags });
  }
  const folder = await unpackedBrowser();
  const options: LaunchOptions = { executablePath: join(folder, 'chromium'), args: flags };
  try {
    return await chromium.launch(options);
  } catch {
    // The machine may lack a library of the browser (NSS, mostly); the package brings them.
    const libraries = join(folder, 'al2023', 'lib');
    return chromium.launch({ ...options, env: { ...environment(), LD_LIBRARY_PATH: libraries } });
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

/**
 * The folder with the unpacked browser. It is unpacked beside its place and moved there, so that
 * two test processes at the same time never run a half-written file.
 */
async function unpackedBrowser(): Promise<string> {
  const packed = new URL('../../node_modules/@sparticuz/chromium/bin/chromium.br', import.meta.url);
  const { size, mtimeMs } = await stat(packed);
  const mark = `${String(size)}-${String(Math.floor(mtimeMs))}-${String(process.getuid?.() ?? 0)}`;
  const place = join(tmpdir(), `git-qms-chromium-${mark}`);
  if (existsSync(join(place, 'chromium'))) return place;
  const folder = await mkdtemp(`${place}-`);
  const script = `
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
  `;
  // The package unpacks into the temporary folder of its process: so it gets one of its own.
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  try {
    await rename(folder, place);
  } catch {
    // Another process was first; its browser is the same.
    await rm(folder, { recursive: true, force: true });
  }
  return place;
}

/**
 * Let a browser reach one server only. What it asks of any other address is refused and kept.
 *
 * @returns The list that fills with addresses that were asked for elsewhere.
 */
export async function watchRequests(context: BrowserContext, address: string): Promise<string[]> {
  const strange: string[] = [];
  const { origin } = new URL(address);
  await context.route('**/*', async (route) => {
    const asked = route.request().url();
    if (new URL(asked).origin === origin) {
      await route.continue();
      return;
    }
    strange.push(asked);
    await route.abort();
  });
  return strange;
}
