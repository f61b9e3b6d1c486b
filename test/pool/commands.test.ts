import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '#api/contract'
import { type ApiClient, eventually } from '../kit/api-client.ts'
import { type CommandResult, runCommand } from '../kit/command.ts'
import { freePort } from '../kit/free-ports.ts'
import { type System, startSystem } from '../kit/system.ts'
import { ROOT } from '../tidy/source-tree.ts'

let system: System
let admin: ApiClient
let empty: string

beforeAll(async () => {
  system = await startSystem()
  admin = await system.api('admin')
  empty = mkdtempSync(join(tmpdir(), 'tandem-empty-'))
})
afterAll(async () => {
  await system?.stop()
  rmSync(empty, { recursive: true, force: true })
})

/** Runs a command against the running system. */
function tandem(...words: string[]): Promise<CommandResult> {
  return runCommand(words, { TANDEM_DATA: system.data, TANDEM_HTTP_PORT: new URL(system.http).port })
}

/** The same where nothing runs: the keys of the folder are there, the core is not. */
async function nowhere(...words: string[]): Promise<CommandResult> {
  return runCommand(words, { TANDEM_DATA: system.data, TANDEM_HTTP_PORT: String(await freePort()) })
}

/** Waits until another core could take over. */
function protectedPool(): Promise<Cluster> {
  return eventually(
    'a backup that pings the primary',
    async () => {
      const now = await admin.get<Cluster>('/cluster')
      const pings = now.cores.flatMap(({ modules }) => modules ?? []).filter(({ name }) => name === 'pings')
      return pings.some(({ detail }) => detail === 'backup') ? now : undefined
    },
    60_000,
  )
}

describe('commands about the pool', () => {
  it('tell what they do when they are asked, and are on the list', async () => {
    const list = await runCommand(['help'])
    for (const name of ['switchover', 'takeover', 'drain', 'parameter', 'status']) {
      expect(list.stdout).toContain(`  ${name}`)
      const { code, stdout } = await runCommand([name, '--help'])
      expect([name, code]).toEqual([name, 0])
      expect(stdout).toContain(`Usage: tandem ${name}`)
    }
  }, 240_000)

  it('say in one sentence that no core is there, or no keys', async () => {
    for (const words of [['switchover'], ['drain', 'node1'], ['parameter']]) {
      const { code, stderr } = await nowhere(...words)
      expect([words, code]).toEqual([words, 1])
      expect(stderr).toMatch(/^tandem: no core answers on http:.*; is Tandem running\? \(tandem status\)\n$/)
      const strange = await runCommand(words, { TANDEM_DATA: empty })
      expect(strange.code).toBe(1)
      expect(strange.stderr).toMatch(/^tandem: the keys of the data folder .* cannot be read; name the folder/)
    }
    const status = await runCommand(['status'], { TANDEM_DATA: empty })
    expect([status.code, status.stdout]).toEqual([1, expect.stringContaining('Tandem does not run on the data folder')])
    expect((await runCommand(['switchover', '--verbose', 'yes'])).stderr).toContain('unknown setting')
  }, 240_000)

  it('takeover has nothing to do where the database is the machine’s own', async () => {
    const { code, stderr } = await tandem('takeover', '--yes')
    expect([code, stderr]).toEqual([1, expect.stringContaining('this machine has a database of its own')])
  }, 240_000)

  it('status shows roles, primary, backups and their switchover, in words and as JSON (SW-17)', async () => {
    const { primary } = await protectedPool()
    const words = await tandem('status')
    expect(words.code).toBe(0)
    expect(words.stdout).toContain(`primary ${primary}, term `)
    expect(words.stdout).toMatch(/ok {3}pings +backup/)
    const json = await tandem('status', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ supervisor: expect.any(Number), cluster: { primary, level: 1 } })
  }, 240_000)

  it('parameter lists, shows, sets, unsets, and refuses with the range (SW-42, SW-46)', async () => {
    const all = await tandem('parameter')
    expect(all.stdout.match(/^Switchover /gm)?.length).toBeGreaterThan(10)
    const name = 'Switchover Max TS Failures'
    expect((await tandem('parameter', name)).stdout).toMatch(/^Switchover Max TS Failures +2 +default/)
    expect((await tandem('parameter', name, '3')).code).toBe(0)
    expect((await tandem('parameter', name)).stdout).toMatch(/ 3 +set /)
    const refused = await tandem('parameter', name, '0')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('1 to 1000')])
    expect((await tandem('parameter', 'Switchover Nothing', '1')).code).toBe(1)
    expect((await tandem('parameter', name, '--unset')).code).toBe(0)
    expect((await tandem('parameter', name)).stdout).toMatch(/ 2 +default/)
  }, 240_000)

  it('switchover names the next primary, waits for it, and is done once (SW-17, SW-108)', async () => {
    const { primary } = await protectedPool()
    const refused = await tandem('switchover', '--to', 'node9')
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/can take over as node9; there are: node1/),
    ])
    const done = await tandem('switchover')
    expect(done.code).toBe(0)
    expect(done.stdout).toMatch(new RegExp(`^${primary} hands over to (node1#\\d+)\n`))
    const [, to] = /hands over to (\S+)/.exec(done.stdout) ?? []
    expect(done.stdout).toContain(`primary ${to}, term `)
    await eventually('the primary that was named', async () =>
      (await protectedPool()).primary === to ? true : undefined,
    )
    expect((await tandem('switchover', '--to', to!)).stdout).toBe(`${to} is the primary already\n`)
  }, 240_000)

  it('drain refuses to leave nobody, hands over, is undone, and wants a name (SW-108, DR-11, MSU-18)', async () => {
    await protectedPool()
    const nobody = await tandem('drain', 'node1')
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('there are: ')])
    const nameless = await tandem('drain')
    expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('name one machine or core')])
    const before = (await protectedPool()).primary
    const done = await tandem('drain', 'core')
    expect(done.code).toBe(0)
    const [, core] = /^(node1-core\d) takes no new work\n/.exec(done.stdout) ?? []
    expect(core).toBeDefined()
    expect(done.stdout).toContain(`${core} can be stopped`)
    const now = await eventually(
      'the core that is drained, as backup',
      async () => {
        const cluster = await admin.get<Cluster>('/cluster')
        const listed = cluster.cores.flatMap(({ modules }) => modules ?? [])
        return cluster.primary !== before && listed.some(({ detail }) => detail === 'backup, draining')
          ? cluster
          : undefined
      },
      60_000,
    )
    expect(now.draining).toMatchObject([{ name: core }])
    expect((await tandem('status')).stdout).toContain('backup, draining')
    expect((await tandem('drain', core!, '--undo')).stdout).toBe(`${core} takes work again\n`)
    await protectedPool()
    await eventually('nobody to be drained', async () =>
      (await admin.get<Cluster>('/cluster')).draining?.length === 0 ? true : undefined,
    )
  }, 240_000)
})

describe('/metrics', () => {
  const page = readFileSync(join(ROOT, 'docs/operations/metrics.md'), 'utf8')
  const namesOnPage = new Set([...page.matchAll(/`(tandem_[a-z_]+)`/g)].map(([, name]) => name))

  async function metrics(): Promise<string> {
    return (await fetch(`${system.http}/metrics`)).text()
  }

  it('has what the page says, and nothing that it does not', async () => {
    const names = [...(await metrics()).matchAll(/^# HELP (tandem_\w+) /gm)].map(([, name]) => name)
    expect(names.filter((name) => !namesOnPage.has(name))).toEqual([])
    expect([...namesOnPage].filter((name) => !names.includes(name))).toEqual([])
  })

  it('counts takeovers by cause, and shows state, links and lag (SW-92, HSB-11)', async () => {
    const { cores } = await protectedPool()
    const backup = cores.find(({ role }) => role === 'backup') as { readonly core?: string } | undefined
    const text = await eventually('the metrics of the primary, which counts its backup', async () => {
      const now = await metrics()
      return /^tandem_primary 1$/m.test(now) && /^tandem_backup_lag_events/m.test(now) ? now : undefined
    })
    expect(text).toMatch(/^tandem_switchover_state\{state="primary"\} 1$/m)
    expect(text).toMatch(/^tandem_switchover_pair\{pair="active"\} 1$/m)
    expect(text).toMatch(new RegExp(`^tandem_backup_lag_events\\{core="${backup?.core}"\\} \\d+$`, 'm'))
    expect(text).toMatch(/^tandem_takeovers_total\{cause="asked"\} [1-9]/m)
    expect(text).toMatch(/^tandem_takeover_seconds_count [1-9]/m)
  })
})
