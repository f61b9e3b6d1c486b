import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { silentLogger, systemClock } from '#base'
import { type Bequest, localStatus, readSettings, type Settings, TakeOver } from '#roles'
import { awaitPrimary } from './ask-core.ts'
import type { Command } from './command.ts'

/** `tandem takeover`: lets this machine become primary although the last primary did not know it. */
export const takeover: Command = {
  summary: 'let this machine take over without those who may hold more than the database',
  help: `Usage: tandem takeover [--promote] [--yes] [the options of start]

After a restore, or when every machine that the last primary knew is gone for good: a machine that it did not know waits for one of those,
because each may hold events that the database lacks. This says who they are and what would be lost, asks for the name of this machine (--yes
does not ask), and lets it take over without them. What they hold is never written then: a machine that comes back keeps it aside and says so.
--promote, at a second site whose database copies that of the first: makes it take changes, and says how old the last one is that came over.
Refused with a sentence while there is a primary, while one of them lives, and where this machine may take over anyway.
Whoever cannot reach the database is not seen: end tandem start on all of them first.
Exit code 0 when this machine may take over, and is primary if it runs.`,
  async run(args) {
    const settings = readSettings(
      args.filter((word) => !FLAGS.includes(word)),
      process.env,
      process.cwd(),
    )
    const way = await TakeOver.open(settings, { clock: systemClock, logger: silentLogger })
    try {
      const bequest = await way.look({ promote: args.includes('--promote') })
      console.log(wordsOf(settings, bequest))
      if (!args.includes('--yes') && !(await agreed(settings.node))) {
        console.error('tandem: nothing was changed')
        return 1
      }
      await way.insist(bequest)
      if (bequest.copy) console.log('the database takes changes')
      return await follow(settings, bequest)
    } finally {
      await way.close()
    }
  },
}

const FLAGS: readonly string[] = ['--promote', '--yes']

function wordsOf({ node }: Settings, { holder, term, known, msLeft, copy }: Bequest): string {
  const when = holder === null ? 'gave the lease up' : `has been away for ${Math.round(-msLeft / 1_000)} s`
  const knew = known ? `; it knew ${known.join(', ')}, and not ${node}` : ''
  return [
    `the last primary${holder === null ? '' : ` was ${holder}, it`} had term ${term} and ${when}${knew}`,
    ...(copy ? copyWords(copy) : []),
    ...(known ? knownWords(node) : []),
  ].join('\n')
}

function copyWords({ lastChangeMs }: NonNullable<Bequest['copy']>): readonly string[] {
  const age = lastChangeMs === undefined ? 'nothing' : `the last change, ${Math.round(lastChangeMs / 1_000)} s old,`
  return [
    `this database copies another one, of which ${age} came over; if it is promoted:`,
    '  what the other one took after that is lost: calls, changes of status and of the configuration',
    '  the other one must never take changes again: two centres would go on, each with half of what happens',
  ]
}

function knownWords(node: string): readonly string[] {
  return [
    'each of them may hold events that this database lacks: what happened while the database was away, or after this copy of it was made',
    `if ${node} takes over:`,
    '  those events are never written: calls, changes of status and of the configuration of that time are lost',
    '  a machine that comes back keeps them in its event-spool, aside, and says so in its log',
    '  one that still runs and does not reach this database goes on with calls that nobody here knows: end tandem start there first',
  ]
}

async function agreed(node: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  // Whoever cannot be asked has not agreed.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  const answer = await Promise.race([lines.question(`to go on write the name of this machine (${node}): `), closed])
  lines.close()
  return answer.trim() === node
}

async function follow(settings: Settings, { holder }: Bequest): Promise<number> {
  const { node, data } = settings
  const runs = localStatus(join(data, 'run')).some(({ role, alive }) => role === 'core' && alive)
  if (!runs) {
    console.log(`${node} may take over; start it with tandem start`)
    return 0
  }
  return (await awaitPrimary(settings, { from: holder ?? '' })) === undefined ? 1 : 0
}
