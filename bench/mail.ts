/**
 * Issue 6: 20 mails a second into one account of a whole system (log in PostgreSQL, history, a backup) by a real Dovecot: letters, HTML with tracking and pictures, other alphabets,
 * and every fifth with a file. Told is how long a mail takes from its delivery until a board shows it in its queue. Dovecot, what delivers, the board and the system share
 * this machine, so what they need of it is in the times as well. Nothing else here does the same work: no peer.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImapFlow } from 'imapflow'
import WebSocket from 'ws'
import { eventually } from '../test/kit/api-client.ts'
import { crlf, MAIL_PASSWORD, type MailServers, startMailServers } from '../test/kit/mail-servers.ts'
import { type System, startSystem } from '../test/kit/system.ts'
import { machine, median, processCpuMs } from './support-processes.ts'

const MAILS_PER_S = 20
const SECONDS = 30
const WARM_UP_SECONDS = 5
/** What is not in its queue by then never comes. */
const LATE_MS = 60_000
const ACCOUNT = 'bench'
const CORPUS = ['plain', 'html-only', 'tracking-pixel', 'inline-picture', 'utf8-words', 'script', 'calendar', 'latin1']
const FILE_BYTES = 300_000
const NEWSLETTER_ROWS = 400
const LIMIT =
  'latency: mails of an account are taken one after the other, each fetched, read in a thread, kept, logged and marked as read'

export async function run(print: (line: string) => void = console.log): Promise<void> {
  const servers = await startMailServers()
  const system = await startSystem()
  try {
    await configure(system, servers)
    const board = await followBoard(system)
    const mailbox = await servers.open(ACCOUNT)
    const core = system.pid('core')
    await deliver(mailbox, board, { first: 0, seconds: WARM_UP_SECONDS })
    const before = processCpuMs(core)
    const begun = performance.now()
    const mails = await deliver(mailbox, board, { first: WARM_UP_SECONDS * MAILS_PER_S, seconds: SECONDS })
    const tookMs = performance.now() - begun
    const cpuMs = processCpuMs(core) - before
    const waits = mails.flatMap(({ from, at }) => (board.seen.has(from) ? [board.seen.get(from)! - at] : []))
    waits.sort((a, b) => a - b)
    board.close()
    mailbox.close()
    print(
      JSON.stringify({
        bench: 'mail.taken',
        ...{ size: mails.length, offeredPerSecond: MAILS_PER_S },
        figure: Math.round((waits.length / tookMs) * 10_000) / 10,
        unit: 'mails/s, from delivery in the mailbox until in a queue',
        ...{
          p50Ms: Math.round(median(waits)),
          p99Ms: Math.round(waits[Math.floor(waits.length * 0.99)] ?? Number.NaN),
        },
        lost: mails.length - waits.length,
        cpuPercentOfOneCore: Math.round((cpuMs / tookMs) * 100),
        cpuMsPerMail: Math.round((cpuMs / mails.length) * 10) / 10,
        ...{ peer: null, limit: LIMIT, machine: machine() },
      }),
    )
  } finally {
    await system.stop()
    await servers.stop()
  }
}

async function configure(system: System, servers: MailServers): Promise<void> {
  mkdirSync(join(system.data, 'secrets'), { recursive: true })
  writeFileSync(join(system.data, 'secrets/mail'), `${MAIL_PASSWORD}\n`, { mode: 0o600 })
  const admin = await system.api('admin')
  const { version } = await admin.get<{ version: number }>('/configuration')
  const { name, ...account } = servers.account(ACCOUNT)
  const answer = await admin.raw('PUT', `/configuration/mail-accounts/${name}`, { ...account, basedOn: version })
  if (!answer.ok) throw new Error(`the account was answered with ${answer.status}: ${await answer.text()}`)
}

/** When the board of a supervisor showed each mail, by its sender. */
interface Board {
  readonly seen: ReadonlyMap<string, number>
  close(): void
}

async function followBoard(system: System): Promise<Board> {
  const seen = new Map<string, number>()
  const supervisor = await system.api('supervisor')
  const { token } = (await (
    await supervisor.raw('POST', '/sessions', { user: 'supervisor', password: 'demo-supervisor' })
  ).json()) as { token: string }
  const socket = new WebSocket(`${system.http.replace('http', 'ws')}/ws`)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const greeted = new Promise((resolve) => socket.once('message', resolve))
  socket.on('message', (data) => {
    const { interactions = [] } = JSON.parse(String(data)) as {
      interactions?: { from: string; queue: string | null }[]
    }
    for (const { from, queue } of interactions) {
      if (queue !== null && !seen.has(from)) seen.set(from, performance.now())
    }
  })
  socket.send(JSON.stringify({ type: 'resume', token, topics: ['interactions'] }))
  await greeted
  return { seen, close: () => socket.terminate() }
}

/** Delivers so many seconds of mails in step with the clock, and waits until the board has seen all. */
async function deliver(mailbox: ImapFlow, board: Board, { first, seconds }: { first: number; seconds: number }) {
  const mails: { readonly from: string; readonly at: number }[] = []
  const begun = performance.now()
  for (let n = 0; n < seconds * MAILS_PER_S; n++) {
    const early = begun + (n * 1_000) / MAILS_PER_S - performance.now()
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
    const from = `customer-${first + n}@customer.example`
    const source = letter(first + n, from)
    mails.push({ from, at: performance.now() })
    await mailbox.append('INBOX', source)
  }
  await eventually('all mails', () => mails.every(({ from }) => board.seen.has(from)) || undefined, LATE_MS).catch(
    () => {},
  )
  return mails
}

/** A mail of the mix, known by its sender. */
function letter(number: number, from: string): Buffer {
  const kinds = CORPUS.length + 2
  const name = CORPUS[number % kinds]
  const source = name === undefined ? heavy(number % 2 === 0) : corpus(name)
  return crlf(
    source
      .replace(/^From: .*\n/m, `From: ${from}\n`)
      .replace(/^Message-ID: .*\n/im, `Message-ID: <bench-${number}@customer.example>\n`),
  )
}

function corpus(name: string): string {
  return readFileSync(join(import.meta.dirname, '../test/torture/mails', `${name}.eml`), 'latin1').replaceAll('\r', '')
}

/** A letter with a file, or a newsletter of tables and styles. */
function heavy(file: boolean): string {
  const head = 'From: ada@customer.example\nTo: help@centre.example\nSubject: x\nMessage-ID: <x>\nMIME-Version: 1.0\n'
  if (file) {
    const content = Buffer.alloc(FILE_BYTES, Math.random().toString()).toString('base64').replace(/.{76}/g, '$&\n')
    return `${head}Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nAs agreed.\n--m\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=contract.pdf\n\n${content}\n--m--\n`
  }
  const row =
    '<tr><td style="color: #333; padding: 4px"><b>Apples</b> of this week</td><td align="right">2.50</td></tr>\n'
  return `${head}Content-Type: text/html; charset=utf-8\n\n<table width="600">${row.repeat(NEWSLETTER_ROWS)}</table>\n`
}
