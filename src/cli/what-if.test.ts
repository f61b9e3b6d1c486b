import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WhatIfReport } from '#api/contract'
import { whatIf } from './what-if.ts'
import { whatIfLines } from './what-if-table.ts'

const queue = (more: Partial<WhatIfReport['recorded']['queues'][string]> = {}) => ({
  ...{ offered: 100, answered: 90, abandoned: 8, shortAbandoned: 2, left: 0, serviceLevel: 71.25 },
  ...{ waitMeanMs: 21_400, waitP50Ms: 9_000, waitP95Ms: 88_000, waitMaxMs: 150_000 },
  ...more,
})
const agent = (occupancy: number | null) => ({ answered: 45, busyMs: 1, presentMs: 2, occupancy })

const report: WhatIfReport = {
  ...{ from: '2026-03-01T08:00:00.000Z', to: '2026-03-01T16:00:00.000Z', arrivals: 100, plays: 3 },
  recorded: { queues: { support: queue() }, agents: { ann: agent(80) } },
  replayed: { queues: { support: queue({ serviceLevel: 71 }) }, agents: { ann: agent(79.5) } },
  changed: {
    queues: { support: queue({ serviceLevel: 93.75, abandoned: 1.5 }) },
    agents: { ann: agent(55), 'new-1': agent(null) },
  },
  patience: { support: { from: 'own', hangUps: 10, meanMs: 123_000 } },
}

describe('the table of tandem what-if', () => {
  it('sets three days beside each other', () => {
    const lines = whatIfLines(report).join('\n')
    expect(lines).toMatch(/^100 calls from .* means of 3 plays/)
    expect(lines).toMatch(/queue support +recorded +replayed +changed/)
    expect(lines).toMatch(/service level +71\.3 % +71\.0 % +93\.8 %/)
    expect(lines).toMatch(/abandoned +8 \+ 2 short +8 \+ 2 short +1\.5 \+ 2 short/)
    expect(lines).toMatch(/wait, p95 +88\.0 s +88\.0 s +88\.0 s/)
    expect(lines).toMatch(/patience: mean 123\.0 s, from 10 hang-ups of this queue/)
    expect(lines).toMatch(/ann +80\.0 % \(45\) +79\.5 % \(45\) +55\.0 % \(45\)/)
    expect(lines).toMatch(/new-1 +- +- +- \(45\)/)
  })

  it('tells a queue that nobody called, one that is gone, and many agents as a spread', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`a${index}`, agent(index)]))
    const empty = { queues: { sales: queue({ offered: 0 }), support: queue() }, agents: many }
    const lines = whatIfLines({ ...report, recorded: empty, changed: { queues: {}, agents: {} }, patience: {} }).join(
      '\n',
    )
    expect(lines).toContain('queue sales: nobody called')
    expect(lines).toMatch(/service level +71\.3 % +71\.0 % +gone/)
    expect(lines).toMatch(/median +19\.0 % +79\.5 % +-/)
  })
})

describe('tandem what-if', () => {
  let folder: string
  let server: Server
  let answer: { status: number; body: unknown }
  const asked: { body: string; authorization: string }[] = []
  const lines: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-what-if-'))
    mkdirSync(join(folder, 'run'))
    writeFileSync(join(folder, 'run', 'token.secret'), 'ab'.repeat(32))
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        asked.push({ body, authorization: request.headers.authorization ?? '' })
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
  })
  beforeEach(() => {
    answer = { status: 200, body: report }
    asked.length = 0
    // The run's own variables are no settings.
    for (const name of Object.keys(process.env)) if (name.startsWith('TANDEM_')) vi.stubEnv(name, undefined)
    lines.length = 0
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  const run = (...words: string[]) =>
    whatIf.run([...words, '--data', folder, '--http-port', String((server.address() as AddressInfo).port)])

  it('asks the core of this machine, with the changes from words and file', async () => {
    const file = join(folder, 'changes.json')
    writeFileSync(
      file,
      JSON.stringify({ changes: [{ kind: 'number', name: '1010' }], addAgents: [{ like: 'bob', count: 1 }] }),
    )
    const words = ['--set', 'queue.support.wrapUpMs=0', '--set', 'user.a.b.role=agent', '--add-agents', 'ann=2']
    expect(await run('--from', '2026-03-01T08:00Z', '--config', file, ...words, '--plays', '5')).toBe(0)
    expect(asked[0]!.authorization).toMatch(/^Bearer ./)
    expect(JSON.parse(asked[0]!.body)).toEqual({
      from: '2026-03-01T08:00:00.000Z',
      to: '2026-03-02T08:00:00.000Z',
      changes: [
        { kind: 'number', name: '1010' },
        { kind: 'queue', name: 'support', merge: { wrapUpMs: 0 } },
        { kind: 'user', name: 'a.b', merge: { role: 'agent' } },
      ],
      addAgents: [
        { like: 'bob', count: 1 },
        { like: 'ann', count: 2 },
      ],
      plays: 5,
    })
    expect(lines.join('\n')).toContain('queue support')
    await run('--from', 'yesterday', '--json')
    expect(JSON.parse(lines.at(-1)!)).toEqual(report)
  })

  it('says in one sentence what is wrong', async () => {
    await expect(run()).rejects.toThrow('--from is needed; `tandem what-if --help` names the options')
    await expect(run('--from', 'whenever')).rejects.toThrow('--from is "whenever"; it must be a moment')
    await expect(run('--from', 'today', '--set', 'support=1')).rejects.toThrow(/is not KIND.NAME.KEY=VALUE/)
    await expect(run('--from', 'today', '--add-agents', 'ann')).rejects.toThrow(/is not NAME=N/)
    await expect(run('--from', 'today', '--config', join(folder, 'none'))).rejects.toThrow(/cannot be read: ENOENT/)
    await expect(run('--form', 'today')).rejects.toThrow(/Unknown option '--form'/)
    answer = { status: 409, body: { detail: 'another replay is running; try again when it is over' } }
    await expect(run('--from', 'today')).rejects.toThrow('another replay is running')
    await expect(whatIf.run(['--from', 'today', '--data', folder, '--http-port', '1'])).rejects.toThrow(
      /no core answers at http:\/\/127\.0\.0\.1:1\//,
    )
    await expect(whatIf.run(['--from', 'today', '--data', join(folder, 'other')])).rejects.toThrow(/ask as their owner/)
  })
})
