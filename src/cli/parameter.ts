import { ParametersSchema } from '#api/contract'
import { readSettings } from '#roles'
import { askCore, splitWords } from './ask-core.ts'
import type { Command } from './command.ts'

/** `tandem parameter`: shows and sets the settings of the pool. */
export const parameter: Command = {
  summary: 'show and set the settings of the pool',
  help: `Usage: tandem parameter [NAME [VALUE]] [--unset] [the options of start]

Without a name it lists every setting with what holds, and what it takes. With a value it sets it, in the whole pool;
with --unset the default holds again. Names have blanks: tandem parameter "Switchover Max TS Failures" 3`,
  async run(args) {
    const { own, options, flags } = splitWords(args, ['--unset'])
    const [name, value] = own
    const settings = readSettings(options, process.env, process.cwd())
    const { version, parameters } = ParametersSchema.parse(await askCore(settings, 'GET', '/configuration/parameters'))
    const path = `/configuration/parameters/${encodeURIComponent(name ?? '')}`
    if (name !== undefined && flags.has('--unset')) await askCore(settings, 'DELETE', `${path}?basedOn=${version}`)
    else if (name !== undefined && value !== undefined)
      await askCore(settings, 'PUT', path, { value, basedOn: version })
    else {
      for (const one of parameters.filter((known) => name === undefined || known.name === name)) {
        console.log(
          `${one.name.padEnd(42)} ${(one.value ?? 'off').padEnd(8)} ${one.set ? 'set' : 'default'}  ${one.takes}`,
        )
      }
    }
    return 0
  },
}
