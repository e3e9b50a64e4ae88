import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { KeptFiles } from '../../src/cli/kept-files.ts';
import { openGitProcessStore } from '../../src/git/git-process-store.ts';
import type { ContentFile } from '../../src/document/document.ts';
import { stockEnvironment } from '../support/raw-repository.ts';
import { verify } from '../support/expect-verification.ts';
import { image, imagePath, looseShop } from '../support/shop.ts';
import type { StockRegister } from '../support/stock-register.ts';

/** A register, its picture in force, and a way to damage the picture's object. */
async function scene() {
  const register = looseShop();
  const folder = register.repository.folder;
  const store = openGitProcessStore({
    gitDir: folder,
    commonDir: folder,
    workTree: undefined,
    env: stockEnvironment,
  });
  const verification = await verify(register);
  const revisions = verification.register?.documents.get('SOP-001')?.revisions ?? [];
  const picture = revisions.at(-1)?.files.find((file) => file.path === imagePath);
  if (picture === undefined || verification.register === undefined) throw new Error('no picture');
  return { register, store, verified: verification.register, picture };
}

function damage({ repository }: StockRegister, { blob }: ContentFile): void {
  const path = join(repository.folder, 'objects', blob.slice(0, 2), blob.slice(2));
  writeFileSync(path, deflateSync(Buffer.from('blob 1\0x')), { mode: 0o600 });
}

describe('the files that a server keeps', () => {
  it('are those that were verified, whatever happens to the repository later', async () => {
    const { register, store, verified, picture } = await scene();
    const files = new KeptFiles(store);
    await files.keep(verified, register.clock + 60);
    damage(register, picture);
    expect(new TextDecoder().decode(await files.read(picture))).toBe(image);
    expect(files.damaged).toBe(false);
    await store.close();
  });

  it('tell once of a damage to what was not kept', async () => {
    const { register, store, picture } = await scene();
    const files = new KeptFiles(store);
    damage(register, picture);
    await expect(files.read(picture)).rejects.toMatchObject({ code: 'git/object-corrupt' });
    expect(files.damaged).toBe(true);
    files.forgetDamage();
    await expect(files.read(picture)).rejects.toThrow();
    expect(files.damaged).toBe(false);
    await store.close();
  });
});
