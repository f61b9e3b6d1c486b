/** `tandem start` as a person meets it: it starts, stops and goes on, and says in one sentence why it cannot. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { freePort } from '../kit/free-ports.ts'
import { endOf } from '../kit/outside.ts'
import { Phone } from '../kit/phone.ts'
import { startSystem } from '../kit/system.ts'

const TANDEM = fileURLToPath(new URL('../../bin/tandem.js', import.meta.url))
const undo: (() => unknown)[] = []

afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tandem-start-'))
  undo.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** Starts it with these words and variables, and waits for its end. */
async function refused(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('TANDEM_'))
  const child = spawn(process.execPath, [TANDEM, 'start', '--demo', ...words], {
    cwd: folder(),
    env: { ...Object.fromEntries(clean), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return endOf(child, 200_000)
}

async function ports(): Promise<string[]> {
  const names = ['--http-port', '--sip-port', '--sips-port', '--sip-ws-port']
  const numbers = await Promise.all(names.map(() => freePort()))
  return names.flatMap((name, index) => [name, String(numbers[index])])
}

/** One sentence for people: no stack, no second line. */
function expectOneSentence(output: string): void {
  expect(output).not.toMatch(/\n\s+at /)
  expect(
    output
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('tandem:')),
  ).toHaveLength(1)
}

describe('tandem start', () => {
  it('stops in order, leaves no process behind, and goes on with the same data (HSB-02, HSB-05)', {
    timeout: 240_000,
  }, async () => {
    const data = folder()
    const first = await startSystem({ data })
    const phone = await Phone.open({ server: first.sip, user: '7100' })
    const call = await phone.dial('1009')
    await call.connected()
    await call.hangUp()
    await phone.close()
    const pids = [first.pid('core'), first.pid('edge'), first.pid('media'), first.postgresPid(), ...first.otherPids()]
    await first.stop()
    expect(pids.filter((pid) => spawnSync('kill', ['-0', String(pid)]).status === 0)).toEqual([])
    const second = await startSystem({ data })
    undo.push(() => second.stop())
    const api = await second.api()
    // History may still lack what the log had when it stopped.
    const items = await eventually('the call in history', async () => {
      const seen = await api.get<{ items: { from: string; state: string }[] }>('/interactions')
      return seen.items.length > 0 ? seen.items : undefined
    })
    expect(items.map(({ from, state }) => [from, state])).toEqual([['7100', 'closed']])
  })

  it('refuses a port that is taken, and names it', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    undo.push(() => server.close())
    const { port } = server.address() as { port: number }
    for (const option of ['--http-port', '--sip-port']) {
      const { code, output } = await refused(['--data', folder(), ...(await ports()), option, String(port)])
      expect(code).toBe(1)
      expect(output).toContain(String(port))
      expectOneSentence(output)
    }
  })

  it('refuses settings that it does not know or understand', async () => {
    const wrong: [string[], Record<string, string>, string][] = [
      [['--nonsense', '1'], {}, '--nonsense'],
      [[], { TANDEM_NONSENSE: '1' }, 'TANDEM_NONSENSE'],
      [['--http-port', 'many'], {}, 'http-port'],
      [['--listen', '0.0.0.0'], {}, '0.0.0.0'],
    ]
    for (const [words, environment, named] of wrong) {
      const { code, output } = await refused(words, environment)
      expect(code, output).not.toBe(0)
      expect(output).toContain(named)
      expectOneSentence(output)
    }
  })

  it('refuses a data folder that is a file, or has one where the database should be', async () => {
    const file = join(folder(), 'data')
    writeFileSync(file, 'not a folder')
    const torn = folder()
    writeFileSync(join(torn, 'postgres'), 'not a folder either')
    for (const data of [file, torn]) {
      const { code, output } = await refused(['--data', data, ...(await ports())])
      expect(code, output).toBe(1)
      expect(output).toContain(data)
      expectOneSentence(output)
    }
  })

  it('refuses a second start on the same data folder', async () => {
    const system = await startSystem()
    undo.push(() => system.stop())
    const { code, output } = await refused(['--data', system.data, ...(await ports())])
    expect(code).toBe(1)
    expect(output).toContain('already runs')
    expectOneSentence(output)
  })

  it('refuses a full disk', async ({ skip }) => {
    const data = folder()
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', data]).status === 0
    if (!mounted) skip('mounting a small file system needs root')
    undo.push(() => spawnSync('umount', ['-l', data]))
    const { code, output } = await refused(['--data', data, ...(await ports())])
    expect(code, output).toBe(1)
    expect(output).toMatch(/space|full|disk/i)
    expectOneSentence(output)
  })
})
