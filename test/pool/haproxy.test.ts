import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiProblem, TandemClient } from '#api/client'
import type { ServerMessage } from '#api/contract'
import { findCommand } from '../../scripts/install-packages.ts'
import { eventually } from '../kit/api-client.ts'
import { freePort } from '../kit/free-ports.ts'
import { type Pool, startPool } from '../kit/pool.ts'

/** The configuration of the page, with this test's ports in the place of the page's. */
function configuration(ports: Readonly<Record<string, number>>): string {
  const page = readFileSync(new URL('../../docs/operations/haproxy.md', import.meta.url), 'utf8')
  const [, block = ''] = /```haproxy\n([\s\S]*?)```/.exec(page) ?? []
  return block.replace(/127\.0\.0\.1:(\d+)/g, (_, port: string) => `127.0.0.1:${ports[port]}`)
}

describe.skipIf(!findCommand('haproxy'))('HAProxy before a pool (needs the package haproxy)', () => {
  const file = join(tmpdir(), `tandem-haproxy-${process.pid}.cfg`)
  let pool: Pool
  let haproxy: ChildProcess
  let pages: string
  let primary: string
  beforeAll(async () => {
    pool = await startPool({ environment: { TANDEM_TRUSTED_PROXIES: '127.0.0.1' } })
    const [front, second] = [await freePort(), await freePort()]
    const port = (name: string) => Number(new URL(pool.node(name).http).port)
    writeFileSync(file, configuration({ 8000: front, 8001: second, 8081: port('node1'), 8082: port('node2') }))
    haproxy = spawn(findCommand('haproxy') ?? '', ['-f', file, '-db'], { stdio: 'ignore' })
    pages = `http://127.0.0.1:${front}`
    primary = `http://127.0.0.1:${second}`
    await eventually('HAProxy', async () => ((await fetch(`${primary}/health/primary`)).ok ? true : undefined))
  }, 120_000)
  afterAll(async () => {
    haproxy?.kill('SIGKILL')
    rmSync(file, { force: true })
    await pool?.close()
  }, 60_000)

  it('leads browsers and the primary’s address to another machine when one dies (AA-04, AA-17)', {
    timeout: 60_000,
  }, async () => {
    const client = new TandemClient({ servers: [pages] })
    await client.logIn('admin', 'demo-admin')
    const heard: ServerMessage[] = []
    const subscription = client.follow(['agents'], (message) => heard.push(message))
    await eventually('a snapshot', () => (heard.some(({ type }) => type === 'snapshot') ? true : undefined))
    const before = await pool.primary()
    pool.crash('node1')
    const killedAt = performance.now()
    await eventually('an answer', () => client.get('/agents/live').then(() => true as const))
    const readMs = Math.round(performance.now() - killedAt)
    await eventually('a change', () => change(client))
    const changedMs = Math.round(performance.now() - killedAt)
    await eventually('the change to be heard', () =>
      JSON.stringify(heard.at(-1)).includes('agent5') ? true : undefined,
    )
    const heardMs = Math.round(performance.now() - killedAt)
    await eventually('the primary', async () => ((await fetch(`${primary}/health/primary`)).ok ? true : undefined))
    expect(await pool.primary(before)).toMatch(/^node2#/)
    subscription.close()
    console.log(JSON.stringify({ bench: 'HAProxy, machine of the primary killed', readMs, changedMs, heardMs }))
  })
})

/** A change of which the client may say that it does not know whether it was done; this one may be made twice. */
async function change(client: TandemClient): Promise<true | undefined> {
  try {
    await client.post('/agents/agent5/status', { status: 'ready' })
    return true
  } catch (error) {
    if (error instanceof ApiProblem) return undefined
    throw error
  }
}
