// Where the vendor's own web applications live during a test.
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { after } from "node:test";

const running = [];

/** Serves over plain HTTP on 127.0.0.1, which browsers trust as they trust TLS. Gives the origin. */
export const serve = (handler) => listen(http.createServer(handler), "http", "127.0.0.1");

/** Serves over TLS, on localhost, which is another site than the server's, or on 127.0.0.1, which is the same. */
export const serveOverTls = (handler, host = "localhost") => {
  const cert = readFileSync(process.env.TEST_TLS_CERT);
  const key = readFileSync(process.env.TEST_TLS_KEY);
  return listen(https.createServer({ cert, key }, handler), "https", host);
};

/** An application that shows nothing: tests read what a browser brings it from the browser's address. */
export const landing = async () => `${await serve((_request, response) => response.end("Welcome back"))}/callback`;

async function listen(server, scheme, host) {
  running.push(server);
  await new Promise((listening) => server.listen(0, host, listening));
  return `${scheme}://${host}:${server.address().port}`;
}

after(() => {
  for (const server of running) {
    server.close();
    server.closeAllConnections();
  }
});
