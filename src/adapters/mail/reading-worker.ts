/** The thread that reads mails: takes the jobs of reading-thread.ts, one after the other. */
import { parentPort } from 'node:worker_threads'
import { assert } from '#base'
import { cleanHtml } from './clean-html.ts'
import { readMail } from './read-mail.ts'
import type { ReadingAnswer, ReadingJob } from './reading-thread.ts'

assert(parentPort, 'the reading thread is started as a worker')
const port = parentPort

port.on('message', (job: ReadingJob) => {
  answer(job).then(tell, (cause: unknown) => tell({ is: 'failed', reason: String(cause).slice(0, 300) }))
})
tell({ is: 'ready' })

async function answer(job: ReadingJob): Promise<ReadingAnswer> {
  if (job.is === 'clean') return { is: 'clean', html: cleanHtml(job.html) }
  const { buffer, byteOffset, byteLength } = job.source
  const mail = await readMail(Buffer.from(buffer, byteOffset, byteLength), job.bytes, job.how)
  return { is: 'read', mail }
}

function tell(message: ReadingAnswer): void {
  port.postMessage(message)
}
