import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { stockEnvironment } from './raw-repository.ts';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * A folder for PATH with the command `qms`, compiled from the sources as they are: a hook starts
 * it once a push, and starting it from TypeScript takes longer than the hook itself.
 */
export function commandFolder(folder: string): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const out = ['--noCheck', '--outDir', path.join(folder, 'dist')];
  execFileSync(process.execPath, [compiler, '-p', path.join(root, 'tsconfig.build.json'), ...out]);
  cpSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const script = `#!/bin/sh\nexec "${process.execPath}" "${path.join(folder, 'dist/cli/bin.js')}" "$@"\n`;
  writeFileSync(path.join(bin, 'qms'), script, { mode: 0o755 });
  return bin;
}

/** Put the hook that ships with the software into a bare repository. */
export function installPreReceive(repository: string, anchor: string | undefined): void {
  mkdirSync(path.join(repository, 'hooks'), { recursive: true });
  cpSync(path.join(root, 'hooks/pre-receive'), path.join(repository, 'hooks/pre-receive'));
  if (anchor === undefined) return;
  execFileSync('git', ['-C', repository, 'config', 'qms.anchor', anchor], {
    env: stockEnvironment,
  });
}

/** A server that listens. */
export interface Listening {
  readonly address: string;
  close(): Promise<void>;
}

/** Serve the bare repositories of a folder over HTTP, by stock `git http-backend`. */
export async function serveGit(folder: string, env: NodeJS.ProcessEnv): Promise<Listening> {
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...env,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        REQUEST_METHOD: request.method ?? 'GET',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        ...(request.headers['content-length'] === undefined
          ? {}
          : { CONTENT_LENGTH: request.headers['content-length'] }),
        HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_USER: 'somebody',
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    request.pipe(backend.stdin);
    backend.stdin.on('error', () => undefined);
    let head: Buffer | undefined = Buffer.alloc(0);
    backend.stdout.on('data', (chunk: Buffer) => {
      if (head === undefined) {
        response.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      for (const line of head.toString('latin1', 0, end).split('\r\n')) {
        const [name = '', value = ''] = line.split(': ', 2);
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.write(head.subarray(end + 4));
      head = undefined;
    });
    backend.on('close', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
