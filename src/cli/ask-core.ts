import { type Cluster, ClusterSchema, ProblemSchema } from '#api/contract'
import { defineErrors } from '#base'
import { localToken, type Settings } from '#roles'

/** Why a command that asks the running core could not do what it was told. */
export const ASK_ERRORS = defineErrors({
  'ask.no-token': {
    sentence: 'the keys of the data folder {data} cannot be read; name the folder with --data, and ask as its owner',
    status: 403,
  },
  'ask.no-core': { sentence: 'no core answers on {address}; is Tandem running? (tandem status)', status: 503 },
  'ask.refused': { sentence: '{detail}', status: 409 },
})

/** A core that does not answer within this is as good as away for somebody who waits at a terminal. */
const ANSWER_MS_MAX = 10_000

/** The words of a command: its own arguments, and the options of `start` that say where the core is. */
export function splitWords(
  args: readonly string[],
  flags: readonly string[],
): { readonly own: readonly string[]; readonly options: readonly string[]; readonly flags: ReadonlySet<string> } {
  const first = args.findIndex((word) => word.startsWith('--') && !flags.includes(word))
  const cut = first === -1 ? args.length : first
  const present = new Set(args.filter((word) => flags.includes(word)))
  const without = (words: readonly string[]) => words.filter((word) => !flags.includes(word))
  return { own: without(args.slice(0, cut)), options: without(args.slice(cut)), flags: present }
}

/** Asks this machine's core over its API, in the name of who may read the data folder's keys. */
export function askCore<T>(settings: Settings, method: string, path: string, body?: unknown): Promise<T> {
  return askAt(settings, `http://${settings.listen}:${settings.httpPort}`, { method, path, body })
}

/** Asks the primary what it alone knows, wherever it is: the machines of a pool share their keys. */
export async function askPrimary(settings: Settings): Promise<Cluster> {
  const own = ClusterSchema.parse(await askCore(settings, 'GET', '/cluster'))
  const address = own.cores.find(({ name }) => name === own.primary)?.address
  if (!address) return own
  return ClusterSchema.parse(await askAt(settings, address, { method: 'GET', path: '/cluster' }))
}

async function askAt<T>(
  settings: Settings,
  address: string,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body?: unknown },
): Promise<T> {
  const token = localToken(settings.data)
  if (!token) throw ASK_ERRORS['ask.no-token']({ data: settings.data })
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...json },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  }).catch((cause: unknown) => {
    throw ASK_ERRORS['ask.no-core']({ address }, cause)
  })
  const text = await response.text()
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T
  const problem = ProblemSchema.safeParse(text === '' ? {} : JSON.parse(text))
  throw ASK_ERRORS['ask.refused']({ detail: problem.data?.detail ?? `the core answers with ${response.status}` })
}

/** How often the pool is looked at while somebody waits for another primary. */
const POLL_MS = 100
/** A switchover takes a second or two, and on a machine that has no time left some more; after this somebody has to look. */
const SWITCH_MS_MAX = 60_000

/** Who hands over, to whom. */
interface Handing {
  readonly from: string
  /** Whoever takes over is right, unless one is named. */
  readonly to?: string
}

/**
 * Waits until another core is primary, telling what is going on; gives that one. It is another than was meant when that one died or hung in
 * the moment of the switchover. Undefined when nobody is after a minute.
 */
export async function awaitPrimary(settings: Settings, { from, to }: Handing): Promise<string | undefined> {
  const startedAt = performance.now()
  let last = ''
  while (performance.now() - startedAt < SWITCH_MS_MAX) {
    const cluster = await askCluster(settings)
    const line = cluster?.primary ? `primary ${cluster.primary}, term ${cluster.term}` : 'no primary answers yet'
    if (line !== last) console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${line}`)
    last = line
    if (cluster?.primary && cluster.primary !== from) {
      if (to !== undefined && cluster.primary !== to) console.log(`${to} did not take over, ${cluster.primary} did`)
      return cluster.primary
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return undefined
}

async function askCluster(settings: Settings): Promise<Cluster | undefined> {
  return askCore<unknown>(settings, 'GET', '/cluster').then(
    (answer) => ClusterSchema.parse(answer),
    () => undefined,
  )
}
