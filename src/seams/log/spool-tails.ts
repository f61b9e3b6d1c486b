import { isTandemError, type Logger } from '#base'
import { firstBatch } from './limits.ts'
import { BATCH_RECORDS_MAX, type Log, type LogRecord, READ_RECORDS_MAX } from './port.ts'
import type { SpoolFolder } from './spool-disk.ts'
import { SpoolFile } from './spool-file.ts'

/** The spool of a term lies in a file of its own; what a core keeps for another machine's primary bears its name too. */
const NAME = /^(\d{1,16})(?:\.[\w-]{1,80})?\.spool$/

/** Where the primary of a term spools, or where a core keeps what that primary gave it. */
export function spoolName(term: number, holder?: string): string {
  return holder === undefined ? `${term}.spool` : `${term}.${holder}.spool`
}

/** The spools among the files of a folder, the oldest term first. */
export function spoolNamed(files: readonly string[]): readonly { readonly term: number; readonly name: string }[] {
  return files
    .flatMap((name) => {
      const term = NAME.exec(name)?.[1]
      return term === undefined ? [] : [{ term: Number(term), name }]
    })
    .sort((a, b) => a.term - b.term)
}

/** What came of the spools that earlier primaries left on this disk. */
export interface TailsOutcome {
  /** Records that were written to the log now. */
  readonly written: number
  /** Files that contradict the log: kept aside, under another name. */
  readonly aside: readonly string[]
}

/** What writing tails needs. */
export interface TailsOptions {
  readonly folder: SpoolFolder
  /** The term that writes. */
  readonly term: number
  /** The term that opened last: what any other left was let out by nobody, or is in the log. */
  readonly opened: number
  readonly logger: Logger
}

/**
 * What a new primary does first, once the ones before it on this disk are dead: writes what they held (or held for a primary elsewhere)
 * and the log does not have, in order, at the places that it had. Records that the log has already are passed over; a spool that says
 * something else than the log is set aside and told of, never mixed in; so is what a term left that did not open last. Fails with
 * `log.unreachable` or `log.fenced`; then it may be done again.
 */
export async function writeTails(log: Log, options: TailsOptions): Promise<TailsOutcome> {
  const { folder, term, opened, logger } = options
  let written = 0
  const aside: string[] = []
  for (const { term: earlier, name } of spoolNamed(await folder.list())) {
    if (earlier >= term) continue
    const file = await SpoolFile.open(folder, name)
    const outcome = await writeTail(log, file, earlier === opened ? term : undefined).finally(() => file.close())
    if (outcome === 'contradicts' || outcome === 'over') {
      const kept = `${name}.aside-${term}`
      await folder.rename(name, kept)
      aside.push(kept)
      logger.error({ term: earlier, file: kept }, SET_ASIDE[outcome])
      continue
    }
    await folder.remove(name)
    written += outcome
    if (outcome > 0)
      logger.warn({ term: earlier, events: outcome }, 'events of an earlier primary were written from its spool')
  }
  return { written, aside }
}

const SET_ASIDE = {
  contradicts: 'a spool says something else than the log: it is kept aside, not written',
  over: 'a spool is of a term that ended before its events were let out: it is kept aside, not written',
} as const

/** Without a term nothing is written: then what the log does not have is over. */
async function writeTail(
  log: Log,
  file: SpoolFile,
  term: number | undefined,
): Promise<number | keyof typeof SET_ASIDE> {
  let head = await log.head()
  const { from, end } = file
  if (from === undefined || end === undefined) return 0
  if (from > head) return 'contradicts'
  if (!(await agrees(log, file, head))) return 'contradicts'
  let written = 0
  while (head < end) {
    if (term === undefined) return 'over'
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
