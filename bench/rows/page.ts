/** Requests a second of a page in force, from a process of load of its own. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Bench } from '../bench.ts';
import { inTurn, type Row, rowOf } from '../measure.ts';
import { howToInstall } from '../peers.ts';
import { root } from '../program.ts';
import { type Answer, Client, endWithUs, startServer, stop, untilAnswered } from '../server.ts';

const connections = 32;
const secondsOfRun = 3;

/** Headers that belong to the connection or are made anew for each answer. */
const ownHeaders = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

interface Load {
  readonly requests: { readonly average: number };
  readonly latency: { readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
}

/** A few seconds of load from a process of its own. */
async function load(url: string): Promise<Load> {
  const client = path.join(root, 'node_modules/autocannon/autocannon.js');
  const args = ['-c', String(connections), '-d', String(secondsOfRun), '--json', url];
  const { stdout } = await promisify(execFile)(process.execPath, [client, ...args]);
  const result = JSON.parse(stdout) as Load;
  // Without this, a server that refuses quickly would look quick.
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers other than 2xx, ${result.errors} errors.`);
  }
  return result;
}

interface PeerServer {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Express with the same bytes and headers, from memory. */
async function startExpress({ body, headers }: Answer): Promise<PeerServer> {
  const file = path.join(root, 'bench', 'express-peer.ts');
  const same = Object.entries(headers).filter(([name]) => !ownHeaders.includes(name));
  const given = JSON.stringify(Object.fromEntries(same));
  const child = endWithUs(
    spawn(process.execPath, ['--import', 'tsx', file, given], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  child.stdin.end(body);
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, url: `http://127.0.0.1:${port}/page` };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** nginx with one worker and the page as a file. */
async function startNginx(program: string, folder: string, { body }: Answer): Promise<PeerServer> {
  mkdirSync(path.join(folder, 'tmp'), { recursive: true });
  writeFileSync(path.join(folder, 'page'), body);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  // Started as root, its worker would be somebody else who may not read the page.
  const user = process.getuid?.() === 0 ? 'user root root;\n' : '';
  const configuration = `${user}worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 256; }
http {
  access_log off;
  sendfile on;
  open_file_cache max=16;
  default_type text/html;
  ${temporary.map((name) => `${name}_temp_path ${folder}/tmp/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    root ${folder};
  }
}
`;
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(file, configuration);
  const args = ['-c', file, '-p', folder, '-e', 'stderr'];
  execFileSync(program, ['-t', '-q', ...args], { stdio: ['ignore', 2, 2] });
  const child = endWithUs(spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  const url = `http://127.0.0.1:${port}/page`;
  try {
    await untilAnswered(url, 5000);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { child, url };
}

export async function page(bench: Bench): Promise<readonly Row[]> {
  const { on, runs, peers, workspace } = bench;
  const corpus = await bench.warm();
  const server = await startServer(corpus);
  const children: ChildProcess[] = [];
  const client = new Client();
  try {
    const url = `${server.url}/d/SOP-001`;
    const answer = await client.page(url);
    await server.atRest();
    const express = await startExpress(answer);
    children.push(express.child);
    const sides: Record<string, () => Promise<Load>> = {
      ours: () => load(url),
      express: () => load(express.url),
    };
    if (peers.nginx === undefined) {
      bench.leaveOut('page in force over HTTP / nginx', `nginx ${howToInstall}`);
    } else {
      const nginx = await startNginx(peers.nginx, workspace.path('nginx'), answer);
      children.push(nginx.child);
      sides['nginx'] = () => load(nginx.url);
    }
    const loads = await inTurn(sides, Math.min(runs, 3));
    const rate = (name: string) => (loads[name] ?? []).map(({ requests }) => requests.average);
    const facts = { work: 'page in force over HTTP', on, unit: 'requests/s' } as const;
    const note = `${connections} connections from one process; ${answer.body.length} bytes, uncompressed.`;
    return [
      rowOf(
        { ...facts, note },
        {
          ours: rate('ours'),
          peer: { name: 'Express, the same bytes from memory', took: rate('express') },
        },
        { ratioAtLeast: 0.9 },
      ),
      ...(sides['nginx'] === undefined
        ? []
        : [
            rowOf(
              { ...facts, note: 'The process that makes the load may be what limits nginx.' },
              {
                ours: rate('ours'),
                peer: { name: 'nginx, one worker, the same bytes as a file', took: rate('nginx') },
              },
            ),
          ]),
      rowOf(
        { work: `page in force, 99th percentile at ${connections} connections`, on, unit: 'ms' },
        { ours: (loads['ours'] ?? []).map(({ latency }) => latency.p99) },
        { atMost: 10, judged: 'highest' },
      ),
    ];
  } finally {
    client.close();
    for (const child of children) await stop(child);
    await server.stop();
  }
}
