import { join } from 'node:path'
import { systemClock } from '#base'
import {
  advertisedAddress,
  optionOf,
  readSettings,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  Supervisor,
  supervisorLogger,
} from '#roles'
import { buildWeb } from './build-web.ts'
import type { Command } from './command.ts'

/** What `--help` says of each option. */
const SETTING_HELP: Readonly<Record<SettingName, string>> = {
  httpPort: 'web pages and API (8080)',
  sipPort: 'SIP over UDP and TCP (5060)',
  sipsPort: 'SIP over TLS (5061), served with --tls-certificate',
  tlsCertificate: 'a PEM file: the certificate of this machine for SIP over TLS (none)',
  tlsKey: 'a PEM file: its key',
  tlsCa: 'a PEM file: the CAs that certificates of trunks are checked against (the usual ones)',
  sipWsPort: 'SIP over WebSocket at /ws (8088)',
  sipWsUrl: 'where browsers reach it, if a balancer ends TLS: wss://phones.example/ws (this host and port)',
  visitorCalls: 'calls a minute that visitors may begin from the page /call (0; 60 in the demo)',
  rtpPorts: 'RTP and RTCP (10000-19999)',
  mediaProcesses: 'media processes of this machine: one that dies leaves its calls to another (2)',
  mediaPoints: 'calls that each media process is given at most (half of its pairs of RTP ports)',
  data: 'the folder of everything durable (./data)',
  trustedProxies: 'balancers before the pages, whose X-Forwarded-For is believed (none)',
  webhookNetworks: 'networks of your own that webhooks may be sent to, beside the internet (none)',
  listen: 'the address to listen on (127.0.0.1)',
  sipListen: 'the address that the edge listens on for SIP: one that edges share (--listen)',
  sipAdvertise: 'the name or address that stands in SIP: one that edges share (--advertise)',
  advertise: 'the address that phones are told (the one listened on, or the first outer one)',
  node: "this machine's name (node1)",
  poolAddress: 'the address that other machines of the pool reach this one by (the one listened on)',
  postgresUrl: 'a PostgreSQL of your own instead of the embedded one; who names the same is one pool',
  redisUrl: 'the Redis of the pool: redis://, rediss:// or redis+sentinel://HOST,HOST/NAME',
  drillSchedule: 'when to strike the primary for practice, as a line of cron: 0 3 * * 0 (never)',
  drillNumber: 'what the test calls of such a drill dial: a number that sends back what it hears (1009)',
  demo: 'fill a new data folder with the demo centre (well-known passwords; loopback only)',
  logLevel: 'debug, info, warn or error (info)',
}

/** `tandem start`: runs every role on this machine in the foreground until it is told to stop. */
export const start: Command = {
  summary: 'start every role on this machine and stay in the foreground',
  help: `Usage: tandem start [options]

Starts edge, core, media and archive with an embedded PostgreSQL on this machine, starts again
what dies, and stops all of it in order on Ctrl-C. A second start goes on with the same data.

Options, each also a variable (TANDEM_HTTP_PORT) and a key in tandem.json (httpPort), or in the file of --config:
${SETTING_NAMES.map((name) => `  ${optionOf(name).padEnd(18)} ${SETTING_HELP[name]}`).join('\n')}

Without --demo a new data folder needs TANDEM_ADMIN_PASSWORD for its administrator \`admin\`.`,
  run,
}

async function run(args: readonly string[]): Promise<number> {
  const startedAt = performance.now()
  const settings = readSettings(args, process.env, process.cwd())
  outliveTerminal()
  const stop = stopSignal()
  await buildWeb((line) => console.log(line))
  const supervisor = new Supervisor({
    settings,
    clock: systemClock,
    logger: supervisorLogger(settings.logLevel, join(settings.data, 'log', 'supervisor.log'), console.error),
    progress: (line) => console.log(line),
    administratorPassword: process.env['TANDEM_ADMIN_PASSWORD'],
  })
  const outcome = await Promise.race([supervisor.start().then(() => 'started' as const), stop])
  if (outcome === 'started') {
    console.log(welcome(settings, supervisor.demo))
    console.log(`ready in ${Math.round(performance.now() - startedAt)} ms`)
    await stop
  }
  console.log('\nstopping …')
  await supervisor.close()
  console.log('stopped; the data are kept in', settings.data)
  return 0
}

/** Resolves at the first signal to stop. A terminal sends Ctrl-C to npm and to us, so further ones are not taken as haste. */
function stopSignal(): Promise<'stopped'> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => resolve('stopped'))
  })
}

/** A terminal that is closed, or a pipe that nobody reads any more, must not end what answers calls. */
function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

function welcome(settings: Settings, demo: boolean): string {
  const { httpPort, sipPort } = settings
  const host = advertisedAddress(settings)
  const lines = ['', `  Pages and API   http://${host}:${httpPort}/`, `  SIP (UDP, TCP)  sip:NUMBER@${host}:${sipPort}`]
  if (demo) {
    lines.push(
      `  For visitors    http://${host}:${httpPort}/call (calls from the browser), /visit (a website with a chat)`,
      '',
      '  Numbers   1000  greeting and menu (1 sales, 2 support, 3 callback, 4 voicemail, 0 attendant)',
      '            1001  queue support      1002  queue sales      1009  echo',
      '            1010  music              1011  record until #, then hear it',
      '            2001-2200  the agents themselves',
      '',
      '  Users     agent1 … agent200 (phones 2001 … 2200), supervisor (3001), attendant (3002), admin (3003)',
      '            the password of each is demo- and its name: demo-agent1; a phone registers with its number and the same password',
    )
  }
  lines.push(
    '',
    `  Data      ${settings.data}   (Ctrl-C stops everything; a second start goes on where this one ended)`,
    '',
  )
  return lines.join('\n')
}
