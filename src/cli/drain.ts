import { type Cluster, ClusterSchema, SwitchoverAnswerSchema } from '#api/contract'
import { readSettings, type Settings } from '#roles'
import { askCore, askPrimary, awaitPrimary, splitWords } from './ask-core.ts'
import type { Command } from './command.ts'

/** `tandem drain`: takes a machine or a core out of service, or back into it. */
export const drain: Command = {
  summary: 'take a machine or a core out of service, so that it can be stopped',
  help: `Usage: tandem drain NODE|CORE|core [--undo] [the options of start]

What is drained becomes primary no more; if it is primary it hands over to a backup elsewhere, and loses nothing.
NODE is a machine (node1), CORE one of its cores (node1-core1), and the word core is the core that is primary now.
Of a machine, calls move from its media processes to those of others (a re-INVITE, a gap of a moment), and its edge takes no new calls
and registrations: phones and trunks that know another edge go there. What still goes through its edge is told at the end.
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
    if (answer.switching) {
      console.log(`${answer.from} hands over to ${answer.to}`)
      if (!(await awaitPrimary(settings, answer))) return 1
    }
    await tellWhatStands(settings, name)
    return 0
  },
}

/** Calls that are connected move within a second or two of the switchover; those that ring still move when they are answered. */
const MOVE_MS_MAX = 15_000
const POLL_MS = 250

/** Waits until calls have left the media processes of the machine, and says what is left of it, and until when. */
async function tellWhatStands(settings: Settings, name: string): Promise<void> {
  const endsAt = performance.now() + MOVE_MS_MAX
  let { sounds, legs, edges } = await whatStands(settings, name)
  while (sounds > 0 && performance.now() < endsAt) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    ;({ sounds, legs, edges } = await whatStands(settings, name))
  }
  if (sounds > 0)
    console.log(
      `${legsOf(sounds)} still ${sounds === 1 ? 'has its' : 'have their'} sound here: no other media process has room, or it is not answered yet`,
    )
  if (legs > 0)
    console.log(
      `${legsOf(legs)} still ${legs === 1 ? 'goes' : 'go'} through ${edges}, until the call ends; phones that know another edge go on through that when ${name} is stopped`,
    )
  console.log(
    sounds + legs === 0
      ? `${name} can be stopped`
      : `${name} can be stopped when that is over, or now by whoever accepts its end`,
  )
}

function legsOf(count: number): string {
  return count === 1 ? '1 leg of a call' : `${count} legs of calls`
}

interface Standing {
  /** Legs whose sound is on a media process of the machine. */
  readonly sounds: number
  /** Legs that go through its edges, and which those are. */
  readonly legs: number
  readonly edges: string
}

async function whatStands(settings: Settings, node: string): Promise<Standing> {
  const cluster = await askPrimary(settings)
  const own = (cluster.others ?? []).filter((member) => member.node === node)
  const sum = (role: string) =>
    own.filter((one) => one.role === role).reduce((all, { carries = 0 }) => all + carries, 0)
  const edges = own.filter((one) => one.role === 'edge').map((one) => one.name)
  return { sounds: sum('media'), legs: sum('edge'), edges: edges.join(', ') }
}

function nameOfPrimary({ cores, primary }: Cluster): string {
  const found = cores.find(({ name }) => name === primary) as { readonly core?: unknown } | undefined
  return typeof found?.core === 'string' ? found.core : (primary ?? 'core')
}
