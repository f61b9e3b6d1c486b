import { assertNever } from '#base'
import type { FlowDocument, Step, StepName } from './document.ts'

/** What is wrong with a flow document. An error makes it unusable; a warning only says what its author may not have meant. */
export interface FlowFinding {
  readonly severity: 'error' | 'warning'
  /** Where in the document, such as `steps.menu.choices.3`. */
  readonly path: string
  readonly problem: string
}

/** The names outside of the document that a flow needs: queues, numbers, mailboxes; each with its path. */
export interface FlowReference {
  readonly path: string
  readonly kind: 'queue' | 'number' | 'mailbox'
  readonly name: string
}

interface Target {
  readonly path: string
  readonly step: StepName
}

/**
 * Everything wrong with a document whose shape is already right: steps that lead nowhere, steps that nobody reaches (a warning), and
 * rings of steps that do not wait, which would turn for ever at one moment.
 */
export function checkFlow(document: FlowDocument): readonly FlowFinding[] {
  return [...danglingTargets(document), ...unreachableSteps(document), ...restlessRings(document)]
}

/** What the flow refers to outside of itself. */
export function flowReferences(document: FlowDocument): readonly FlowReference[] {
  return Object.entries(document.steps).flatMap(([name, step]): FlowReference[] => {
    if (step.type === 'queue' || step.type === 'callback') {
      return [{ path: `steps.${name}.queue`, kind: 'queue', name: step.queue }]
    }
    if (step.type === 'transfer') return [{ path: `steps.${name}.to`, kind: 'number', name: step.to }]
    if (step.type === 'record' && step.mailbox !== undefined) {
      return [{ path: `steps.${name}.mailbox`, kind: 'mailbox', name: step.mailbox }]
    }
    return []
  })
}

function targetsOf(name: StepName, step: Step): readonly Target[] {
  const path = `steps.${name}`
  switch (step.type) {
    case 'play':
    case 'callback':
    case 'record':
    case 'replay':
    case 'messages':
      return [{ path: `${path}.next`, step: step.next }]
    case 'menu':
      return [
        ...Object.entries(step.choices).map(([digit, target]) => ({ path: `${path}.choices.${digit}`, step: target })),
        { path: `${path}.otherwise`, step: step.otherwise },
      ]
    case 'transfer':
      return [{ path: `${path}.otherwise`, step: step.otherwise }]
    case 'queue':
    case 'echo':
    case 'music':
    case 'hang-up':
      return []
    default:
      return assertNever(step)
  }
}

function danglingTargets(document: FlowDocument): readonly FlowFinding[] {
  const targets = Object.entries(document.steps).flatMap(([name, step]) => targetsOf(name, step))
  return [{ path: 'start', step: document.start }, ...targets]
    .filter((target) => !Object.hasOwn(document.steps, target.step))
    .map((target) => ({ severity: 'error', path: target.path, problem: `there is no step "${target.step}"` }))
}

function unreachableSteps(document: FlowDocument): readonly FlowFinding[] {
  const reached = new Set<StepName>()
  const open = [document.start]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name) || !Object.hasOwn(document.steps, name)) continue
    reached.add(name)
    open.push(...targetsOf(name, document.steps[name]!).map((target) => target.step))
  }
  return Object.keys(document.steps)
    .filter((name) => !reached.has(name))
    .map((name) => ({ severity: 'warning', path: `steps.${name}`, problem: 'no step leads here' }))
}

/** Steps that lead on at the moment they are entered. A `replay` does so when nothing was recorded, a `transfer` when the other is busy. */
function leadsOnAtOnce(step: Step): boolean {
  return step.type === 'callback' || step.type === 'replay' || step.type === 'transfer'
}

function restlessRings(document: FlowDocument): readonly FlowFinding[] {
  const state = new Map<StepName, 'open' | 'done'>()
  const findings: FlowFinding[] = []
  const visit = (name: StepName): void => {
    const step = Object.hasOwn(document.steps, name) ? document.steps[name] : undefined
    if (!step || !leadsOnAtOnce(step) || state.get(name) === 'done') return
    state.set(name, 'open')
    for (const target of targetsOf(name, step)) {
      if (state.get(target.step) === 'open') {
        findings.push({ severity: 'error', path: target.path, problem: 'a ring of steps in which none waits' })
      } else visit(target.step)
    }
    state.set(name, 'done')
  }
  for (const name of Object.keys(document.steps)) visit(name)
  return findings
}
