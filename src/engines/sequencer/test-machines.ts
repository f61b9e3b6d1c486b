import { assert, assertNever, type Millis, TandemError } from '#base'
import type { Machine } from './machine.ts'

/** For the sequencer's tests: named counters, and alarms that ring at their time. */
export interface CounterState {
  counts: Record<string, number>
  /** Alarms that are set, by name. */
  alarms: Record<string, Millis>
  rung: string[]
  /** How many decisions were made on another state than the log has before them; 0 unless the sequencer is wrong. */
  misjudged: number
}

export type CounterCommand =
  | { readonly type: 'Add'; readonly name: string; readonly amount: number }
  | { readonly type: 'Double'; readonly name: string }
  | { readonly type: 'Set alarm'; readonly name: string; readonly inMs: Millis }
  | { readonly type: 'Ring' }
  | { readonly type: 'Refuse' }
  | { readonly type: 'Do nothing' }
  | { readonly type: 'Fail to decide' }
  | { readonly type: 'Fail to evolve' }
  | { readonly type: 'Pour'; readonly events: number; readonly chars: number }

export type CounterEvent =
  | { readonly type: 'Added'; readonly name: string; readonly amount: number }
  | { readonly type: 'Doubled'; readonly name: string; readonly from: number }
  | { readonly type: 'AlarmSet'; readonly name: string; readonly at: Millis }
  | { readonly type: 'Rung'; readonly name: string }
  | { readonly type: 'Poured'; readonly text: string }
  | { readonly type: 'Poison' }

export const counter: Machine<CounterState, CounterCommand, CounterEvent> = {
  initial: () => ({ counts: {}, alarms: {}, rung: [], misjudged: 0 }),
  decide(state, command, now) {
    switch (command.type) {
      case 'Add':
        return [{ type: 'Added', name: command.name, amount: command.amount }]
      case 'Double':
        return [{ type: 'Doubled', name: command.name, from: state.counts[command.name] ?? 0 }]
      case 'Set alarm':
        return [{ type: 'AlarmSet', name: command.name, at: now + command.inMs }]
      case 'Ring':
        return Object.keys(state.alarms)
          .filter((name) => state.alarms[name]! <= now)
          .map((name) => ({ type: 'Rung', name }))
      case 'Refuse':
        throw new TandemError('counter.refused', { sentence: 'no', status: 409 }, {})
      case 'Do nothing':
        return []
      case 'Fail to decide':
        return assertNever(state as never)
      case 'Fail to evolve':
        return [{ type: 'Poison' }]
      case 'Pour':
        return Array.from({ length: command.events }, () => ({ type: 'Poured', text: 'x'.repeat(command.chars) }))
      default:
        return assertNever(command)
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'Added':
        state.counts[event.name] = (state.counts[event.name] ?? 0) + event.amount
        return
      case 'Doubled':
        if ((state.counts[event.name] ?? 0) !== event.from) state.misjudged++
        state.counts[event.name] = event.from * 2
        return
      case 'AlarmSet':
        state.alarms[event.name] = event.at
        return
      case 'Rung':
        delete state.alarms[event.name]
        state.rung.push(event.name)
        return
      case 'Poured':
        return
      case 'Poison':
        return assert(false, 'this event cannot be folded')
      default:
        return assertNever(event)
    }
  },
  nextDeadline(state) {
    const times = Object.values(state.alarms)
    return times.length === 0 ? undefined : Math.min(...times)
  },
  tick: () => ({ type: 'Ring' }),
  dump: (state) => state,
  restore(dump) {
    assert(typeof dump === 'object' && dump !== null && 'counts' in dump, 'a dump of a counter')
    return dump as CounterState
  },
}

/** Two machines, as a core has. */
export const MACHINES = { left: counter, right: counter }
