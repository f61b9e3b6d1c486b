import { LOG_ERRORS } from './errors.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, BODY_BYTES_MAX, type LogBatch, READ_RECORDS_MAX } from './port.ts'

/** Fails with `log.refused` unless the batch keeps every limit; drivers call it before they touch their store. */
export function checkBatch(batch: LogBatch): void {
  const { records } = batch
  if (records.length === 0) throw LOG_ERRORS['log.refused']({ reason: 'the batch is empty' })
  if (records.length > BATCH_RECORDS_MAX) {
    throw LOG_ERRORS['log.refused']({ reason: `the batch has ${records.length} records of ${BATCH_RECORDS_MAX}` })
  }
  let bytes = 0
  for (const record of records) bytes += checkRecord(record)
  if (bytes > BATCH_BYTES_MAX) {
    throw LOG_ERRORS['log.refused']({ reason: `the batch has ${bytes} bytes of ${BATCH_BYTES_MAX}` })
  }
}

/** As many of the records, from the first on, as one batch takes. */
export function firstBatch<R extends { readonly body: string }>(records: readonly R[]): readonly R[] {
  let bytes = 0
  const over = records.findIndex(({ body }, i) => {
    bytes += Buffer.byteLength(body)
    return i >= BATCH_RECORDS_MAX || bytes > BATCH_BYTES_MAX
  })
  return over === -1 ? records : records.slice(0, over)
}

/** Characters of one message between cores: some milliseconds of a network, and far below what a link takes. */
const MESSAGE_CHARS_MAX = 256 * 1024

/** As many of the records as one message between cores takes; one at least. */
export function firstMessage<R extends { readonly body: string }>(records: readonly R[]): readonly R[] {
  let chars = 0
  const over = records.findIndex(({ body }, i) => {
    chars += body.length
    return i > 0 && (i >= READ_RECORDS_MAX || chars > MESSAGE_CHARS_MAX)
  })
  return over === -1 ? records : records.slice(0, over)
}

function checkRecord(record: LogBatch['records'][number]): number {
  const bytes = Buffer.byteLength(record.body)
  if (bytes > BODY_BYTES_MAX)
    throw LOG_ERRORS['log.refused']({ reason: `a body has ${bytes} bytes of ${BODY_BYTES_MAX}` })
  // PostgreSQL's text cannot hold it; JSON never contains it unescaped.
  if (record.body.includes('\0')) throw LOG_ERRORS['log.refused']({ reason: 'a body contains a zero character' })
  if (!Number.isSafeInteger(record.at)) throw LOG_ERRORS['log.refused']({ reason: `${record.at} is no whole moment` })
  return bytes
}
