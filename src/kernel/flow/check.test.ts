import { describe, expect, it } from 'vitest'
import { checkFlow, flowReferences } from './check.ts'
import type { FlowDocument, Step } from './document.ts'

function flow(steps: Readonly<Record<string, Step>>, start = 'start'): FlowDocument {
  return { name: 'test', start, steps }
}

const MENU: Step = {
  type: 'menu',
  prompts: ['menu'],
  choices: { '1': 'bye', '3': 'nowhere' },
  timeoutMs: 5_000,
  attempts: 2,
  invalidPrompts: [],
  otherwise: 'start',
}

describe('a flow document', () => {
  it('that is sound has no findings', () => {
    const sound = flow({
      start: { type: 'play', prompts: ['greeting'], next: 'bye' },
      bye: { type: 'hang-up' },
    })
    expect(checkFlow(sound)).toEqual([])
  })

  it('names the path of a choice that leads nowhere (IVR-01)', () => {
    expect(checkFlow(flow({ start: MENU, bye: { type: 'hang-up' } }))).toEqual([
      { severity: 'error', path: 'steps.start.choices.3', problem: 'there is no step "nowhere"' },
    ])
  })

  it('names the path of a menu without a way out', () => {
    const menu: Step = { ...MENU, choices: {}, otherwise: 'gone' }
    expect(checkFlow(flow({ start: menu }))).toEqual([
      { severity: 'error', path: 'steps.start.otherwise', problem: 'there is no step "gone"' },
    ])
  })

  it('must begin at a step', () => {
    expect(checkFlow(flow({ bye: { type: 'hang-up' } }))).toEqual([
      { severity: 'error', path: 'start', problem: 'there is no step "start"' },
      { severity: 'warning', path: 'steps.bye', problem: 'no step leads here' },
    ])
  })

  it.each(['constructor', '__proto__', 'toString'])('takes the inherited name %s for no step', (next) => {
    const findings = checkFlow(flow({ start: { type: 'play', prompts: ['x'], next } }))
    expect(findings.map((finding) => finding.path)).toEqual(['steps.start.next'])
  })

  it('only warns of a step that nobody reaches', () => {
    const findings = checkFlow(flow({ start: { type: 'hang-up' }, lonely: { type: 'echo' } }))
    expect(findings).toEqual([{ severity: 'warning', path: 'steps.lonely', problem: 'no step leads here' }])
  })

  it('may go in circles through a step that waits', () => {
    const circle = flow({
      start: { type: 'play', prompts: ['music'], next: 'note' },
      note: { type: 'callback', queue: 'sales', next: 'start' },
    })
    expect(checkFlow(circle)).toEqual([])
  })

  it('may not go in circles through steps of which none waits', () => {
    const ring = flow({
      start: { type: 'callback', queue: 'sales', next: 'again' },
      again: { type: 'transfer', to: '2001', ringTimeoutMs: 5_000, otherwise: 'start' },
    })
    expect(checkFlow(ring)).toEqual([
      { severity: 'error', path: 'steps.again.otherwise', problem: 'a ring of steps in which none waits' },
    ])
  })

  it('may not lead a step to itself without waiting', () => {
    expect(checkFlow(flow({ start: { type: 'replay', next: 'start' } }))).toEqual([
      { severity: 'error', path: 'steps.start.next', problem: 'a ring of steps in which none waits' },
    ])
  })

  it('names what it needs from outside, each with its path', () => {
    const document = flow({
      start: { type: 'callback', queue: 'sales', next: 'wait' },
      wait: { type: 'queue', queue: 'support' },
      person: { type: 'transfer', to: '3002', ringTimeoutMs: 5_000, otherwise: 'start' },
      voicemail: { type: 'record', prompts: [], until: '#', durationMsMax: 1_000, mailbox: 'agent1', next: 'note' },
      note: { type: 'record', prompts: [], until: '#', durationMsMax: 1_000, next: 'end' },
      end: { type: 'hang-up' },
    })
    expect(flowReferences(document)).toEqual([
      { path: 'steps.start.queue', kind: 'queue', name: 'sales' },
      { path: 'steps.wait.queue', kind: 'queue', name: 'support' },
      { path: 'steps.person.to', kind: 'number', name: '3002' },
      { path: 'steps.voicemail.mailbox', kind: 'mailbox', name: 'agent1' },
    ])
  })
})
