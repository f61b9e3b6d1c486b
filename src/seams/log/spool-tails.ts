import { isTandemError, type Logger } from '#base'
import { firstBatch } from './limits.ts'
import { BATCH_RECORDS_MAX, type Log, type LogRecord, READ_RECORDS_MAX } from './port.ts'
import type { SpoolFolder } from './spool-disk.ts'
import { SpoolFile } from './spool-file.ts'

/** The spool of a term lies in a file of its own. */
const NAME = /^(\d{1,16})\.spool$/

/** Where the primary of a term spools. */
export function spoolName(term: number): string {
  return `${term}.spool`
}

/** What came of the spools that earlier primaries left on this disk. */
export interface TailsOutcome {
  /** Records that were written to the log now. */
  readonly written: number
  /** Files that contradict the log: kept aside, under another name. */
  readonly aside: readonly string[]
}

/**
 * What a new primary does first, once the ones before it on this disk are dead: writes what they held and the log does not have, in
 * order, at the places that it had. Records that the log has already are passed over; a spool that says something else than the log is
 * set aside and told of, never mixed in. Fails with `log.unreachable` or `log.fenced`; then it may be done again.
 */
export async function writeTails(
  log: Log,
  { folder, term, logger }: { readonly folder: SpoolFolder; readonly term: number; readonly logger: Logger },
): Promise<TailsOutcome> {
  let written = 0
  const aside: string[] = []
  for (const earlier of await earlierTerms(folder, term)) {
    const name = spoolName(earlier)
    const file = await SpoolFile.open(folder, name)
    const outcome = await writeTail(log, file, term).finally(() => file.close())
    if (outcome === 'contradicts') {
      const kept = `${name}.aside-${term}`
      await folder.rename(name, kept)
      aside.push(kept)
      logger.error(
        { term: earlier, file: kept },
        'a spool says something else than the log: it is kept aside, not written',
      )
      continue
    }
    await folder.remove(name)
    written += outcome
    if (outcome > 0)
      logger.warn({ term: earlier, events: outcome }, 'events of an earlier primary were written from its spool')
  }
  return { written, aside }
}

async function writeTail(log: Log, file: SpoolFile, term: number): Promise<number | 'contradicts'> {
  let head = await log.head()
  const { from, end } = file
  if (from === undefined || end === undefined) return 0
  if (from > head) return 'contradicts'
  if (!(await agrees(log, file, head))) return 'contradicts'
  let written = 0
  while (head < end) {
    const records = firstBatch(await file.read(head, BATCH_RECORDS_MAX))
    head = await log.append({ term, after: head, records })
    written += records.length
  }
  return written
}

/** Whether the log has the spool's records at all the places that both cover; an earlier try may have written some under its own term. */
async function agrees(log: Log, file: SpoolFile, head: number): Promise<boolean> {
  for (let after = file.from ?? head; after < Math.min(head, file.end ?? 0); ) {
    const [ours, theirs] = await Promise.all([file.read(after, READ_RECORDS_MAX), readOrPruned(log, after)])
    // Retention has removed them, long after they were written: nothing is left to compare with.
    if (theirs === 'pruned') return true
    const both = Math.min(ours.length, theirs.length)
    if (both === 0) return true
    for (let i = 0; i < both; i++) if (!same(ours[i]!, theirs[i]!)) return false
    after += both
  }
  return true
}

async function readOrPruned(log: Log, after: number): Promise<readonly LogRecord[] | 'pruned'> {
  try {
    return await log.read(after, READ_RECORDS_MAX)
  } catch (error) {
    if (isTandemError(error, 'log.pruned')) return 'pruned'
    throw error
  }
}

function same(a: LogRecord, b: LogRecord): boolean {
  return a.sequence === b.sequence && a.at === b.at && a.body === b.body
}

async function earlierTerms(folder: SpoolFolder, term: number): Promise<readonly number[]> {
  const names = await folder.list()
  return names
    .map((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN))
    .filter((found) => found < term)
    .sort((a, b) => a - b)
}
