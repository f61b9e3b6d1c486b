/** A program that knows a pool by one name: `node named-client-process.ts URL` says on each line what it heard, and for each line that it is told makes a change. */
import { createInterface } from 'node:readline'
import { ApiProblem, TandemClient } from '#api/client'

const client = new TandemClient({ servers: [process.argv[2] ?? ''] })

function say(what: string, value: unknown): void {
  process.stdout.write(`${JSON.stringify({ what, value })}\n`)
}

/** Until it is done; it may be made twice. */
async function change(reason: string): Promise<void> {
  for (;;) {
    try {
      await client.post('/agents/agent6/status', { status: 'not-ready', reason })
      return say('changed', reason)
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
    }
  }
}

await client.logIn('supervisor', 'demo-supervisor')
client.follow(['agents'], (message) => {
  const agents = 'agents' in message ? message.agents : []
  const mine = agents.find(({ user }) => user === 'agent6')
  if (mine) say('heard', mine.reason ?? null)
})
say('ready', null)
for await (const reason of createInterface({ input: process.stdin })) await change(reason)
process.exit(0)
