import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { DeskSettings } from '#api/contract'
import { Dialog } from '../../ui/dialog.tsx'
import { FileChoice } from '../../ui/file-choice.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useBeginning } from '../../ui/use-beginning.ts'
import styles from './begin-fax.module.css'

/** As long as the server takes what many gateways make a cover page of. */
const TEXT_CHARS_MAX = 4_000
/** As the server does: that of a long contract, scanned. */
const FILE_BYTES_MAX = 10 * 1024 * 1024
/** What gateways make pages of. */
const ACCEPTED = '.pdf,.tif,.tiff,application/pdf,image/tiff'

/** What the server is asked for; the id is made once, so that a press that is repeated sends nothing twice. */
export interface NewFax {
  readonly id: string
  readonly account: string
  readonly to: string
  readonly text: string
  readonly file: File
}

/** Sends a fax first: by which gateway, to whose number, and which pages. */
export function BeginFax(props: {
  accounts: DeskSettings['faxAccounts']
  /** Rejects with what the server has against it. */
  onBegin: (fax: NewFax) => Promise<unknown>
  onClose: () => void
}) {
  const { accounts } = props
  const { t } = useWords()
  const { id, isBusy, fault, forget, begin } = useBeginning(props.onClose)
  const [account, setAccount] = useState(accounts[0]?.name ?? '')
  const [to, setTo] = useState('')
  const [text, setText] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const isTooLarge = file !== null && file.size > FILE_BYTES_MAX
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!file || isTooLarge) return
    await begin(() => props.onBegin({ id, account, to: to.trim(), text: text.trim(), file }))
  }
  const changed =
    <V,>(change: (value: V) => void) =>
    (value: V): void => {
      forget()
      change(value)
    }
  return (
    <Dialog title={t('beginFax.title')} closeLabel={t('give.close')} onClose={props.onClose}>
      <form className={styles['form']} onSubmit={(event) => void submit(event)}>
        <TextInput
          name="to"
          type="tel"
          label={t('beginText.to')}
          description={t('beginText.toHint')}
          placeholder="+49 30 1234567"
          maxLength={40}
          required
          data-autofocus
          value={to}
          onChange={(event) => changed(setTo)(event.currentTarget.value)}
        />
        <div className={styles['file']}>
          <FileChoice
            accept={ACCEPTED}
            inputProps={{ 'aria-label': t('beginFax.document') }}
            onChoose={changed(setFile)}
          >
            {(button) => (
              <Button {...button} variant="default">
                {t('beginFax.document')}
              </Button>
            )}
          </FileChoice>
          <span className={styles['name']} data-document>
            {file ? file.name : t('beginFax.documentHint')}
          </span>
        </div>
        <Textarea
          name="text"
          label={t('beginFax.text')}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={TEXT_CHARS_MAX}
          value={text}
          onChange={(event) => changed(setText)(event.currentTarget.value)}
        />
        {accounts.length > 1 && (
          <NativeSelect
            name="account"
            label={t('beginText.account')}
            value={account}
            data={accounts.map(({ name, address }) => ({ value: name, label: `${address} (${name})` }))}
            onChange={(event) => changed(setAccount)(event.currentTarget.value)}
          />
        )}
        {(fault !== '' || isTooLarge) && (
          <p role="alert" className={styles['problem']}>
            {isTooLarge ? t('beginFax.tooLarge', { most: FILE_BYTES_MAX / 1024 / 1024 }) : fault}
          </p>
        )}
        <Button type="submit" loading={isBusy} disabled={!file || isTooLarge || to.trim() === ''}>
          {t('conversation.send')}
        </Button>
      </form>
    </Dialog>
  )
}
