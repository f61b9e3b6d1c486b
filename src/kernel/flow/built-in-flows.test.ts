import { describe, expect, it } from 'vitest'
import { type FlowSources, flowOf, messagesFlow, SOUND_FLOW, voicemailFlow } from './built-in-flows.ts'
import { checkFlow } from './check.ts'
import type { FlowDocument } from './document.ts'
import { followStep, stepOf } from './step.ts'

const NOTHING: FlowSources = { flows: new Map(), prompts: new Map() }

describe('the flow that takes a message for a mailbox (ACD-14)', () => {
  it('is there in every centre, sound, and ends', () => {
    const flow = flowOf(NOTHING, voicemailFlow('support'))!
    expect(checkFlow(flow)).toEqual([])
    expect(stepOf(flow, flow.start)).toMatchObject({ type: 'record', mailbox: 'support', until: '#' })
    expect(flowOf(NOTHING, voicemailFlow('support'))).toEqual(flow)
  })

  it('records for the mailbox, thanks and hangs up', () => {
    const flow = flowOf(NOTHING, voicemailFlow('ada'))!
    const position = { attempt: 1, programEnded: true }
    const record = stepOf(flow, 'record')!
    expect(followStep(record, position, { type: 'program-ended' })).toMatchObject({ type: 'record', mailbox: 'ada' })
    expect(followStep(record, position, { type: 'digit', digit: '#' })).toEqual({ type: 'go', step: 'thanks' })
    expect(followStep(stepOf(flow, 'thanks')!, position, { type: 'program-ended' })).toEqual({
      type: 'go',
      step: 'end',
    })
    expect(followStep(stepOf(flow, 'end')!, position, { type: 'entered' })).toEqual({ type: 'hang-up' })
  })

  it('greets with the sound that was uploaded for the mailbox, and as ever where there is none (VML-05)', () => {
    const prompts = new Map([['greeting/ada-lovelace', {}]])
    const hears = (mailbox: string) => stepOf(flowOf({ ...NOTHING, prompts }, voicemailFlow(mailbox)), 'record')
    expect(hears('Ada.Lovelace')).toMatchObject({ prompts: ['greeting/ada-lovelace'], mailbox: 'Ada.Lovelace' })
    expect(hears('ada')).toMatchObject({ prompts: ['voicemail-intro'] })
  })

  it('is no other than that: any other name is one of the configuration', () => {
    const main: FlowDocument = { name: 'main', start: 'end', steps: { end: { type: 'hang-up' } } }
    const flows: FlowSources = { ...NOTHING, flows: new Map([['main', main]]) }
    expect(flowOf(flows, 'main')).toBe(main)
    expect(flowOf(flows, 'voicemail')).toBeUndefined()
    expect(flowOf(flows, '')).toBeUndefined()
  })
})

describe('the flow that records the sound of a prompt', () => {
  it('is there in every centre, keeps no message, and says again what it recorded', () => {
    const flow = flowOf(NOTHING, SOUND_FLOW)!
    expect(checkFlow(flow)).toEqual([])
    const record = stepOf(flow, flow.start)!
    const position = { attempt: 1, programEnded: true }
    expect(followStep(record, position, { type: 'program-ended' })).toEqual({ type: 'record', durationMsMax: 600_000 })
    expect(followStep(record, position, { type: 'digit', digit: '#' })).toEqual({ type: 'go', step: 'replay' })
    const heard = { ...position, recording: 'ix-1.r1' }
    expect(followStep(stepOf(flow, 'replay')!, heard, { type: 'program-ended' })).toEqual({ type: 'go', step: 'end' })
  })
})

describe('the flow in which users hear their messages (VML-05)', () => {
  it('is there for everybody, sound, and ends', () => {
    const flow = flowOf(NOTHING, messagesFlow('ada'))!
    expect(checkFlow(flow)).toEqual([])
    expect(stepOf(flow, flow.start)).toEqual({ type: 'messages', mailbox: 'ada', next: 'over' })
    const said = { attempt: 1, programEnded: true }
    expect(followStep(stepOf(flow, 'over')!, said, { type: 'program-ended' })).toEqual({ type: 'go', step: 'end' })
    expect(flowOf(NOTHING, messagesFlow('bob'))).not.toEqual(flow)
  })
})
