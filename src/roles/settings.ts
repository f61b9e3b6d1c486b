import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { defineErrors } from '#base'
import { whyNoSchedule } from './drill-schedule.ts'

/** What may be wrong with the settings of a start; each is one sentence that says what to change. */
export const SETTINGS_ERRORS = defineErrors({
  'settings.unknown': { sentence: 'unknown setting {name} ({origin}); known settings: {known}', status: 422 },
  'settings.invalid': { sentence: '{name} ({origin}): {problem}', status: 422 },
  'settings.no-value': { sentence: '{name} needs a value', status: 422 },
  'settings.same-port': {
    sentence: 'port {port} cannot serve both {what} and {other}; give one of them another',
    status: 422,
  },
  'settings.file': { sentence: 'the configuration file {file} cannot be read: {problem}', status: 422 },
  'settings.tls': {
    sentence: '{given} needs {missing}: a certificate is served with its key, or not at all',
    status: 422,
  },
  'settings.few-ports': {
    sentence: '--rtp-ports {first}-{last} are too few for {count} media processes: each needs four',
    status: 422,
  },
  'settings.open-demo': {
    sentence:
      'the demo centre has well-known passwords and may only listen on loopback; leave out --listen {listen}, or start without --demo in an empty data folder',
    status: 422,
  },
})

const PORT_FORM = 'must be a port number, 1-65535'
const port = z.coerce.number(PORT_FORM).int(PORT_FORM).min(1, PORT_FORM).max(65_535, PORT_FORM)

/** A port range such as `10000-19999`, even count, used in pairs (RTP, RTCP). */
const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'must look like 10000-19999')
  .transform((text) => {
    const [first = 0, last = 0] = text.split('-').map(Number)
    return { first, last }
  })
  .refine(
    ({ first, last }) => first >= 1024 && last <= 65_535 && last - first >= 3,
    'must lie in 1024-65535 and hold at least four ports',
  )

/** A call has two sessions, each of them a port for RTP and one for RTCP. */
const PROCESS_PORTS_MIN = 4

const COUNT_FORM = 'must be a number of processes, 1-16'
const POINTS_FORM = 'must be a number of points, 1-100000'

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

const flag = z.union(
  [z.boolean(), z.enum(['true', 'false', '1', '0', '']).transform((text) => text !== 'false' && text !== '0')],
  'must be true or false',
)

/** Every setting of a start: its default and range. The option is `--http-port`, the variable `TANDEM_HTTP_PORT`, the key in a file `httpPort`. */
export const settingsSchema = z.strictObject({
  /** Web pages, API and the browsers' WebSocket. */
  httpPort: port.default(8080),
  /** SIP over UDP and TCP, on the edge. */
  sipPort: port.default(5060),
  /** SIP over TLS, on the edge; served when there is a certificate. */
  sipsPort: port.default(5061),
  /** The certificate of this machine for SIP over TLS, with what it is signed by below it: a PEM file. Served anew when it changes. */
  tlsCertificate: z.string().min(1).optional(),
  /** Its private key: a PEM file. */
  tlsKey: z.string().min(1).optional(),
  /** The CAs that certificates of trunks are checked against, when others than the usual: a PEM file. */
  tlsCa: z.string().min(1).optional(),
  /** SIP over WebSocket at `/ws`, on the edge. */
  sipWsPort: port.default(8088),
  /** Where browsers reach SIP over WebSocket when that is not this host's port: behind a balancer that ends TLS, `wss://phones.example/ws`. */
  sipWsUrl: z.url({ protocol: /^wss?$/ }).optional(),
  /** Calls a minute that visitors may begin from the page `/call`, 0-6000; none unless told (60 in the demo). */
  visitorCalls: z.coerce.number(COUNT_FORM).int(COUNT_FORM).min(0, COUNT_FORM).max(6000, COUNT_FORM).optional(),
  /** RTP and RTCP. */
  rtpPorts: portRange.default({ first: 10_000, last: 19_999 }),
  /** Media processes on this machine, 1-16: calls of one that dies go to another, so the default is two. Each gets its part of the RTP ports. */
  mediaProcesses: z.coerce.number(COUNT_FORM).int(COUNT_FORM).min(1, COUNT_FORM).max(16, COUNT_FORM).default(2),
  /** Points that each media process has to give: a call takes one. Half of its pairs of RTP ports unless told. */
  mediaPoints: z.coerce.number(POINTS_FORM).min(1, POINTS_FORM).max(100_000, POINTS_FORM).optional(),
  /** The folder that everything durable lies in. */
  data: z.string().min(1).default('./data'),
  /** Balancers before the pages, whose word on who asks is believed (`X-Forwarded-For`): addresses or networks, by commas. */
  trustedProxies: z
    .string()
    .regex(/^[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*$/, 'must be addresses or networks, separated by commas')
    .optional(),
  /** Networks of your own that webhooks may be sent to, beside the internet: addresses or networks, by commas. */
  webhookNetworks: z
    .string()
    .regex(/^[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*$/, 'must be addresses or networks, separated by commas')
    .optional(),
  /** The address to listen on. */
  listen: z.string().min(1).default('127.0.0.1'),
  /** The address that phones and trunks are told, when it is another (a wildcard is listened on, or a translator stands before). */
  advertise: z.string().min(1).optional(),
  /** This machine's name in a pool. */
  node: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1-32 lower-case letters, digits or dashes')
    .default('node1'),
  /** The address that the edge listens on for SIP, when it is another: one that edges share. */
  sipListen: z.string().min(1).optional(),
  /** The name or address that stands in SIP, when it is another than sound's: one that edges share. */
  sipAdvertise: z.string().min(1).optional(),
  /** The address that the pool's other machines reach this one by, when it is not the one listened on. */
  poolAddress: z.string().min(1).optional(),
  /** A PostgreSQL of your own instead of the embedded one: all starts that name the same are one pool. */
  postgresUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  /** The Redis that a pool's volatile registers lie in; without one each core has its own in memory. */
  redisUrl: z
    .string()
    .regex(/^redis(s|\+sentinel)?:\/\//, 'must begin with redis://, rediss:// or redis+sentinel://')
    .optional(),
  /** When to strike the primary for practice (a failure drill), as a line of cron such as `0 3 * * 0`; never, unless told. */
  drillSchedule: z
    .string()
    .refine((text) => whyNoSchedule(text) === undefined, 'must be a line of cron, such as 0 3 * * 0')
    .optional(),
  /** What the test calls of a drill by the timetable dial: a number that sends back what it hears. */
  drillNumber: z.string().min(1).default('1009'),
  /** Fills an empty data folder with the demo centre. */
  demo: flag.default(false),
  logLevel: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
})

/** The settings of one start, checked and complete. */
export type Settings = z.infer<typeof settingsSchema>
/** One of them. */
export type SettingName = keyof Settings

/** The names of all settings, as they stand in a configuration file. */
export const SETTING_NAMES = Object.keys(settingsSchema.shape) as readonly SettingName[]

/** Variables that begin with TANDEM_ and are no settings of a start: for tests and tools. */
const OTHER_VARIABLES = new Set([
  'TANDEM_CORPORA',
  'TANDEM_CONFIG',
  'TANDEM_ADMIN_PASSWORD',
  'TANDEM_SIMULATION_CALLS',
  'TANDEM_API',
  'TANDEM_TOKEN',
])

/** `httpPort` → `--http-port`. */
export function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `httpPort` → `TANDEM_HTTP_PORT`. */
export function variableOf(name: string): string {
  return `TANDEM_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/**
 * Reads the settings: options first, then environment variables, then the configuration file (`--config`, `TANDEM_CONFIG` or
 * `tandem.json` in the working folder), then defaults. Unknown names are refused wherever they stand.
 */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Settings {
  const options = readOptions(args)
  const given = new Map<SettingName, { value: unknown; origin: string }>()
  const file = options.get('config') ?? environment['TANDEM_CONFIG']
  for (const [name, value] of readFile(file, folder)) given.set(name, { value, origin: file ?? 'tandem.json' })
  for (const [name, value] of readVariables(environment)) given.set(name, { value, origin: variableOf(name) })
  for (const [name, value] of options)
    if (name !== 'config') given.set(name as SettingName, { value, origin: optionOf(name) })
  const parsed = settingsSchema.safeParse(Object.fromEntries([...given].map(([name, { value }]) => [name, value])))
  if (parsed.success) return checkRelations({ ...parsed.data, ...inFolder(folder, parsed.data) })
  const issue = parsed.error.issues[0]
  const name = String(issue?.path[0] ?? 'setting') as SettingName
  throw SETTINGS_ERRORS['settings.invalid']({
    name,
    origin: given.get(name)?.origin ?? 'default',
    problem: issue?.message ?? 'invalid',
  })
}

/** Files are named from where the start was. */
function inFolder(
  folder: string,
  { data, tlsCertificate, tlsKey, tlsCa }: Settings,
): Partial<Settings> & { data: string } {
  return {
    data: resolve(folder, data),
    ...(tlsCertificate && { tlsCertificate: resolve(folder, tlsCertificate) }),
    ...(tlsKey && { tlsKey: resolve(folder, tlsKey) }),
    ...(tlsCa && { tlsCa: resolve(folder, tlsCa) }),
  }
}

/** What is right by itself and wrong together: a port that two would open. */
function checkRelations(settings: Settings): Settings {
  const { httpPort, sipPort, sipWsPort, rtpPorts, mediaProcesses: count } = settings
  if (httpPort === sipPort)
    throw SETTINGS_ERRORS['settings.same-port']({ port: sipPort, what: '--http-port', other: '--sip-port' })
  for (const [port, other] of [
    [httpPort, '--http-port'],
    [sipPort, '--sip-port'],
  ] as const)
    if (sipWsPort === port) throw SETTINGS_ERRORS['settings.same-port']({ port, what: '--sip-ws-port', other })
  checkTls(settings)
  if (sipPort >= rtpPorts.first && sipPort <= rtpPorts.last)
    throw SETTINGS_ERRORS['settings.same-port']({ port: sipPort, what: '--sip-port', other: '--rtp-ports' })
  if (rtpPorts.last - rtpPorts.first + 1 < count * PROCESS_PORTS_MIN)
    throw SETTINGS_ERRORS['settings.few-ports']({ ...rtpPorts, count })
  return settings
}

function checkTls({ tlsCertificate, tlsKey, tlsCa, sipsPort: port, ...others }: Settings): void {
  const missing = (given: string, option: string) => SETTINGS_ERRORS['settings.tls']({ given, missing: option })
  if (tlsCertificate && !tlsKey) throw missing('--tls-certificate', '--tls-key')
  if (tlsKey && !tlsCertificate) throw missing('--tls-key', '--tls-certificate')
  if (tlsCa && !tlsCertificate) throw missing('--tls-ca', '--tls-certificate')
  if (!tlsCertificate) return
  for (const [taken, other] of [
    [others.httpPort, '--http-port'],
    [others.sipPort, '--sip-port'],
    [others.sipWsPort, '--sip-ws-port'],
  ] as const)
    if (port === taken) throw SETTINGS_ERRORS['settings.same-port']({ port, what: '--sips-port', other })
}

function known(name: string, origin: string): SettingName {
  if ((SETTING_NAMES as readonly string[]).includes(name)) return name as SettingName
  throw SETTINGS_ERRORS['settings.unknown']({ name, origin, known: SETTING_NAMES.map(optionOf).join(' ') })
}

/** `--name value` or `--name=value`; a flag may stand without a value. */
function readOptions(args: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  for (let index = 0; index < args.length; index++) {
    const text = args[index] ?? ''
    const match = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(text)
    if (!match?.[1])
      throw SETTINGS_ERRORS['settings.unknown']({
        name: text,
        origin: 'option',
        known: SETTING_NAMES.map(optionOf).join(' '),
      })
    const name = match[1].replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    if (name !== 'config') known(name, text)
    const next = args[index + 1]
    if (match[2] !== undefined) options.set(name, match[2])
    else if (next !== undefined && !next.startsWith('--')) {
      options.set(name, next)
      index++
    } else if (name === 'demo') options.set(name, 'true')
    else throw SETTINGS_ERRORS['settings.no-value']({ name: text })
  }
  return options
}

function readVariables(environment: Readonly<Record<string, string | undefined>>): Map<SettingName, string> {
  const found = new Map<SettingName, string>()
  const names = new Map(SETTING_NAMES.map((name) => [variableOf(name), name]))
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('TANDEM_') || OTHER_VARIABLES.has(variable) || value === undefined) continue
    const name = names.get(variable)
    if (!name)
      throw SETTINGS_ERRORS['settings.unknown']({
        name: variable,
        origin: 'environment',
        known: [...names.keys()].join(' '),
      })
    found.set(name, value)
  }
  return found
}

function readFile(named: string | undefined, folder: string): Map<SettingName, unknown> {
  const file = resolve(folder, named ?? 'tandem.json')
  if (named === undefined && !existsSync(file)) return new Map()
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw SETTINGS_ERRORS['settings.file']({ file, problem: fileProblem(cause) }, cause)
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw SETTINGS_ERRORS['settings.file']({ file, problem: 'it must hold one JSON object' })
  return new Map(Object.entries(content).map(([name, value]) => [known(name, file), value]))
}

function fileProblem(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'permission denied'
  return code === 'EISDIR' ? 'it is a folder' : message
}

/** Whether the address is reachable from this machine alone. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127\./.test(address)
}
