import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * History for people and their tools (`interaction_*`, `*_interval`) and what the journal needs to go on where it was
 * (`journal_*`). Moments are timestamps to the millisecond, durations whole milliseconds.
 */
export const history: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}

const STATEMENTS = [
  `create table tandem.journal_position (
    singleton boolean primary key default true check (singleton),
    sequence bigint not null,
    term bigint not null
  ) with (fillfactor = 20)`,
  'insert into tandem.journal_position (sequence, term) values (0, 0)',
  `create table tandem.journal_open (
    interaction_id_key text primary key,
    body jsonb not null
  )`,
  `create table tandem.journal_agent (
    agent text primary key,
    body jsonb not null
  )`,
  `create table tandem.journal_configuration (
    kind text not null,
    name text not null,
    body jsonb not null,
    primary key (kind, name)
  )`,
  `create table tandem.interaction_summary (
    interaction_id_key text primary key,
    seqno int not null,
    medium text not null,
    direction text not null,
    from_address text not null,
    to_address text not null,
    subject text,
    created_at timestamptz(3) not null,
    closed_at timestamptz(3) not null,
    queued_at timestamptz(3),
    answered_at timestamptz(3),
    queue text,
    first_agent text,
    last_agent text,
    outcome text not null,
    flow_ms bigint not null,
    wait_ms bigint not null,
    ring_ms bigint not null,
    talk_ms bigint not null,
    hold_ms bigint not null,
    wrap_up_ms bigint not null
  )`,
  'create index interaction_summary_created on tandem.interaction_summary (created_at desc, interaction_id_key desc)',
  'create index interaction_summary_queue on tandem.interaction_summary (queue, created_at desc, interaction_id_key desc)',
  `create table tandem.interaction_segment (
    interaction_id_key text not null,
    seqno int not null,
    ordinal int not null,
    kind text not null,
    started_at timestamptz(3) not null,
    ended_at timestamptz(3) not null,
    queue text,
    agent text,
    primary key (interaction_id_key, ordinal)
  )`,
  `create table tandem.interaction_participant (
    interaction_id_key text not null,
    participant text not null,
    kind text not null,
    agent text,
    address text not null,
    display_name text,
    joined_at timestamptz(3) not null,
    connected_at timestamptz(3),
    left_at timestamptz(3) not null,
    connection text not null,
    reason text,
    wrap_up_ms bigint not null,
    primary key (interaction_id_key, participant)
  )`,
  'create index interaction_participant_agent on tandem.interaction_participant (agent, interaction_id_key) where agent is not null',
  `create table tandem.interaction_event (
    interaction_id_key text not null,
    sequence bigint not null,
    term bigint not null,
    at timestamptz(3) not null,
    type text not null,
    details jsonb not null,
    why jsonb,
    primary key (interaction_id_key, sequence)
  )`,
  `create table tandem.interaction_wrapup (
    interaction_id_key text not null,
    seqno int not null,
    participant text not null,
    agent text not null,
    code text,
    started_at timestamptz(3) not null,
    ended_at timestamptz(3) not null,
    primary key (interaction_id_key, participant, ended_at)
  )`,
  `create table tandem.interaction_recording (
    recording text primary key,
    interaction_id_key text not null,
    started_at timestamptz(3) not null,
    ended_at timestamptz(3),
    sealed_at timestamptz(3),
    state text not null,
    mailbox text,
    duration_ms bigint,
    size_bytes bigint,
    sha256 text,
    failure text
  )`,
  'create index interaction_recording_key on tandem.interaction_recording (interaction_id_key)',
  `create table tandem.queue_interval (
    queue text not null,
    started_at timestamptz(3) not null,
    interval_ms int not null,
    offered int not null default 0,
    answered int not null default 0,
    answered_in_time int not null default 0,
    abandoned int not null default 0,
    short_abandoned int not null default 0,
    redirected int not null default 0,
    wait_answered_ms bigint not null default 0,
    wait_ms_max bigint not null default 0,
    talk_ms bigint not null default 0,
    hold_ms bigint not null default 0,
    wrap_up_ms bigint not null default 0,
    primary key (started_at, queue)
  )`,
  `create table tandem.agent_interval (
    agent text not null,
    started_at timestamptz(3) not null,
    interval_ms int not null,
    offered int not null default 0,
    answered int not null default 0,
    not_answered int not null default 0,
    ready_ms bigint not null default 0,
    not_ready_ms bigint not null default 0,
    unreachable_ms bigint not null default 0,
    ring_no_answer_ms bigint not null default 0,
    offered_ms bigint not null default 0,
    busy_ms bigint not null default 0,
    wrapping_up_ms bigint not null default 0,
    logged_off_ms bigint not null default 0,
    primary key (started_at, agent)
  )`,
]
