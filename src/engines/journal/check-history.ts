import { type Kysely, sql } from 'kysely'
import type { JournalTables } from './tables.ts'

/** Each finds what must not be, and names the interaction; the first few of each are told. */
const CHECKS: Readonly<Record<string, string>> = {
  'has not one beginning in its timeline': `
    select interaction_id_key from tandem.interaction_event group by 1
    having count(*) filter (where type = 'InteractionCreated') <> 1`,
  'has more than one end in its timeline': `
    select interaction_id_key from tandem.interaction_event group by 1
    having count(*) filter (where type = 'InteractionClosed') > 1`,
  'is closed and has no summary': `
    select interaction_id_key from tandem.interaction_event e where type = 'InteractionClosed'
    and not exists (select from tandem.interaction_summary s where s.interaction_id_key = e.interaction_id_key)`,
  'has a summary and is not closed': `
    select interaction_id_key from tandem.interaction_summary s
    where not exists (select from tandem.interaction_event e where e.interaction_id_key = s.interaction_id_key and type = 'InteractionClosed')`,
  'is closed and still kept as open': `
    select o.interaction_id_key from tandem.journal_open o join tandem.interaction_summary s using (interaction_id_key)`,
  'has a gap or an overlap between its segments': `
    select interaction_id_key from (
      select interaction_id_key, started_at, lag(ended_at) over (partition by interaction_id_key order by ordinal) as before
      from tandem.interaction_segment) as chain
    where before is not null and before <> started_at`,
  'has a segment that ends before it begins': `
    select interaction_id_key from tandem.interaction_segment where ended_at <= started_at`,
  'has segments whose numbers fall with a takeover': `
    select interaction_id_key from (
      select interaction_id_key, seqno, lag(seqno) over (partition by interaction_id_key order by ordinal) as before
      from tandem.interaction_segment) as chain
    where before > seqno`,
  'does not last from its first segment to its last': `
    select interaction_id_key from tandem.interaction_summary s
    left join (
      select interaction_id_key, min(started_at) as first, max(ended_at) as last from tandem.interaction_segment group by 1) g
    using (interaction_id_key)
    where case when first is null then created_at <> closed_at else first <> created_at or last <> closed_at end`,
  'has durations that do not add up': `
    select interaction_id_key from tandem.interaction_summary
    where flow_ms + wait_ms + ring_ms + talk_ms + hold_ms + wrap_up_ms
      <> round(extract(epoch from closed_at - created_at) * 1000)`,
  'has segments that do not add up to its durations': `
    select interaction_id_key from tandem.interaction_summary s
    where exists (
      select from (values ('menu', flow_ms), ('queue', wait_ms), ('ring', ring_ms), ('talk', talk_ms), ('hold', hold_ms), ('wrap-up', wrap_up_ms))
        as spent (kind, ms)
      where ms <> coalesce((
        select sum(round(extract(epoch from ended_at - started_at) * 1000)) from tandem.interaction_segment g
        where g.interaction_id_key = s.interaction_id_key and g.kind = spent.kind), 0))`,
  'entered a queue and did not leave it in exactly one way': `
    select interaction_id_key from tandem.figure_fact f
    where exists (select from tandem.interaction_summary s where s.interaction_id_key = f.interaction_id_key)
    group by 1 having count(*) filter (where measure = 'offered') <> count(*) filter (where measure in
      ('answered', 'abandoned', 'short-abandoned', 'overflowed-out', 'redirected', 'withdrawn'))`,
  'was offered to an agent and neither taken, missed nor taken back': `
    select interaction_id_key from tandem.figure_fact f
    where exists (select from tandem.interaction_summary s where s.interaction_id_key = f.interaction_id_key)
    group by 1 having count(*) filter (where measure = 'offer') <>
      count(*) filter (where measure in ('accepted', 'missed', 'offer-withdrawn'))`,
  'is a figure of a queue or an agent that is not the sum of what it counts': `
    select concat(coalesce(kept.name, seen.name), ' ', coalesce(kept.measure, seen.measure)) as interaction_id_key from (
      select name, measure, sum(count) as count, sum(ms) as ms from tandem.figure_interval
      where kind in ('queue', 'agent') and measure in ('answered', 'abandoned', 'accepted', 'offer', 'offered') group by 1, 2) kept
    full join (
      select case when measure in ('accepted', 'offer') then agent else queue end as name, measure, count(*) as count,
        sum(round(extract(epoch from ended_at - started_at) * 1000)) as ms
      from tandem.figure_fact where measure in ('answered', 'abandoned', 'accepted', 'offer', 'offered') group by 1, 2) seen
    using (name, measure)
    where kept.count is distinct from seen.count or kept.ms is distinct from seen.ms`,
  'has a party that left before it came': `
    select interaction_id_key from tandem.interaction_participant where left_at < joined_at or connected_at < joined_at`,
}

/** Named faults of one kind are enough to find the cause. */
const NAMED_MAX = 5

/**
 * What is wrong with history: one sentence a fault, none when all is well. Every interaction has one beginning and one end,
 * segments without gap or overlap, durations that add up, and exactly one summary once it is closed (promise 12).
 */
export async function checkHistory(db: Kysely<JournalTables>): Promise<readonly string[]> {
  const faults: string[] = []
  for (const [words, query] of Object.entries(CHECKS)) {
    const { rows } = await sql<{ interaction_id_key: string }>`${sql.raw(query)} limit ${NAMED_MAX}`.execute(db)
    for (const row of rows) faults.push(`${row.interaction_id_key} ${words}`)
  }
  return faults
}

/** How many interactions history holds: closed ones, and those that still run. */
export async function countHistory(
  db: Kysely<JournalTables>,
): Promise<{ readonly closed: number; readonly open: number }> {
  const { rows } = await sql<{ closed: string; open: string }>`
    select (select count(*) from tandem.interaction_summary) as closed, (select count(*) from tandem.journal_open) as open`.execute(
    db,
  )
  return { closed: Number(rows[0]!.closed), open: Number(rows[0]!.open) }
}
