/** A thread that reads mails, and does what the text of a mail tells it to do instead: what a hostile mail may find in a library some day. */
import { parentPort } from 'node:worker_threads'
import { cleanHtml, type ReadingAnswer, type ReadingJob, readMail } from '#adapters/mail'

const port = parentPort!
const kept: number[][] = []

port.on('message', async (job: ReadingJob) => {
  if (job.is === 'clean') {
    if (job.html.includes('HANG')) hang()
    return tell({ is: 'clean', html: cleanHtml(job.html) })
  }
  const source = Buffer.from(job.source)
  const told = /(HANG|DIE|SWELL)-(WHOLE|TEXT|ALWAYS)/.exec(source.toString('latin1'))
  const upTo = ['whole', 'text', 'head'].slice(0, ['WHOLE', 'TEXT', 'ALWAYS'].indexOf(told?.[2] ?? '') + 1)
  if (upTo.includes(job.how)) {
    if (told?.[1] === 'HANG') hang()
    if (told?.[1] === 'DIE') process.exit(3)
    for (;;) kept.push(new Array<number>(4_000_000).fill(kept.length / 3))
  }
  tell({ is: 'read', mail: await readMail(source, job.bytes, job.how) })
})
tell({ is: 'ready' })

function hang(): never {
  for (;;);
}

function tell(answer: ReadingAnswer): void {
  port.postMessage(answer)
}
