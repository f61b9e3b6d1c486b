import { type ChildProcess, fork, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { newId, silentLogger, systemClock } from '#base'
import { createEdgeEngine } from '#engines/edge'
import {
  type ChannelAddress,
  type ChannelClient,
  createChannelClient,
  type EdgeNotice,
  type EdgeRequest,
} from '#protocols/control'
import { freePort } from '../test/kit/free-ports.ts'
import { runSipp, whyWithout } from '../test/kit/outside.ts'
import { growthExponent, machine, processCpuMs, processTree } from './support-processes.ts'

/** Calls, and registrations, offered a second: ×1, ×4, ×16. */
const CALLS = [50, 200, 800] as const
const REGISTRATIONS = [160, 640, 2560] as const

/** Long enough that the hundredths of a second in which Linux counts processor time are below one per cent. */
const SECONDS = 5

const SECRET = 'bench'
const PASSWORD = 'demo-agent1'
const LIMIT = 'processor time of the proxy alone: one process of ours, all of Kamailio’s'

/** Whoever stands between the load and the answers. */
interface Proxy {
  readonly port: number
  readonly pid: number
  close(): Promise<void>
}

/**
 * What a call that is answered and ended (INVITE, 100, 180, 200, ACK, BYE, 200) and a registration with digest (REGISTER, 401, REGISTER,
 * 200) cost the edge, at three sizes; for the peer, what they cost Kamailio with tm, rr, auth and usrloc in the same run.
 */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const without = whyWithout('sipp')
  if (without) {
    print(JSON.stringify({ bench: 'sip.edge', figure: null, unit: 'CPU-µs a call', peer: null, limit: without }))
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-edge-'))
  const answerer = await startAnswerer()
  const edge = await startEdge(answerer)
  const kamailio = whyWithout('kamailio') ? undefined : await startKamailio(folder, answerer.port)
  try {
    await compare(print, {
      work: 'call',
      sizes: CALLS,
      edge,
      kamailio,
      offer: (proxy, rate) => offerCalls(proxy, rate),
    })
    await writeFile(join(folder, 'register.xml'), REGISTER)
    const offer = (proxy: Proxy, rate: number): Promise<Offered> => offerRegistrations(proxy, rate, folder)
    await compare(print, { work: 'registration', sizes: REGISTRATIONS, edge, kamailio, offer })
  } finally {
    await Promise.all([edge.close(), kamailio?.close(), answerer.close()])
    await rm(folder, { recursive: true, force: true })
  }
}

interface Offered {
  readonly count: number
  readonly failed: number
}

interface Work {
  readonly work: 'call' | 'registration'
  readonly sizes: readonly number[]
  readonly edge: Proxy
  readonly kamailio: Proxy | undefined
  offer(proxy: Proxy, rate: number): Promise<Offered>
}

async function compare(print: (line: string) => void, { work, sizes, edge, kamailio, offer }: Work): Promise<void> {
  const bench = work === 'call' ? 'sip.edge' : 'sip.edge.register'
  await offer(edge, sizes[1] ?? 1) // Warm, as an edge in use is.
  const costs: number[] = []
  for (const size of sizes) {
    const ours = await measure(edge, size, offer)
    const peer = kamailio && (await measure(kamailio, size, offer))
    costs.push(ours.micros)
    const rest = {
      perSecondOfOneProcessor: Math.round(1e6 / ours.micros),
      failed: ours.failed,
      peerFailed: peer?.failed ?? null,
    }
    const line = {
      bench,
      size,
      figure: ours.micros,
      unit: `CPU-µs a ${work}`,
      peer: peer?.micros ?? null,
      limit: LIMIT,
    }
    print(JSON.stringify({ ...line, ...rest, machine: machine() }))
  }
  const total = costs.map((cost, index) => cost * (sizes[index] ?? 1))
  const figure = growthExponent(sizes, total)
  print(
    JSON.stringify({
      bench: `${bench}.growth`,
      figure,
      unit: 'exponent of CPU over load; 1 is linear',
      peer: 1,
      limit: LIMIT,
    }),
  )
}

async function measure(proxy: Proxy, rate: number, offer: Work['offer']): Promise<{ micros: number; failed: number }> {
  const pids = processTree(proxy.pid)
  const cpuMs = (): number => pids.reduce((sum, pid) => sum + processCpuMs(pid), 0)
  const before = cpuMs()
  const { count, failed } = await offer(proxy, rate)
  return { micros: Math.round(((cpuMs() - before) * 1000) / count), failed }
}

async function offerCalls(proxy: Proxy, rate: number): Promise<Offered> {
  const count = rate * SECONDS
  const words = ['-sn', 'uac', '-s', '1001', '-rsa', `127.0.0.1:${proxy.port}`, '-d', '0']
  return offered(words, proxy, { rate, count })
}

async function offerRegistrations(proxy: Proxy, rate: number, folder: string): Promise<Offered> {
  const words = ['-sf', join(folder, 'register.xml'), '-au', '2001', '-ap', PASSWORD]
  return offered(words, proxy, { rate, count: rate * SECONDS })
}

async function offered(
  words: readonly string[],
  proxy: Proxy,
  load: { rate: number; count: number },
): Promise<Offered> {
  const port = String(await freePort())
  const amount = ['-r', String(load.rate), '-m', String(load.count), '-l', '5000', '-p', port, '-timeout', '30']
  const { output } = await runSipp([...words, ...amount, '-trace_stat', '-fd', '1'], {
    host: '127.0.0.1',
    port: proxy.port,
  })
  const succeeded = Number(/Successful call\s*\|\s*\d+\s*\|\s*(\d+)/.exec(output)?.[1] ?? 0)
  return { count: load.count, failed: load.count - succeeded }
}

const FIELDS = `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:2001@[remote_ip]:[remote_port]>;tag=[pid]-[call_number]
To: <sip:2001@[remote_ip]:[remote_port]>
Call-ID: [call_id]
Contact: <sip:2001@[local_ip]:[local_port]>
Expires: 600
Content-Length: 0`

const REGISTER = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="register">
  <send retrans="500"><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
CSeq: 1 REGISTER
${FIELDS}

]]></send>
  <recv response="401" auth="true"/>
  <send retrans="500"><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
CSeq: 2 REGISTER
[authentication]
${FIELDS}

]]></send>
  <recv response="200"/>
</scenario>
`

/** Answers every call at once: as SIPp's own answerer does for Kamailio, and as a core for the edge. */
async function startAnswerer(): Promise<{
  port: number
  connect(control: ChannelAddress): ChannelClient
  close(): Promise<void>
}> {
  const port = await freePort()
  const uas = spawn('sipp', ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(port), '-nostdin'], {
    stdio: 'ignore',
    cwd: tmpdir(),
  })
  const clients: ChannelClient[] = []
  return {
    port,
    connect: (control) => {
      const client = fakeCore(control)
      clients.push(client)
      return client
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()))
      await ended(uas)
    },
  }
}

/** A core that answers at once, and repeats its 200 until the ACK comes, as it must (RFC 3261 13.3.1.4). */
function fakeCore(control: ChannelAddress): ChannelClient {
  const ha1 = createHash('md5').update(`2001:tandem:${PASSWORD}`).digest('hex')
  const unacknowledged = new Map<string, NodeJS.Timeout>()
  return createChannelClient({
    address: control,
    secret: SECRET,
    core: 'core',
    term: 1,
    logger: silentLogger,
    request: async (request) =>
      (request as EdgeRequest).user === '2001' ? { realm: 'tandem', ha1: { MD5: ha1 } } : {},
    notice: (value, channel) => {
      const notice = value as EdgeNotice
      if (notice.type !== 'sip') return
      const { message } = notice
      const method = message.slice(0, message.indexOf(' '))
      const callId = /^Call-ID:.*$/im.exec(message)?.[0] ?? ''
      const say = (status: string): boolean => channel.notify({ type: 'sip', message: answerTo(message, status) })
      if (method === 'INVITE' && !unacknowledged.has(callId)) {
        for (const status of ['100 Trying', '180 Ringing', '200 OK']) say(status)
        unacknowledged.set(
          callId,
          setInterval(() => say('200 OK'), REPEAT_MS),
        )
      } else if (method === 'BYE') say('200 OK')
      if (method === 'ACK' || method === 'BYE') {
        clearInterval(unacknowledged.get(callId))
        unacknowledged.delete(callId)
      }
    },
  })
}

/** T1. */
const REPEAT_MS = 500

const COPIED = /^(Via|Record-Route|From|To|Call-ID|CSeq)[ \t]*:/i

function answerTo(request: string, status: string): string {
  const lines = request.split('\r\n').filter((line) => COPIED.test(line))
  const tagged = lines.map((line) => (/^To:/i.test(line) && !/tag=/.test(line) ? `${line};tag=core` : line))
  return [`SIP/2.0 ${status}`, ...tagged, 'Contact: <sip:core@127.0.0.1:5060>', 'Content-Length: 0', '', ''].join(
    '\r\n',
  )
}

async function startEdge(answerer: { connect(control: ChannelAddress): ChannelClient }): Promise<Proxy> {
  const child = fork(import.meta.filename, ['--edge'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [ready] = (await once(child, 'message')) as [{ port: number; control: ChannelAddress }]
  const core = answerer.connect(ready.control)
  while (!core.connected) await wait(10)
  return { port: ready.port, pid: child.pid ?? 0, close: () => ended(child) }
}

async function startKamailio(folder: string, answererPort: number): Promise<Proxy> {
  const port = await freePort()
  const file = join(folder, 'kamailio.cfg')
  await writeFile(file, kamailioConfig(port, answererPort))
  const words = ['-f', file, '-DD', '-E', '-x', 'fm', '-m', '64', '-Y', folder, '-P', join(folder, 'kamailio.pid')]
  const child = spawn('kamailio', words, { stdio: ['ignore', 'ignore', 'ignore'] })
  await wait(2000)
  return { port, pid: child.pid ?? 0, close: () => ended(child) }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), 3000)
  await once(child, 'exit')
  clearTimeout(hard)
}

/** The same work: record-routed, stateful both ways; digest with a password at hand, bindings in memory. */
function kamailioConfig(port: number, answererPort: number): string {
  const modules = ['tm', 'sl', 'rr', 'maxfwd', 'pv', 'textops', 'siputils', 'sanity', 'usrloc', 'registrar', 'auth']
  return `#!KAMAILIO
debug=-1
log_stderror=yes
children=1
disable_tcp=yes
listen=udp:127.0.0.1:${port}
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("usrloc", "db_mode", 0)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (!sanity_check("1511", "7")) exit;
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("tandem", "${PASSWORD}", "0")) { www_challenge("tandem", "1"); exit; }
    save("location");
    exit;
  }
  if (has_totag()) {
    if (!loose_route()) $du = "sip:127.0.0.1:${answererPort}";
    t_relay();
    exit;
  }
  record_route();
  $du = "sip:127.0.0.1:${answererPort}";
  t_relay();
}
`
}

/** The edge's own process, so that its processor time can be told from that of load and answers. */
async function serve(): Promise<void> {
  const edge = createEdgeEngine({
    listen: '127.0.0.1',
    sipPort: 0,
    advertisedHost: '127.0.0.1',
    control: { host: '127.0.0.1', port: 0 },
    secret: SECRET,
    name: 'edge',
    instance: newId('edge'),
    key: 'bench',
    clock: systemClock,
    logger: silentLogger,
  })
  await edge.start()
  const { sip, control } = edge.status()
  process.send?.({ port: sip.port, control })
}

if (process.argv[2] === '--edge') await serve()
