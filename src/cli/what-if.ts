import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type WhatIfReport, WhatIfReportSchema } from '#api/contract'
import { defineErrors } from '#base'
import { localToken, optionOf, readSettings, SETTING_NAMES } from '#roles'
import type { Command } from './command.ts'
import { whatIfLines } from './what-if-table.ts'

/** What may be wrong with the words after `tandem what-if`. */
export const WHAT_IF_COMMAND_ERRORS = defineErrors({
  'what-if.option': { sentence: '{problem}; `tandem what-if --help` names the options', status: 422 },
  'what-if.moment': {
    sentence: '--{name} is "{found}"; it must be a moment such as 2026-03-01T08:00Z, or yesterday',
    status: 422,
  },
  'what-if.file': { sentence: 'the changes in {file} cannot be read: {problem}', status: 422 },
  'what-if.no-key': { sentence: 'the keys in the data folder {data} cannot be read; ask as their owner', status: 403 },
  'what-if.no-core': { sentence: 'no core answers at {url}; start one with tandem start ({problem})', status: 503 },
  'what-if.refused': { sentence: '{detail}', status: 422 },
})

const DAY_MS = 86_400_000

/** Longer than the core lets a replay run. */
const ANSWER_MS_MAX = 90_000

/** `tandem what-if`: replays recorded calls through a changed configuration, and prints what would have been. */
export const whatIf: Command = {
  summary: 'replay recorded calls through a changed configuration and print what would have been',
  help: `Usage: tandem what-if --from MOMENT [--to MOMENT] [changes] [--plays N] [--json] [the options of start]

  --from MOMENT         the beginning of the recorded time: 2026-03-01T08:00Z, or yesterday
  --to MOMENT           its end; a day after its beginning when not said
  --config FILE         changes, as JSON: {"changes": [{"kind": "queue", "name": "support", "merge": {"wrapUpMs": 0}}]};
                        each with a whole "value", with a "merge" of what differs, or with neither to remove it
  --set KIND.NAME.KEY=VALUE   one such difference: queue.support.wrapUpMs=0; VALUE is JSON, or a word
  --add-agents NAME=N   N people more, like NAME
  --plays N             how often it is played, 1-20 (3): what history leaves open is drawn anew each time
  --json                the whole answer, each agent included

Asks the core of this machine; nothing is changed. "recorded" is history, "replayed" the same day played again unchanged (how
far the replay may be trusted), "changed" with the changes.`,
  run,
}

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  'add-agents': { type: 'string', multiple: true },
  plays: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** Options of start that this command takes for itself. */
const TAKEN = new Set(['--config'])

async function run(args: readonly string[]): Promise<number> {
  const { values, rest } = ownOptions(args)
  const settings = readSettings(rest, process.env, process.cwd())
  const from = momentOf('from', values.from)
  const to = values.to === undefined ? from + DAY_MS : momentOf('to', values.to)
  const file = values.config === undefined ? undefined : readChanges(values.config)
  const report = await ask(settings, {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    changes: [...(file?.changes ?? []), ...(values.set ?? []).map(changeOf)],
    addAgents: [...(file?.addAgents ?? []), ...(values['add-agents'] ?? []).map(addedOf)],
    ...(values.plays === undefined ? undefined : { plays: Number(values.plays) }),
  })
  if (values.json) console.log(JSON.stringify(report))
  else for (const line of whatIfLines(report)) console.log(line)
  return 0
}

/** Parts what is this command's from what `start` takes as well. */
function ownOptions(args: readonly string[]) {
  const shared = SETTING_NAMES.map((name) => optionOf(name)).filter((option) => !TAKEN.has(option))
  const rest: string[] = []
  const own: string[] = []
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!
    const target = shared.includes(word.split('=')[0]!) ? rest : own
    target.push(word)
    const next = args[index + 1]
    if (!word.includes('=') && next !== undefined && !next.startsWith('--')) {
      target.push(next)
      index++
    }
  }
  try {
    return { values: parseArgs({ args: own, options: OPTIONS, allowPositionals: false }).values, rest }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message.split('. ')[0] : String(cause)
    throw WHAT_IF_COMMAND_ERRORS['what-if.option']({ problem }, cause)
  }
}

function momentOf(name: string, text: string | undefined): number {
  if (text === undefined) throw WHAT_IF_COMMAND_ERRORS['what-if.option']({ problem: `--${name} is needed` })
  if (text === 'yesterday') return new Date().setHours(0, 0, 0, 0) - DAY_MS
  if (text === 'today') return new Date().setHours(0, 0, 0, 0)
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw WHAT_IF_COMMAND_ERRORS['what-if.moment']({ name, found: text })
  return at
}

interface Changes {
  readonly changes?: readonly unknown[]
  readonly addAgents?: readonly unknown[]
}

function readChanges(file: string): Changes {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Changes | readonly unknown[]
    return Array.isArray(found) ? { changes: found } : (found as Changes)
  } catch (cause) {
    throw WHAT_IF_COMMAND_ERRORS['what-if.file'](
      { file, problem: cause instanceof Error ? cause.message : cause },
      cause,
    )
  }
}

/** `queue.support.wrapUpMs=0` as a change; a name may hold dots, a key does not. */
function changeOf(text: string): object {
  const [, kind, name, key, value = ''] = /^([a-z]+)\.(.+)\.(\w+)=(.*)$/.exec(text) ?? []
  if (kind === undefined || key === undefined) {
    throw WHAT_IF_COMMAND_ERRORS['what-if.option']({ problem: `--set ${text} is not KIND.NAME.KEY=VALUE` })
  }
  return { kind, name, merge: { [key]: wordOrJson(value) } }
}

function wordOrJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function addedOf(text: string): object {
  const [, like, count] = /^(.+)=(\d+)$/.exec(text) ?? []
  if (like === undefined) {
    throw WHAT_IF_COMMAND_ERRORS['what-if.option']({ problem: `--add-agents ${text} is not NAME=N` })
  }
  return { like, count: Number(count) }
}

async function ask(settings: ReturnType<typeof readSettings>, body: object): Promise<WhatIfReport> {
  const token = localToken(settings.data)
  if (!token) throw WHAT_IF_COMMAND_ERRORS['what-if.no-key']({ data: settings.data })
  const url = `http://${settings.listen}:${settings.httpPort}/api/v1/what-if`
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
  } catch (cause) {
    throw WHAT_IF_COMMAND_ERRORS['what-if.no-core'](
      { url, problem: cause instanceof Error ? cause.message : cause },
      cause,
    )
  }
  const answer = (await response.json()) as { detail?: string }
  if (!response.ok)
    throw WHAT_IF_COMMAND_ERRORS['what-if.refused']({ detail: answer.detail ?? `status ${response.status}` })
  return WhatIfReportSchema.parse(answer)
}
