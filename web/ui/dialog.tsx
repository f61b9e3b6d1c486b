import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './dialog.module.css'
import { useFocusBack } from './use-focus-back.ts'

/** Something that is asked or shown above the page; Escape closes it. */
export function Dialog(props: {
  title: string
  closeLabel: string
  size?: 'md' | 'xl'
  onClose: () => void
  children: ReactNode
}) {
  useFocusBack()
  return (
    <Modal.Root opened size={props.size ?? 'md'} onClose={props.onClose} transitionProps={{ duration: 80 }}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: a second banner would mislead those who jump between landmarks. */}
        <div className={styles['head']}>
          <Modal.Title className={styles['title']}>{props.title}</Modal.Title>
          <Modal.CloseButton aria-label={props.closeLabel} />
        </div>
        <Modal.Body>{props.children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
