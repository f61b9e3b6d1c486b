import { assertNever } from '#base'
import type { SwitchoverAction, SwitchoverEvent, SwitchoverState } from './machine.ts'
import { isCutOff } from './step.ts'

/** An event in the words of log lines and scenario files: `module ping: timeout`. */
export function describeEvent(event: SwitchoverEvent): string {
  switch (event.type) {
    case 'connections':
    case 'releases':
      return `${event.type}: ${event.are}`
    case 'notifier ping':
    case 'module ping':
      return `${event.type}: ${event.answer}`
    case 'network':
      return `${event.type}: ${event.status}, host ${event.host}`
    case 'lease':
    case 'store':
    case 'drain':
      return `${event.type}: ${event.is}`
    case 'reconnect failed':
    case 'switch asked':
    case 'poll':
      return event.type
    default:
      return assertNever(event)
  }
}

/** An action in words: `ping module in 250 ms`. */
export function describeAction(action: SwitchoverAction): string {
  if ('inMs' in action) return `${action.do}${action.inMs > 0 ? ` in ${action.inMs} ms` : ''}`
  if ('why' in action) return `${action.do} (${action.why})`
  if ('what' in action) return `${action.do}: ${action.what}`
  return action.do
}

/** What an operator is shown. A return from reconnecting that has not proved itself is told from a backup in service. */
export function describeState(state: SwitchoverState): string {
  const { role, resumed, pair, network } = state
  const words: string[] = [role === 'backup' && !resumed ? 'backup (not resumed)' : role]
  if (pair !== 'active') words.push(pair)
  if (isCutOff(network)) words.push('cut off')
  if (state.draining) words.push('draining')
  return words.join(', ')
}
