import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { whenDone } from './when-done.ts';

const folders: string[] = [];
whenDone(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the tests of the file are done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qms-attack-'));
  folders.push(folder);
  return folder;
}

/** Environment for stock git: nobody's own configuration, no questions, fixed dates. */
export const stockEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@shop.example',
  GIT_AUTHOR_DATE: '1767625200 +0000',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@shop.example',
  GIT_COMMITTER_DATE: '1767625200 +0000',
};

let made: string | undefined;
/** An empty bare repository by stock git, made once and copied. */
function emptyRepository(): string {
  if (made === undefined) {
    made = join(scratchFolder(), 'empty.git');
    const init = ['init', '-q', '--bare', '--template=', '-b', 'main', made];
    execFileSync('git', init, { env: stockEnvironment });
    execFileSync('git', ['-C', made, 'config', 'gc.auto', '0'], { env: stockEnvironment });
  }
  return made;
}

/** An entry of a tree: a blob, a tree or anything that a mode can say. */
export interface RawEntry {
  readonly mode: string;
  readonly name: string | Buffer;
  readonly id: string;
}

/** Files by path from the root of a tree. */
export type TreeFiles = Map<string, { readonly mode: string; readonly id: string }>;

/**
 * A bare Git repository whose objects are written as raw bytes: what stock git would have written
 * where nothing is asked for specially, and anything else where it is.
 */
export class RawRepository {
  readonly folder: string;
  readonly parents = new Map<string, readonly string[]>();
  /** The blobs that were written here. */
  readonly blobs = new Map<string, Buffer>();
  /** The refs that were stored here; equal refs are equal repositories, as long as nobody else writes. */
  readonly refs = new Map<string, string>();

  /** @param from What it begins with; null where nothing of it stands in files. */
  constructor(from: string | null = emptyRepository()) {
    this.folder = from === null ? '' : join(scratchFolder(), 'register.git');
    if (from !== null) cpSync(from, this.folder, { recursive: true });
  }

  /** A copy that goes on by itself. Objects and refs are packed first, here and there. */
  fork(): RawRepository {
    if (existsSync(join(this.folder, 'refs/tags'))) {
      this.git('repack', '-a', '-d', '-q');
      this.git('prune-packed', '-q');
      this.git('pack-refs', '--all', '--prune');
      rmSync(join(this.folder, 'refs/tags'), { recursive: true, force: true });
    }
    const copy = new RawRepository(this.folder);
    for (const [id, parents] of this.parents) copy.parents.set(id, parents);
    for (const [id, bytes] of this.blobs) copy.blobs.set(id, bytes);
    for (const [name, id] of this.refs) copy.refs.set(name, id);
    return copy;
  }

  /** Stock git in this repository; its standard output without the last line end. */
  git(...args: string[]): string {
    const options = { encoding: 'utf8', env: stockEnvironment, stdio: 'pipe' } as const;
    return execFileSync('git', ['-C', this.folder, ...args], options).replace(/\n$/, '');
  }

  /** The same with standard input. */
  gitWithInput(input: string | Buffer, ...args: string[]): string {
    const options = { input, encoding: 'utf8', env: stockEnvironment } as const;
    return execFileSync('git', ['-C', this.folder, ...args], options).replace(/\n$/, '');
  }

  /** Where a loose object is kept. */
  objectFile(id: string): string {
    return join(this.folder, 'objects', id.slice(0, 2), id.slice(2));
  }

  /** Write an object of any bytes as a loose object. */
  object(type: 'blob' | 'tree' | 'commit' | 'tag', bytes: Uint8Array | string): string {
    const body = Buffer.from(bytes);
    const whole = Buffer.concat([Buffer.from(`${type} ${String(body.length)}\0`), body]);
    const id = createHash('sha1').update(whole).digest('hex');
    if (type === 'blob') this.blobs.set(id, body);
    const file = this.objectFile(id);
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, deflateSync(whole, { level: 1 }));
    }
    return id;
  }

  /** Write a tree with its entries exactly in the order given. */
  rawTree(entries: readonly RawEntry[]): string {
    return this.object(
      'tree',
      Buffer.concat(
        entries.flatMap(({ mode, name, id }) => [
          Buffer.from(`${mode} `),
          Buffer.from(name),
          Buffer.from([0]),
          Buffer.from(id, 'hex'),
        ]),
      ),
    );
  }

  /** Write a canonical tree of entries (a folder's name is compared as if it ended in a slash). */
  sortedTree(entries: readonly RawEntry[]): string {
    const key = (entry: RawEntry) =>
      Buffer.concat([Buffer.from(entry.name), Buffer.from(entry.mode === '40000' ? '/' : '')]);
    return this.rawTree([...entries].sort((a, b) => Buffer.compare(key(a), key(b))));
  }

  /** Write the trees that hold these files. */
  treeOf(files: TreeFiles): string {
    const entries: RawEntry[] = [];
    const folders = new Map<string, TreeFiles>();
    for (const [path, file] of files) {
      const slash = path.indexOf('/');
      if (slash === -1) {
        entries.push({ ...file, name: path });
        continue;
      }
      const name = path.slice(0, slash);
      const inside: TreeFiles = folders.get(name) ?? new Map();
      folders.set(name, inside.set(path.slice(slash + 1), file));
    }
    for (const [name, inside] of folders) {
      entries.push({ mode: '40000', name, id: this.treeOf(inside) });
    }
    return this.sortedTree(entries);
  }

  /** Write a commit of any bytes and remember its parents. */
  rawCommit(bytes: Uint8Array | string, parents: readonly string[]): string {
    const id = this.object('commit', bytes);
    this.parents.set(id, parents);
    return id;
  }

  /** Whether a commit is another or one of its ancestors. */
  reaches(from: string, target: string): boolean {
    const open = [from];
    const seen = new Set<string>();
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === target) return true;
      if (seen.has(id)) continue;
      seen.add(id);
      open.push(...(this.parents.get(id) ?? []));
    }
    return false;
  }

  /** Store a ref as a loose file, whatever it holds. */
  ref(name: string, id: string): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${id}\n`);
    this.refs.set(name, id);
  }

  /** Forget a ref. */
  deleteRef(name: string): void {
    this.git('update-ref', '-d', name);
    this.refs.delete(name);
  }
}
