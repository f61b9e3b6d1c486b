import { createInterface } from 'node:readline/promises'
import { DrillSchema, type DrillView } from '#api/contract'
import { localToken, readSettings, type Settings } from '#roles'
import type { Command } from './command.ts'

/** A drill ends within this, the start of the killed process included. */
const DRILL_MS_MAX = 120_000
const POLL_MS = 500
const ANSWER_MS_MAX = 5_000

/** What is taken from the words before the rest is read as settings. */
interface Wish {
  readonly kill: string
  readonly calls: number
  readonly number: string
  readonly node?: string
  readonly force: boolean
  readonly yes: boolean
  readonly rest: readonly string[]
}

/** `tandem drill`: kills a process of the running installation and prints what was lost. */
export const drill: Command = {
  summary: 'kill a process of the running installation and print what was lost',
  help: `Usage: tandem drill [--kill core|edge|media|archive] [--node NAME] [--calls N] [--number N] [--force] [--yes] [the options of start]

Places test calls (3, to 1009: a number that sends back what it hears), kills the process (core unless told) on the machine of the
primary (or on --node), and prints the score: calls, places in queues, records and seconds lost. The score is kept: GET /api/v1/drills.
Refused where nothing stands ready to take over (--force does it all the same). Without --yes it asks first.
Exit code 0 when nothing was lost, 1 otherwise.`,
  run,
}

function readWish(args: readonly string[]): Wish {
  const rest = [...args]
  const take = (name: string): string | undefined => {
    const at = rest.indexOf(name)
    return at < 0 ? undefined : rest.splice(at, 2)[1]
  }
  const flag = (name: string): boolean => {
    const at = rest.indexOf(name)
    return at >= 0 && rest.splice(at, 1).length === 1
  }
  const node = take('--node') ?? undefined
  return {
    kill: take('--kill') ?? 'core',
    calls: Number(take('--calls') ?? 3),
    number: take('--number') ?? '1009',
    ...(node === undefined ? {} : { node }),
    force: flag('--force'),
    yes: flag('--yes'),
    rest,
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { yes, rest, ...wish } = readWish(args)
  const settings = readSettings(rest, process.env, process.cwd())
  const token = localToken(settings.data)
  if (!token) {
    console.error(`tandem: the keys of the data folder ${settings.data} cannot be read; ask as its owner`)
    return 1
  }
  if (!yes && !(await agreed(wish.kill))) return 1
  const asked = await ask(settings, token, { method: 'POST', body: JSON.stringify(wish) })
  if (typeof asked === 'string') {
    console.error(`tandem: ${asked}`)
    return 1
  }
  const { id } = DrillSchema.parse(asked)
  const done = await ended(settings, token, id)
  if (!done) {
    console.error(`tandem: the drill ${id} has not come to an end`)
    return 1
  }
  return print(done)
}

async function agreed(kill: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await lines.question(`this kills the ${kill} of the running installation; go on? (yes/no) `)
  lines.close()
  return answer.trim().toLowerCase() === 'yes'
}

/** What the API answers, or the sentence that says why not. */
async function ask(settings: Settings, token: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(`http://${settings.listen}:${settings.httpPort}/api/v1/drills`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  }).catch(() => undefined)
  if (!response) return `no core answers on http://${settings.listen}:${settings.httpPort}`
  const body = (await response.json()) as { detail?: string }
  return response.ok ? body : (body.detail ?? `the core answered ${response.status}`)
}

/** The drill when it is over; the core that is asked may be the one that dies. */
async function ended(settings: Settings, token: string, id: string): Promise<DrillView | undefined> {
  for (let waitedMs = 0; waitedMs < DRILL_MS_MAX; waitedMs += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const list = await ask(settings, token)
    const found = Array.isArray(list)
      ? DrillSchema.array()
          .parse(list)
          .find((one) => one.id === id)
      : undefined
    if (found?.state === 'done' || found?.state === 'failed') return found
  }
  return undefined
}

function print({ kill, node, score, problem }: DrillView): number {
  if (!score) {
    console.error(`tandem: the drill could not be made: ${problem}`)
    return 1
  }
  console.log(`killed the ${kill} of ${node} with ${score.standing} contacts open, ${score.waiting} of them waiting`)
  const rows: readonly (readonly [string, string])[] = [
    ['calls lost', String(score.callsLost)],
    ['places lost', String(score.placesLost)],
    ['records lost', String(score.recordsLost)],
    [
      'seconds until a new call was answered',
      score.secondsLost === null ? 'not measured' : score.secondsLost.toFixed(2),
    ],
    ['longest silence of a test call', `${score.silenceMs} ms`],
    ['primary', score.terms.length > 1 ? `changed, terms ${score.terms.join(' to ')}` : 'the same'],
  ]
  for (const [name, value] of rows) console.log(`  ${name.padEnd(38)} ${value}`)
  if (score.failed) console.log(score.failed.length === 0 ? 'passed' : `not passed: ${score.failed.join('; ')}`)
  return score.callsLost + score.placesLost + score.recordsLost === 0 ? 0 : 1
}
