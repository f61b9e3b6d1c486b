import { plantMutant } from '../chaos/mutate.ts'

/** The release that {@link makeNextRelease} makes. */
export const NEXT_RELEASE = '0.2.0'

/**
 * Makes a copy of this tree that is the next release: another number, a format of the log of its own (level 2: a takeover names the
 * release of the new primary, and an event says so that level 1 does not have), and a migration of the database. It reads and
 * writes level 1 too, as an adjacent release must. Gives the folder.
 */
export function makeNextRelease(): string {
  return plantMutant({
    name: 'the next release',
    what: 'no bug: another build that shares a pool with this one',
    fault: '20',
    caughtBy: [],
    edits: [
      { file: 'package.json', find: '"version": "0.1.0"', replace: `"version": "${NEXT_RELEASE}"` },
      {
        file: 'src/roles/release-formats.ts',
        find: 'const FORMATS: readonly Format[] = [{ level: 1, lift: (_, event) => event, lower: (_, event) => event }]',
        replace: `const FORMATS: readonly Format[] = [
  { level: 1, lift: (_, event) => event, lower: (_, event) => event },
  {
    level: 2,
    lift: (_, event: any) =>
      event.type === 'TookOver' && !event.takeover.release ? { ...event, takeover: { ...event.takeover, release: '0.1.0' } } : event,
    lower: (_, event: any) => {
      if (event.type !== 'TookOver') return event
      const { release, ...takeover } = event.takeover
      return { ...event, takeover }
    },
  },
]`,
      },
      {
        file: 'src/engines/switchover/pool-machine.ts',
        find: "return [{ type: 'TookOver', takeover: command.takeover }]",
        replace: `return [
          { type: 'TookOver', takeover: { ...command.takeover, release: '${NEXT_RELEASE}' } },
          { type: 'ReleaseNoted', release: '${NEXT_RELEASE}' },
        ] as never`,
      },
      {
        file: 'src/seams/store/migrations/list.ts',
        find: "    '0001-log': log,",
        replace: `    '0001-log': log,
    '9000-next-release': { up: async (db) => void (await db.schema.withSchema('tandem').createTable('next_release').addColumn('id', 'integer').execute()) },`,
      },
    ],
  })
}
