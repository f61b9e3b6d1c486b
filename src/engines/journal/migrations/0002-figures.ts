import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Figures as facts and as their sums by quarter of an hour: one table for every kind of object and measure, so that a new figure
 * needs no new column. `queue_aim` says what a queue aimed at, and by which definition, from when on.
 */
export const figures: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}

const STATEMENTS = [
  'drop table tandem.queue_interval',
  'drop table tandem.agent_interval',
  `create table tandem.figure_fact (
    sequence bigint not null,
    ordinal int not null,
    measure text not null,
    detail text,
    started_at timestamptz(3) not null,
    ended_at timestamptz(3) not null,
    interaction_id_key text,
    medium text,
    queue text,
    skills text[],
    line text,
    agent text,
    primary key (sequence, ordinal)
  )`,
  'create index figure_fact_queue on tandem.figure_fact (queue, ended_at) where queue is not null',
  'create index figure_fact_line on tandem.figure_fact (line, ended_at) where line is not null',
  'create index figure_fact_agent on tandem.figure_fact (agent, ended_at) where agent is not null',
  // Skills are asked for seldom, and facts are written in the order of time.
  'create index figure_fact_ended on tandem.figure_fact using brin (ended_at)',
  `create table tandem.figure_interval (
    started_at timestamptz(3) not null,
    kind text not null,
    name text not null,
    measure text not null,
    count bigint not null,
    ms bigint not null,
    longest_ms bigint not null,
    primary key (kind, started_at, name, measure)
  )`,
  `create table tandem.queue_aim (
    queue text not null,
    sequence bigint not null,
    since_at timestamptz(3) not null,
    definition text not null,
    percent double precision not null,
    within_ms bigint not null,
    short_abandon_ms bigint not null,
    primary key (queue, sequence)
  )`,
]
