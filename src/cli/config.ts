import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { ChangedSchema, type Checked, CheckedSchema, VersionSchema } from '#api/contract'
import { defineErrors } from '#base'
import { readSettings, type Settings } from '#roles'
import { askCore, splitWords } from './ask-core.ts'
import type { Command } from './command.ts'

/** What may be wrong with the words after `tandem config`. */
export const CONFIG_COMMAND_ERRORS = defineErrors({
  'config-command.words': { sentence: '{problem}; `tandem config --help` names the commands', status: 422 },
  'config-command.file': { sentence: 'the configuration in {file} cannot be read: {problem}', status: 422 },
})

/** Versions that are listed: a terminal's page. */
const VERSIONS = 30

/** `tandem config`: the whole configuration as data. */
export const config: Command = {
  summary: 'export, compare, check, import and roll back the configuration',
  help: `Usage: tandem config COMMAND [the options of start]

  export [FILE]     the whole configuration as JSON: names, no numbers of versions, no secrets, in an order of its own; to FILE or the terminal
  diff FILE         what importing FILE would change; exit 1 when it would change something
  check FILE        what is wrong with it, each fault with its place, and what is probably not meant; exit 1 when it would be refused
  import FILE       publishes it as one version; of a kind that FILE names, what it leaves out is removed
  versions          published changes: who, when, from where, what and why
  rollback VERSION  makes the configuration of that version the present one, as a new version

From one installation to another: tandem config export FILE there, diff, check and import FILE here. Passwords do not travel: new users
get theirs from an administrator.`,
  async run(args) {
    const { own, options } = splitWords(args, [])
    const settings = readSettings(options, process.env, process.cwd())
    const [command = '', word] = own
    const run = COMMANDS[command]
    if (!run) throw CONFIG_COMMAND_ERRORS['config-command.words']({ problem: `there is no "config ${command}"` })
    return run(settings, word)
  },
}

type Run = (settings: Settings, word: string | undefined) => Promise<number>

const COMMANDS: Readonly<Record<string, Run>> = {
  export: async (settings, file) => {
    const text = `${JSON.stringify(await askCore(settings, 'GET', '/configuration/document'), undefined, 2)}\n`
    if (file === undefined) process.stdout.write(text)
    else writeFileSync(file, text)
    return 0
  },
  diff: async (settings, file) => {
    const { differences } = await ask(settings, { document: readDocument(file) })
    for (const line of differenceLines(differences)) console.log(line)
    if (differences.length === 0) console.log('nothing differs')
    return differences.length === 0 ? 0 : 1
  },
  check: async (settings, file) => {
    const checked = await ask(settings, { document: readDocument(file) })
    for (const line of checkLines(checked)) console.log(line)
    return checked.faults.length === 0 ? 0 : 1
  },
  import: async (settings, file) => {
    const document = readDocument(file)
    const checked = await ask(settings, { document })
    for (const line of [...differenceLines(checked.differences), ...checkLines(checked)]) console.log(line)
    if (checked.faults.length > 0) return 1
    const basedOn = checked.version
    return publish(settings, { document, basedOn, note: `import of ${file}` })
  },
  versions: async (settings) => {
    const answer = await askCore(settings, 'GET', `/configuration/versions?limit=${VERSIONS}`)
    const { items } = z.object({ items: z.array(VersionSchema) }).parse(answer)
    for (const { version, at, by, from, note, objects } of items) {
      const what = objects.length === 1 ? `${objects[0]!.kind} ${objects[0]!.name}` : `${objects.length} objects`
      console.log(`${String(version).padStart(6)}  ${at}  ${by} (${from ?? 'local'})  ${what}  ${note ?? ''}`)
    }
    return 0
  },
  rollback: async (settings, word) => {
    const version = Number(word)
    if (!Number.isInteger(version) || version < 1) {
      throw CONFIG_COMMAND_ERRORS['config-command.words']({ problem: `"${word ?? ''}" is no version` })
    }
    const checked = await ask(settings, { version })
    for (const line of [...differenceLines(checked.differences), ...checkLines(checked)]) console.log(line)
    if (checked.faults.length > 0) return 1
    return publish(settings, { version, basedOn: checked.version, note: `back to version ${version}` })
  },
}

async function ask(settings: Settings, proposal: object): Promise<Checked> {
  return CheckedSchema.parse(await askCore(settings, 'POST', '/configuration/check', proposal))
}

async function publish(settings: Settings, proposal: object): Promise<number> {
  const { version } = ChangedSchema.parse(await askCore(settings, 'POST', '/configuration/publish', proposal))
  console.log(`version ${version}`)
  return 0
}

function readDocument(file: string | undefined): object {
  if (file === undefined) throw CONFIG_COMMAND_ERRORS['config-command.words']({ problem: 'a file must be named' })
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : cause
    throw CONFIG_COMMAND_ERRORS['config-command.file']({ file, problem }, cause)
  }
}

const SIGNS = { new: '+', changed: '~', gone: '-' } as const

/** One line an object, and one a field that differs. */
export function differenceLines(differences: Checked['differences']): readonly string[] {
  return differences.flatMap(({ kind, name, what, fields }) => [
    `${SIGNS[what]} ${kind} ${name}`,
    ...(what === 'changed' ? fields : []).map(
      ({ path, before, after }) => `    ${path}: ${textOf(before)} → ${textOf(after)}`,
    ),
  ])
}

/** One line a fault, a warning and an object that somebody else changed. */
export function checkLines({ faults, warnings, collisions }: Checked): readonly string[] {
  return [
    ...faults.map(({ path, problem }) => `error    ${path}: ${problem}`),
    ...warnings.map(({ path, problem }) => `warning  ${path}: ${problem}`),
    ...collisions.map(({ kind, name, by, at }) => `changed  ${kind} ${name} by ${by} at ${at}`),
  ]
}

function textOf(value: unknown): string {
  return value === undefined ? '(nothing)' : JSON.stringify(value)
}
