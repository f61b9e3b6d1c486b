import type { RunOptions } from './run-options.ts'

/** One replacement in a file; `find` must stand there exactly so often (once unless told), or the bug cannot be planted. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
  readonly times?: number
}

/** A known bug: what it is, where it is put, under which fault it shows, and which checkers may be the ones to see it. */
export interface Mutant {
  readonly name: string
  readonly what: string
  readonly edits: readonly Edit[]
  readonly fault: string
  /** A load in which it shows, where the usual one is too short for it. */
  readonly load?: Partial<Pick<RunOptions, 'calls' | 'rate' | 'talkMs'>>
  /** One of these must find it: a bug that another rule stumbles over by chance is not caught. */
  readonly caughtBy: readonly string[]
}

const WORLD = '(globalThis as Record<string, unknown>)'

/** Lets the other edits of a mutant know that this core took over from another, and when. */
const NOTE_TAKEOVER: Edit = {
  file: 'src/roles/core.ts',
  find: '  const { term } = grant\n',
  replace: `  const { term } = grant\n  ;${WORLD}['tookOverAt'] = term > 1 ? Date.now() : undefined\n`,
}

const TOOK_OVER = `${WORLD}['tookOverAt'] !== undefined`

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-fencing',
    what: 'an append of an older term is taken, wherever the log stands; nobody ends a sleeper',
    edits: [
      {
        file: 'src/seams/store/migrations/0001-log.ts',
        find: 'update tandem.log_head set sequence = v_head where sequence = p_after and term = p_term;',
        replace: `select sequence into p_after from tandem.log_head for update;
    v_head := p_after + cardinality(p_bodies);
    update tandem.log_head set sequence = v_head;`,
      },
      { file: 'src/roles/core.ts', find: '  await endPredecessor(runFolder, parts.logger)\n', replace: '' },
    ],
    fault: '2',
    caughtBy: ['terms', 'once'],
  },
  {
    name: 'lease-for-everybody',
    what: 'whoever asks gets the lease, though another holds it',
    edits: [
      {
        file: 'src/seams/store/migrations/0002-lease.ts',
        find: 'where holder is null or holder = p_holder or expires_at <= clock_timestamp()',
        replace: 'where true',
        times: 2,
      },
    ],
    fault: '1',
    caughtBy: ['terms', 'gaps', 'harness'],
  },
  {
    name: 'slow-lease',
    what: 'a primary that hangs is replaced only after twenty seconds',
    edits: [
      {
        file: 'src/engines/switchover/lease-keeper.ts',
        find: 'const LEASE_MS = 2_000',
        replace: 'const LEASE_MS = 20_000',
      },
    ],
    fault: '2',
    caughtBy: ['gaps', 'doubt'],
  },
  {
    name: 'alone-goes-on',
    what: 'a primary that reaches neither the database nor any other core goes on taking calls',
    edits: [
      {
        file: 'src/seams/log/spool-decision.ts',
        find: "reaching: 'hand over', silent: 'refuse'",
        replace: "reaching: 'hand over', silent: 'spool'",
      },
    ],
    fault: '8-halves',
    caughtBy: ['doubt', 'terms', 'acknowledged'],
  },
  {
    name: 'cseq-reset',
    what: 'our CSeq begins at one again',
    edits: [
      {
        file: 'src/adapters/voice/leg/decide.ts',
        find: 'const next = leg.dialog.localSeq + 1',
        replace: 'const next = 1',
      },
    ],
    fault: '1',
    caughtBy: ['dialogs'],
  },
  {
    name: 'timers-from-zero',
    what: 'after a takeover the time of a wrap-up begins anew',
    edits: [
      NOTE_TAKEOVER,
      {
        file: 'src/kernel/centre/decide-due.ts',
        find: 'wrapUp.until <= draft.now)',
        replace: `wrapUp.until + (${TOOK_OVER} ? 1_500 : 0) <= draft.now)`,
      },
    ],
    fault: '1',
    caughtBy: ['durations'],
  },
  {
    name: 'wall-clock-in-timers',
    what: "events get the machine's wall clock",
    edits: [
      {
        file: 'src/base/steady-time.ts',
        find: 'return Math.floor(this.#time)',
        replace: 'return this.#clock.now()',
      },
    ],
    fault: '17',
    caughtBy: ['durations', 'once', 'records'],
  },
  {
    name: 'queue-without-order',
    what: 'callers are served by their ids, not by when they came',
    edits: [
      {
        file: 'src/kernel/queue/queue.ts',
        find: 'return a.rankAt - b.rankAt || a.enteredAt - b.enteredAt || compareText(a.interaction, b.interaction)',
        replace: 'return compareText(a.interaction, b.interaction)',
      },
    ],
    fault: '1',
    caughtBy: ['queue-order'],
  },
  {
    name: 'answer-not-repeated',
    what: 'a 200 without ACK is sent once',
    edits: [
      {
        file: 'src/adapters/voice/reconcile.ts',
        find: `return repeat(view, [{ key: \`200:\${server.cseq}\`, make: () => inviteResponse(leg, server, 200) }], endsAt)`,
        replace: `return view.sent.has(\`200:\${server.cseq}\`) ? { sends: [], lookAt: endsAt } : repeat(view, [{ key: \`200:\${server.cseq}\`, make: () => inviteResponse(leg, server, 200) }], endsAt)`,
      },
    ],
    fault: '5',
    caughtBy: ['dialogs'],
  },
  {
    name: 'another-tag',
    what: 'a 200 that is repeated has another tag than the first',
    edits: [
      {
        file: 'src/adapters/voice/leg-messages.ts',
        find: 'toTag: leg.dialog.localTag,',
        replace: `toTag: \`\${leg.dialog.localTag}\${Math.floor(Date.now() / 500) % 10}\`,`,
      },
    ],
    fault: '5',
    caughtBy: ['dialogs'],
  },
  {
    name: 'gone-while-loading',
    what: 'a core answers 481 to requests in dialogs for two seconds after it took over',
    edits: [
      NOTE_TAKEOVER,
      {
        file: 'src/adapters/voice/requests.ts',
        find: '    if (!leg) {\n      this.#options.context.counters.strays++',
        replace: `    if (!leg || Date.now() - Number(${WORLD}['tookOverAt'] ?? 0) < 2_000) {\n      this.#options.context.counters.strays++`,
      },
    ],
    fault: '1',
    caughtBy: ['dialogs', 'lost-calls'],
  },
  {
    name: 'report-counted-twice',
    what: 'what a transaction of the journal sums up is written twice',
    edits: [
      {
        file: 'src/engines/journal/write.ts',
        find: '    await writeIntervals(transaction, fold)\n',
        replace: '    await writeIntervals(transaction, fold)\n    await writeIntervals(transaction, fold)\n',
      },
    ],
    fault: '1',
    caughtBy: ['records'],
  },
  {
    name: 'resume-forgets',
    what: 'a browser that comes back is told that nothing changed',
    edits: [
      {
        file: 'src/api/realtime/hub.ts',
        find: 'this.#viewer.changes(spectator, touched, spectator.colleagues) ?? this.#aliveMessage()',
        replace: 'this.#aliveMessage()',
      },
    ],
    fault: '5',
    caughtBy: ['browsers', 'agents'],
  },
  {
    name: 'memory-is-the-only-copy',
    what: 'what was decided is told before it is written',
    edits: [
      {
        file: 'src/engines/sequencer/sequencer.ts',
        find: '        if (entries.length > 0) await this.#append(after, entries)\n        this.#commit(after, entries)',
        replace:
          '        this.#commit(after, entries)\n        await new Promise((resolve) => setTimeout(resolve, 150))\n        if (entries.length > 0) await this.#append(after, entries)',
      },
    ],
    fault: '1',
    caughtBy: ['acknowledged', 'dialogs', 'lost-calls', 'once', 'records'],
  },
  {
    name: 'agent-stuck',
    what: 'an agent is never told that the wrap-up is over',
    edits: [
      {
        file: 'src/kernel/centre/evolve.ts',
        find: "    case 'WrapUpEnded':\n      return applyToAgent",
        replace: '      return applyToAgent',
      },
      {
        file: 'src/kernel/centre/evolve.ts',
        find: '  for (const { user } of interaction.participants) applyToAgent(target, user, event, at)\n',
        replace: '',
      },
    ],
    fault: '1',
    caughtBy: ['agents', 'lost-calls'],
  },
  {
    name: 'wrap-up-forgotten',
    what: 'no agent gets the work after a call',
    edits: [
      { file: 'src/kernel/centre/finish.ts', find: 'if (wrapUpMs === 0) return', replace: 'if (wrapUpMs >= 0) return' },
    ],
    fault: '1',
    caughtBy: ['durations'],
  },
  {
    name: 'wrong-party-after-takeover',
    what: 'after a takeover people hear themselves in place of the other',
    edits: [
      NOTE_TAKEOVER,
      {
        file: 'src/adapters/voice/media-spec.ts',
        find: "{ type: 'session', session: other.id }",
        replace: `{ type: 'session', session: ${TOOK_OVER} ? leg.id : other.id }`,
      },
    ],
    fault: '1',
    caughtBy: ['media', 'lost-calls'],
  },
  {
    name: 'recordings-sealed-at-takeover',
    what: 'a core that took over claims no recording, so all that run are ended',
    load: { talkMs: 9_000 },
    edits: [
      {
        file: 'src/engines/media/media-engine.ts',
        find: 'const claimed = new Set(request.recordings)',
        replace: 'const claimed = new Set<string>(request.recordings.slice(0, 0))',
      },
    ],
    fault: '1',
    caughtBy: ['recordings'],
  },
  {
    name: 'hold-unseen',
    what: 'a hold by re-INVITE is answered and not noted',
    edits: [
      {
        file: 'src/adapters/voice/requests.ts',
        find: 'if (!heard && !hears) return []',
        replace: 'if (heard || !heard) return []',
      },
    ],
    fault: '5',
    caughtBy: ['durations', 'media'],
  },
  {
    name: 'written-twice',
    what: 'what the API is told is submitted twice',
    edits: [
      {
        file: 'src/api/http/routes-live.ts',
        find: "      { type: 'ChooseStatus', user: name, status, ...(reason === undefined ? {} : { reason }) },\n      ...(note",
        replace: `      ...[1, 2].flatMap((): CentreCommand[] => [{ type: 'ChooseStatus', user: name, status, ...(reason === undefined ? {} : { reason: \`\${reason}\` }) }, { type: 'ChooseStatus', user: name, status: 'ready' }]),\n      ...(note`,
      },
    ],
    fault: '5',
    caughtBy: ['acknowledged'],
  },
]
