import type { FlowDocument } from '#kernel/flow'
import type { ConfigurationChange, Destination, Queue, User } from './configuration.ts'
import type { Response } from './response.ts'

/** Agents of the demo: enough for the largest simulation that a laptop runs. */
const AGENTS = 200

/** The demo centre: people, queues, flows and numbers, as one set of changes to an empty configuration. */
export function demoCentre(): readonly ConfigurationChange[] {
  return [
    ...demoUsers().map((value): ConfigurationChange => ({ kind: 'user', name: value.name, value })),
    ...[demoQueue('support'), demoQueue('sales')].map(
      (value): ConfigurationChange => ({ kind: 'queue', name: value.name, value }),
    ),
    ...DEMO_FLOWS.map((value): ConfigurationChange => ({ kind: 'flow', name: value.name, value })),
    ...DEMO_RESPONSES.map((value): ConfigurationChange => ({ kind: 'response', name: value.name, value })),
    ...Object.entries(DEMO_NUMBERS).map(([name, value]): ConfigurationChange => ({ kind: 'number', name, value })),
  ]
}

function demoUsers(): readonly User[] {
  const agents = Array.from({ length: AGENTS }, (_, index): User => {
    const n = index + 1
    return {
      name: `agent${n}`,
      displayName: `Agent ${n}`,
      extension: String(2000 + n),
      role: 'agent',
      skills: { ...(n % 2 === 1 ? { support: 80 } : { sales: 80 }), ...(n % 5 === 0 ? { german: 60 } : {}) },
      initialStatus: 'ready',
    }
  })
  return [
    ...agents,
    demoPerson('supervisor', '3001', 'supervisor'),
    demoPerson('attendant', '3002', 'attendant'),
    demoPerson('admin', '3003', 'administrator'),
  ]
}

function demoPerson(name: string, extension: string, role: string): User {
  const displayName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return { name, displayName, extension, role, skills: {}, initialStatus: 'not-ready' }
}

function demoQueue(name: 'support' | 'sales'): Queue {
  return {
    name,
    skills: { [name]: 1 },
    priority: 50,
    ringTimeoutMs: 15_000,
    ronaMs: 10_000,
    wrapUpMs: 2_000,
    welcomePrompts: ['ring', 'queue-announcement'],
    musicPrompt: 'music',
    positionEveryMs: 30_000,
    recorded: true,
    visitors: true,
    comfort: [{ afterMs: 60_000, everyMs: 120_000, prompts: ['callback-offer'] }],
    keys: { '1': { flow: 'callback-noted', callback: true } },
    serviceLevel: { percent: 80, withinMs: 20_000 },
    wrapUpMaxMs: 300_000,
    wrapUpCodes: ['Question answered', 'Order placed', 'Complaint', 'To be called back', 'Wrong number'],
  }
}

const DEMO_FLOWS: readonly FlowDocument[] = [
  {
    name: 'main',
    start: 'greeting',
    steps: {
      greeting: { type: 'play', prompts: ['greeting'], next: 'menu' },
      menu: {
        type: 'menu',
        prompts: ['menu'],
        choices: { '1': 'sales', '2': 'support', '3': 'callback', '4': 'voicemail', '0': 'attendant' },
        timeoutMs: 5_000,
        attempts: 3,
        invalidPrompts: ['invalid-choice'],
        otherwise: 'support',
      },
      sales: { type: 'queue', queue: 'sales' },
      support: { type: 'queue', queue: 'support' },
      callback: { type: 'callback', queue: 'support', next: 'callback-confirmed' },
      'callback-confirmed': { type: 'play', prompts: ['callback-confirmed', 'goodbye'], next: 'end' },
      voicemail: {
        type: 'record',
        prompts: ['voicemail-intro'],
        until: '#',
        durationMsMax: 180_000,
        mailbox: 'support',
        next: 'voicemail-thanks',
      },
      'voicemail-thanks': { type: 'play', prompts: ['record-thanks', 'goodbye'], next: 'end' },
      attendant: { type: 'transfer', to: '3002', ringTimeoutMs: 20_000, otherwise: 'attendant-unavailable' },
      'attendant-unavailable': { type: 'play', prompts: ['unavailable'], next: 'support' },
      end: { type: 'hang-up' },
    },
  },
  {
    name: 'callback-noted',
    start: 'confirm',
    steps: {
      confirm: { type: 'play', prompts: ['callback-confirmed', 'goodbye'], next: 'end' },
      end: { type: 'hang-up' },
    },
  },
  { name: 'echo', start: 'echo', steps: { echo: { type: 'echo' } } },
  { name: 'music', start: 'music', steps: { music: { type: 'music', prompt: 'music' } } },
  {
    name: 'record',
    start: 'record',
    steps: {
      record: { type: 'record', prompts: ['record-intro'], until: '#', durationMsMax: 120_000, next: 'replay' },
      replay: { type: 'replay', next: 'end' },
      end: { type: 'hang-up' },
    },
  },
]

const DEMO_RESPONSES: readonly Response[] = [
  { name: 'greeting', title: 'Greeting', text: 'Hello {{customer}}, this is {{agent}}. How can I help you?' },
  { name: 'one-moment', title: 'One moment', text: 'One moment, please. I am looking it up.' },
  { name: 'goodbye', title: 'Goodbye', text: 'Is there anything else that I can do for you?' },
]

const DEMO_NUMBERS: Readonly<Record<string, Destination>> = {
  '1000': { type: 'flow', flow: 'main' },
  '1001': { type: 'queue', queue: 'support' },
  '1002': { type: 'queue', queue: 'sales' },
  '1009': { type: 'flow', flow: 'echo' },
  '1010': { type: 'flow', flow: 'music' },
  '1011': { type: 'flow', flow: 'record' },
}
