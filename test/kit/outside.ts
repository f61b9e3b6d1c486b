import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCommand } from '../../scripts/install-packages.ts'

/** Why a test that needs this program is skipped, or undefined if it is there. */
export function whyWithout(command: string): string | undefined {
  return findCommand(command) ? undefined : `${command} is not installed`
}

/** What a program of other people said and how it ended. */
export interface ProgramEnd {
  readonly code: number | null
  readonly output: string
}

/** Runs SIPp against an address until its calls are made; its own exit code says whether all went as its scenario wants (0). */
export async function runSipp(
  words: readonly string[],
  server: { host: string; port: number },
  timeoutMs = 120_000,
): Promise<ProgramEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'sipp-'))
  const child = spawn('sipp', [`${server.host}:${server.port}`, '-i', '127.0.0.1', '-nostdin', ...words], {
    cwd: folder,
    env: { ...process.env, TERM: 'dumb' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const end = await endOf(child, timeoutMs)
  rmSync(folder, { recursive: true, force: true })
  return end
}

/** Waits for the end of a program and keeps what it said; one that takes too long is killed. */
export async function endOf(child: ChildProcess, timeoutMs: number): Promise<ProgramEnd> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  return { code, output }
}
