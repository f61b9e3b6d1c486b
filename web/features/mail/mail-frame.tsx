import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ApiClient } from '../../models/api-client.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './mail.module.css'

/** A stranger's HTML: in a frame that runs no script, sends no form and loads nothing from elsewhere until the reader asks for its pictures. */
export function MailFrame({ id, message, token }: { id: string; message: string; token: string }) {
  const { t } = useWords()
  const [url, setUrl] = useState('')
  const [hasPictures, setPictures] = useState(false)
  useEffect(() => {
    let isOver = false
    const path = `/interactions/${encodeURIComponent(id)}/mail/messages/${encodeURIComponent(message)}/frame`
    new ApiClient(token).send<{ url: string }>('POST', path).then(
      (frame) => !isOver && setUrl(`${frame.url}?pictures=${hasPictures}`),
      () => {},
    )
    return () => {
      isOver = true
    }
  }, [id, message, token, hasPictures])
  return (
    <>
      {url !== '' && (
        <iframe
          key={url}
          className={styles['frame']}
          title={t('mail.formatted')}
          src={url}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerPolicy="no-referrer"
        />
      )}
      {!hasPictures && (
        <div className={styles['sign']}>
          {t('mail.picturesWhy')}{' '}
          <Button size="compact-xs" variant="default" onClick={() => setPictures(true)}>
            {t('mail.pictures')}
          </Button>
        </div>
      )}
    </>
  )
}
