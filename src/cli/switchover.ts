import { SwitchoverAnswerSchema } from '#api/contract'
import { readSettings } from '#roles'
import { askCore, awaitPrimary } from './ask-core.ts'
import type { Command } from './command.ts'

/** `tandem switchover`: makes a backup the primary, and waits until it is. */
export const switchover: Command = {
  summary: 'make a backup the primary; nothing is lost',
  help: `Usage: tandem switchover [--to NODE] [the options of start]

The primary takes nothing more, writes what it took, and gives the lease to the backup: the one that --to names
(a machine, a core such as node2-core1, or a life such as node2#4711), else the one nearest to the head of the log.
It refuses with a sentence when there is no such backup or it is too far behind. Asked twice it is done once.
Exit code 0 when the other core is primary.`,
  async run(args) {
    const at = args.indexOf('--to')
    const to = at === -1 ? undefined : args[at + 1]
    const options = at === -1 ? args : [...args.slice(0, at), ...args.slice(at + 2)]
    const settings = readSettings(options, process.env, process.cwd())
    const answer = SwitchoverAnswerSchema.parse(
      await askCore(settings, 'POST', '/cluster/switchover', to === undefined ? {} : { to }),
    )
    if (!answer.switching) {
      console.log(`${answer.to} is the primary already`)
      return 0
    }
    console.log(`${answer.from} hands over to ${answer.to}`)
    const primary = await awaitPrimary(settings, answer)
    return primary === answer.to || (primary !== undefined && to === undefined) ? 0 : 1
  },
}
