/** The control connection to a media process is cut by the network while real sound runs through it (fault 7 of the failure plan). */
import { spawnSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { GAP_MS_MAX, hearsMore, KillStage, talking } from './kill-stage.ts'

const TABLE = `tandem_link_${process.pid}`

let stage: KillStage

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'cutting a network needs root'
  return nft(`table inet ${TABLE}\ndelete table inet ${TABLE}\n`) ? undefined : 'nft cannot cut here'
}

function nft(text: string): boolean {
  return spawnSync('nft', ['-f', '-'], { input: text, encoding: 'utf8' }).status === 0
}

/** Drops every segment of connections to and from this port, without a word to either end. */
function cut(port: number): void {
  const rules = ['dport', 'sport'].map((side) => `  tcp ${side} ${port} drop`).join('\n')
  const chain = `chain out {\n  type filter hook output priority 0; policy accept;\n${rules}\n }`
  if (!nft(`table inet ${TABLE} {\n ${chain}\n}\n`)) throw new Error('nft took no rules')
}

function heal(): void {
  nft(`table inet ${TABLE}\ndelete table inet ${TABLE}\n`)
}

const without = whyNot()

beforeAll(async () => {
  if (!without) stage = await KillStage.open()
})

afterEach(async () => {
  heal()
  await stage?.clear()
})

afterAll(async () => {
  await stage?.close()
})

describe('the control connection of a media process', () => {
  it.for([1_000, 10_000])(
    'is cut for %i ms: no packet is lost, no call moves, the recording is one',
    async (cutMs, { skip }) => {
      if (without) skip(without)
      const agent = await stage.agent()
      const { number, call } = await stage.dial('1001')
      const callee = await agent.call()
      callee.answer()
      await talking(call, callee)
      const role = stage.mediaOf(call)
      cut(stage.options<{ control: { port: number } }>(role).control.port)
      const before = [call, callee].map(({ media }) => media.remote?.port)
      await new Promise((resolve) => setTimeout(resolve, cutMs))
      await talking(call, callee)
      heal()
      await talking(call, callee)
      expect([call, callee].map(({ media }) => media.remote?.port)).toEqual(before)
      for (const one of [call, callee])
        for (const heard of one.media.heard.values()) expect(heard).toMatchObject({ lost: 0, doubled: 0, changed: 0 })
      // A sound that hung on the connection would be away for as long as it; a busy machine is late by less.
      expect(stage.gapSince(0).transitMs).toBeLessThanOrEqual(Math.max(GAP_MS_MAX, cutMs / 4))
      expect(await call.hangUp()).toBe(200)
      const { recordings } = await stage.record(number)
      const recording = await (await stage.api()).get<{ attributes: Record<string, string> }>(
        `/recordings/${await sealed(recordings[0] ?? '')}`,
      )
      expect(recording.attributes['parts']).toBeUndefined()
      const { call: next } = await stage.dial('1010')
      await next.connected()
      await hearsMore(next)
      await next.hangUp()
    },
  )
})

async function sealed(id: string): Promise<string> {
  await stage.recordingMs(id)
  return id
}
