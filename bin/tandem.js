#!/usr/bin/env node
// The machine's own Node may be older than the one Tandem is built for, which npm has put beside it: start that one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const own = `${root}node_modules/node/bin/node`
const runtime = existsSync(own) ? own : process.execPath
const child = spawn(runtime, [`${root}src/cli/main.ts`, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
