/**
 * The peer of a served page: Express sends the bytes on standard input from memory, with the
 * headers given as JSON in the first argument. Prints its port.
 */
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import express from 'express';

const body = await buffer(process.stdin);
const headers = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/page', (_request, response) => {
  response.set(headers).send(body);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});
