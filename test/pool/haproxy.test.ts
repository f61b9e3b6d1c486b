import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiProblem, TandemClient } from '#api/client'
import type { ServerMessage } from '#api/contract'
import { findCommand } from '../../scripts/install-packages.ts'
import { eventually } from '../kit/api-client.ts'
import { freePort } from '../kit/free-ports.ts'
import { type Pool, startPool } from '../kit/pool.ts'

/** A block of lines of the page. */
function blockOf(name: string): string {
  const page = readFileSync(new URL('../../docs/operations/haproxy.md', import.meta.url), 'utf8')
  const [, block = ''] = new RegExp(`\`\`\`${name}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? []
  return block
}

/** The configuration of the page, with this test's ports in the place of the page's. */
function configuration(ports: Readonly<Record<string, number>>, block = blockOf('haproxy')): string {
  return block.replace(/127\.0\.0\.1:(\d+)/g, (_, port: string) => `127.0.0.1:${ports[port]}`)
}

describe.skipIf(!findCommand('haproxy'))('HAProxy before a pool (needs the package haproxy)', () => {
  const files: string[] = []
  const started: ChildProcess[] = []
  let pool: Pool
  let pages: string
  let primary: string
  const machines = () => {
    const port = (name: string) => Number(new URL(pool.node(name).http).port)
    return { 8081: port('node1'), 8082: port('node2') }
  }
  const start = (text: string) => {
    const file = join(tmpdir(), `tandem-haproxy-${process.pid}-${files.length}.cfg`)
    writeFileSync(file, text)
    files.push(file)
    started.push(spawn(findCommand('haproxy') ?? '', ['-f', file, '-db'], { stdio: 'ignore' }))
  }
  beforeAll(async () => {
    pool = await startPool({ environment: { TANDEM_TRUSTED_PROXIES: '127.0.0.1' } })
    const [front, second] = [await freePort(), await freePort()]
    start(configuration({ 8000: front, 8001: second, ...machines() }))
    pages = `http://127.0.0.1:${front}`
    primary = `http://127.0.0.1:${second}`
    await eventually('HAProxy', async () => ((await fetch(`${primary}/health/primary`)).ok ? true : undefined))
  })
  afterAll(async () => {
    for (const haproxy of started) haproxy.kill('SIGKILL')
    for (const file of files) rmSync(file, { force: true })
    await pool?.close()
  })

  it('keeps an address on its machine where that is asked for, and spreads addresses over all (AA-06)', async () => {
    const [front, second] = [await freePort(), await freePort()]
    const lines = blockOf('haproxy').replace(
      '  balance leastconn\n',
      `${blockOf('haproxy-persistence')}  http-response set-header x-machine %[srv_name]\n`,
    )
    expect(lines).toContain('stick on src')
    start(configuration({ 8000: front, 8001: second, ...machines() }, lines))
    await eventually('HAProxy', async () =>
      (await fetch(`http://127.0.0.1:${second}/health/primary`)).ok ? true : undefined,
    )
    const asked = (localAddress: string) => machineThatAnswers(front, localAddress)
    const first = await Promise.all([1, 2, 3, 4].map((n) => asked(`127.0.1.${n}`)))
    expect(new Set(first)).toEqual(new Set(['node1', 'node2']))
    for (let round = 0; round < 3; round++)
      expect(await Promise.all([1, 2, 3, 4].map((n) => asked(`127.0.1.${n}`)))).toEqual(first)
  })

  it('leads browsers and the primary’s address to another machine when one dies (AA-04, AA-17, EXT-10, AA-16, AA-15, FS-33, DR-07, DR-20)', async () => {
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

/** Which machine answers who asks from an address, as the balancer says. */
function machineThatAnswers(port: number, localAddress: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/health', localAddress, agent: false }, (answer) => {
      answer.resume()
      resolve(String(answer.headers['x-machine']))
    }).on('error', reject)
  })
}

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
