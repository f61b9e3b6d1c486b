import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ApiProblem, TandemClient } from '#api/client'
import type { ServerMessage } from '#api/contract'
import { findCommand } from '../../scripts/install-packages.ts'
import { eventually } from '../kit/api-client.ts'
import { makeAuthority, makeCertificate } from '../kit/certificates.ts'
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
    const haproxy = spawn(findCommand('haproxy') ?? '', ['-f', file, '-db'], { stdio: 'ignore' })
    started.push(haproxy)
    return haproxy
  }
  /** One more balancer with the lines of the page; where pages are, and its process. */
  const startAnother = async (more = '') => {
    const [front, second] = [await freePort(), await freePort()]
    const process = start(configuration({ 8000: front, 8001: second, ...machines() }) + more)
    const url = `http://127.0.0.1:${front}`
    await eventually('HAProxy', async () => ((await fetch(`${url}/health`)).ok ? true : undefined))
    return { url, process }
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
    for (const file of files) rmSync(file, { force: true, recursive: true })
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

  it('has TLS before the pages: API and socket work over it, with the certificate of the balancer (AA-04)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-haproxy-tls-'))
    files.push(folder)
    const authority = makeAuthority(folder)
    const { certificate, key } = makeCertificate(authority, folder, { name: 'pages', names: ['DNS:localhost'] })
    const both = join(folder, 'both.pem')
    writeFileSync(both, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'), { mode: 0o600 })
    const port = await freePort()
    const lines = blockOf('haproxy-tls').replace('/etc/tandem/pages.pem', both)
    expect(lines).toContain(`ssl crt ${both}`)
    await startAnother(configuration({ 8443: port }, lines))
    const ca = readFileSync(authority.certificate)
    const body = JSON.stringify({ user: 'supervisor', password: 'demo-supervisor' })
    const { token } = JSON.parse(await postSecurely({ port, ca, path: '/api/v1/sessions', body })) as { token: string }
    // A stranger's certificate is none: it is this balancer that answers.
    await expect(postSecurely({ port, path: '/api/v1/sessions', body })).rejects.toThrow(/certificate/)
    const socket = new WebSocket(`wss://localhost:${port}/ws`, { ca, origin: `https://localhost:${port}` })
    try {
      const first = new Promise<ServerMessage>((resolve, reject) => {
        socket.once('message', (data) => resolve(JSON.parse(String(data)) as ServerMessage))
        socket.once('error', reject)
      })
      socket.once('open', () => socket.send(JSON.stringify({ type: 'resume', token, topics: ['agents'] })))
      expect((await first).type).toBe('snapshot')
    } finally {
      socket.terminate()
    }
  })

  it('may fail itself: of two balancers the other one leads on, with the session that the first began (AA-15, FS-33)', async () => {
    const [one, other] = [await startAnother(), await startAnother()]
    const client = new TandemClient({ servers: [one.url, other.url] })
    await client.logIn('admin', 'demo-admin')
    const heard: ServerMessage[] = []
    const subscription = client.follow(['agents'], (message) => heard.push(message))
    await eventually('a snapshot', () => (heard.some(({ type }) => type === 'snapshot') ? true : undefined))
    const gone = new Promise((resolve) => one.process.once('exit', resolve))
    one.process.kill('SIGKILL')
    await gone
    await expect(fetch(`${one.url}/health`)).rejects.toThrow()
    await eventually('an answer', () => client.get('/agents/live').then(() => true as const))
    await eventually('a change', () => change(client, 'training'))
    await eventually('the change to be heard', () => hears(heard, 'training'))
    subscription.close()
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
    await eventually('a change', () => change(client, 'lunch'))
    const changedMs = Math.round(performance.now() - killedAt)
    await eventually('the change to be heard', () => hears(heard, 'lunch'))
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

/** What a post over TLS is answered; whom to trust is told. */
function postSecurely(to: { port: number; path: string; body: string; ca?: Buffer }): Promise<string> {
  const { port, path, body, ca } = to
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const options = { ...{ host: 'localhost', port, path, headers, method: 'POST', agent: false }, ...(ca && { ca }) }
    const asked = request(options, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += String(chunk)
      })
      answer.on('end', () => resolve(text))
    })
    asked.on('error', reject).end(body)
  })
}

/** A change of which the client may say that it does not know whether it was done; this one may be made twice. */
async function change(client: TandemClient, reason: string): Promise<true | undefined> {
  try {
    await client.post('/agents/agent5/status', { status: 'not-ready', reason })
    return true
  } catch (error) {
    if (error instanceof ApiProblem) return undefined
    throw error
  }
}

/** Whether anything that was heard says why the agent is not ready; signs of life come between. */
function hears(heard: readonly ServerMessage[], reason: string): true | undefined {
  return heard.some((message) => JSON.stringify(message).includes(`"reason":"${reason}"`)) || undefined
}
