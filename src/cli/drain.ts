import { type Cluster, ClusterSchema, SwitchoverAnswerSchema } from '#api/contract'
import { readSettings } from '#roles'
import { askCore, awaitPrimary, splitWords } from './ask-core.ts'
import type { Command } from './command.ts'

/** `tandem drain`: takes a machine or a core out of service, or back into it. */
export const drain: Command = {
  summary: 'take a machine or a core out of service, so that it can be stopped',
  help: `Usage: tandem drain NODE|CORE|core [--undo] [the options of start]

What is drained becomes primary no more; if it is primary it hands over to a backup elsewhere, and loses nothing.
NODE is a machine (node1), CORE one of its cores (node1-core1), and the word core is the core that is primary now.
Phones and trunks of the machine keep their calls until its edge and media processes are stopped.
It refuses with a sentence when nobody else could take over. Asked twice it is done once; --undo ends it.`,
  async run(args) {
    const { own, options, flags } = splitWords(args, ['--undo'])
    const [wanted] = own
    if (wanted === undefined || own.length > 1) {
      console.error('tandem: name one machine or core to drain; tandem drain --help tells how')
      return 2
    }
    const settings = readSettings(options, process.env, process.cwd())
    const cluster = ClusterSchema.parse(await askCore(settings, 'GET', '/cluster'))
    const name = wanted === 'core' ? nameOfPrimary(cluster) : wanted
    if (flags.has('--undo')) {
      await askCore(settings, 'DELETE', `/cluster/drains/${encodeURIComponent(name)}`)
      console.log(`${name} takes work again`)
      return 0
    }
    const answer = SwitchoverAnswerSchema.parse(await askCore(settings, 'POST', '/cluster/drains', { name }))
    console.log(`${name} takes no new work`)
    if (!answer.switching) return 0
    console.log(`${answer.from} hands over to ${answer.to}`)
    const done = await awaitPrimary(settings, answer.to)
    if (done) console.log(`${name} can be stopped`)
    return done ? 0 : 1
  },
}

function nameOfPrimary({ cores, primary }: Cluster): string {
  const found = cores.find(({ name }) => name === primary) as { readonly core?: unknown } | undefined
  return typeof found?.core === 'string' ? found.core : (primary ?? 'core')
}
