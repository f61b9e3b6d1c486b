import { parseArgs } from 'node:util'

/** What a run shall do. */
export interface SimulateOptions {
  readonly calls: number
  /** Calls a second. */
  readonly rate: number
  readonly agents: number
  readonly talkS: number
  /** How long a caller waits before giving up. */
  readonly patienceS: number
  readonly kills: readonly Kill[]
  readonly jsonFile?: string
  readonly queue: string
  /** A running system; without one the run looks for one and else starts its own. */
  readonly running?: { readonly host: string; readonly sipPort: number; readonly api: string }
  readonly fresh: boolean
  readonly keep: boolean
  /** Data folder of the running system: the process numbers stand in it. */
  readonly data: string
}

export interface Kill {
  readonly role: 'core' | 'edge' | 'media'
  readonly atS: number
}

export const HELP = `npm run simulate -- [options]

Real SIP callers and SIP agents with real RTP, from processes of their own, against a running system or one that is started for the run.

  --calls N            calls in all (100)
  --rate N             calls a second (5)
  --agents N           SIP agents (20); more than the demo has are created through the API
  --talk S             seconds of conversation (5)
  --kill ROLE@S        kill -9 the core, edge or media process S seconds after the first call; may repeat
  --json FILE          everything that was measured, call by call
  --queue NUMBER       the number that is dialled (1001)
  --patience S         a caller gives up after this long without an agent (600)
  --fresh              start a system of its own even if one runs
  --keep               leave the data folder of a system that was started for the run, and say where it is
  --host H  --port P   SIP address of a running system (127.0.0.1, TANDEM_SIP_PORT or 5060)
  --api URL            its API (http://127.0.0.1:TANDEM_HTTP_PORT or 8080)
  --data FOLDER        its data folder, where --kill finds the processes (TANDEM_DATA or ./data)

Exit code: 0, or 1 if a call was lost, 2 if the options are wrong or the system did not start, 3 if no call was lost but the journal or an
agent's status is wrong.
`

const WORDS = {
  calls: { type: 'string' },
  rate: { type: 'string' },
  agents: { type: 'string' },
  talk: { type: 'string' },
  patience: { type: 'string' },
  kill: { type: 'string', multiple: true },
  json: { type: 'string' },
  queue: { type: 'string' },
  fresh: { type: 'boolean' },
  keep: { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  api: { type: 'string' },
  data: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** Reads the command line; gives the options, or the sentence that says what is wrong with it, or `help`. */
export function readOptions(words: readonly string[], environment: NodeJS.ProcessEnv = {}): SimulateOptions | string {
  try {
    const { values } = parseArgs({ args: [...words], options: WORDS, strict: true, allowPositionals: false })
    if (values.help) return 'help'
    const explicit = values.host !== undefined || values.port !== undefined || values.api !== undefined
    const host = values.host ?? '127.0.0.1'
    return {
      calls: number('--calls', values.calls, 100, 1, 100_000),
      rate: number('--rate', values.rate, 5, 0.01, 1_000),
      agents: number('--agents', values.agents, 20, 0, 5_000),
      talkS: number('--talk', values.talk, 5, 0, 36_000),
      patienceS: number('--patience', values.patience, 600, 0.1, 36_000),
      kills: (values.kill ?? []).map(readKill).sort((a, b) => a.atS - b.atS),
      ...(values.json === undefined ? {} : { jsonFile: values.json }),
      queue: values.queue ?? '1001',
      fresh: values.fresh ?? false,
      keep: values.keep ?? false,
      data: values.data ?? environment['TANDEM_DATA'] ?? './data',
      ...(explicit || !values.fresh
        ? {
            running: {
              host,
              sipPort: number('--port', values.port ?? environment['TANDEM_SIP_PORT'], 5060, 1, 65_535),
              api: values.api ?? `http://${host}:${environment['TANDEM_HTTP_PORT'] ?? 8080}`,
            },
          }
        : {}),
    }
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

function number(...[name, text, otherwise, least, most]: [string, string | undefined, number, number, number]): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (Number.isFinite(value) && text.trim() !== '' && value >= least && value <= most) return value
  throw new Error(`${name} takes a number from ${least} to ${most}, not "${text}"`)
}

function readKill(text: string): Kill {
  const match = /^(core|edge|media)@(\d+(?:\.\d+)?)$/.exec(text)
  if (!match) throw new Error(`--kill takes core@SECONDS, edge@SECONDS or media@SECONDS, not "${text}"`)
  return { role: match[1] as Kill['role'], atS: Number(match[2]) }
}
