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
export async function askCore<T>(settings: Settings, method: string, path: string, body?: unknown): Promise<T> {
  const token = localToken(settings.data)
  if (!token) throw ASK_ERRORS['ask.no-token']({ data: settings.data })
  const address = `http://${settings.listen}:${settings.httpPort}`
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
/** A switchover takes a second or two; after this somebody has to look. */
const SWITCH_MS_MAX = 30_000

/** Waits until that core is primary, telling what is going on. True when it is. */
export async function awaitPrimary(settings: Settings, holder: string): Promise<boolean> {
  const startedAt = performance.now()
  let last = ''
  while (performance.now() - startedAt < SWITCH_MS_MAX) {
    const cluster = await askCluster(settings)
    const line = cluster?.primary ? `primary ${cluster.primary}, term ${cluster.term}` : 'no primary answers yet'
    if (line !== last) console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${line}`)
    last = line
    if (cluster?.primary === holder) return true
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return false
}

async function askCluster(settings: Settings): Promise<Cluster | undefined> {
  return askCore<unknown>(settings, 'GET', '/cluster').then(
    (answer) => ClusterSchema.parse(answer),
    () => undefined,
  )
}
