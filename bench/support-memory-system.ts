import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '../test/kit/api-client.ts'
import { freePort } from '../test/kit/free-ports.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Edge and media as they are, and a core without a database. */
export interface MemorySystem {
  readonly sip: { readonly host: string; readonly port: number }
  readonly pids: { readonly edge: number; readonly media: number; readonly core: number }
  stop(): Promise<void>
}

/** Starts them on free ports; the core's log is in its memory. */
export async function startMemorySystem(): Promise<MemorySystem> {
  const data = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
  for (const folder of ['run', 'spool', 'blobs/recordings']) mkdirSync(join(data, folder), { recursive: true })
  const [sipPort, edgePort, mediaPort] = [await freePort(), await freePort(), await freePort()]
  const common = {
    node: 'bench',
    data,
    logLevel: 'error',
    secret: 'for this benchmark alone',
    listen: '127.0.0.1',
    advertised: '127.0.0.1',
  }
  const at = (name: string, port: number) => ({ name, host: '127.0.0.1', port })
  const [edgeAt, mediaAt] = [at('edge', edgePort), at('media', mediaPort)]
  const children: ChildProcess[] = []
  const start = async (role: 'edge' | 'media' | 'core', own: object) => {
    const readyFile = join(data, 'run', `${role}.ready`)
    const file = join(data, 'run', `${role}.json`)
    writeFileSync(file, JSON.stringify({ ...common, readyFile, ...own }))
    const words = role === 'core' ? [here('support-memory-core.ts'), file] : [here('../src/roles/main.ts'), role, file]
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'] })
    children.push(child)
    await eventually(`the ${role}`, () => (existsSync(readyFile) ? true : undefined), 60_000)
    return child.pid ?? 0
  }
  const stop = async () => {
    for (const child of children.reverse()) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    rmSync(data, { recursive: true, force: true })
  }
  const edge = await start('edge', {
    name: 'edge',
    sipPort,
    sipWsPort: await freePort(),
    control: edgeAt,
    key: 'of no value',
  })
  const media = await start('media', { name: 'media', control: mediaAt, rtpPorts: { first: 12_000, last: 19_999 } })
  const core = await start('core', { edges: [edgeAt], media: [mediaAt] })
  return { sip: { host: '127.0.0.1', port: sipPort }, pids: { edge, media, core }, stop }
}
