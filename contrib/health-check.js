#!/usr/bin/env node
/*
 * Whether a mail server takes mail, and a URL answers: exit code 0 if so, else 1 with one line that says why.
 *
 *   node health-check.js HOST:PORT [URL]
 *
 * The server must greet with 220 and answer QUIT with 221, and URL, such as http://127.0.0.1:8925/metrics, must answer with 200;
 * both within five seconds. A policy that refuses connections from this host makes it unhealthy.
 * Ref: RFC 5321 3.1, 4.1.1.10
 */
'use strict';
const net = require('node:net');

const limitMs = 5_000;
const longestReply = 65_536;

/** The code of a complete reply; null while lines are missing. */
function codeOf(text) {
  const last = text.split('\r\n').find((line) => /^[0-9]{3}(?: |$)/.test(line));
  return last !== undefined && text.includes(`${last}\r\n`) ? Number(last.slice(0, 3)) : null;
}

function checkServer(host, port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port });
    const steps = [
      { code: 220, next: 'QUIT\r\n', what: 'the greeting' },
      { code: 221, next: '', what: 'the answer to QUIT' },
    ];
    let text = '';
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => {
      if (steps.length > 0) reject(new Error(`the server closed the connection before ${steps[0].what}`));
    });
    socket.on('data', (piece) => {
      text += piece;
      const code = codeOf(text);
      if (code === null) {
        if (text.length > longestReply) socket.destroy(new Error(`${steps[0].what} does not end`));
        return;
      }
      const step = steps.shift();
      if (code !== step.code) socket.destroy(new Error(`${step.what} is ${text.trim().slice(0, 200)}`));
      else if (steps.length === 0) resolve(socket.destroy());
      else {
        text = '';
        socket.write(step.next);
      }
    });
  });
}

async function checkUrl(url) {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${url} answers with ${response.status}`);
}

const found = /^(?:\[([^\]]+)\]|([^:]+)):([0-9]+)$/.exec(process.argv[2] ?? '');

function end(complaint) {
  if (complaint !== null) console.log(`unhealthy: ${complaint}`);
  process.exit(complaint === null ? 0 : 1);
}

if (found === null) end('the first operand is not HOST:PORT');
else {
  const [, v6, name, port] = found;
  const url = process.argv[3];
  setTimeout(() => end(`no answer within ${limitMs / 1_000} seconds`), limitMs);
  Promise.all([checkServer(v6 ?? name, Number(port)), url === undefined ? null : checkUrl(url)]).then(
    () => end(null),
    (error) => end(error.cause?.message ?? error.message),
  );
}
