/** The window's buttons: quiet by default, one dark one where a place has a main thing to do. */
import type { ComponentProps, JSX, ReactNode } from 'react';
import style from './button.module.css';
import { Icon, type IconName } from './icon.tsx';

type ButtonProps = Omit<ComponentProps<'button'>, 'className'> & {
  readonly look?: 'plain' | 'primary' | 'link' | 'chip';
  readonly icon?: IconName;
  readonly children: ReactNode;
};

export function Button({ look = 'plain', icon, children, ...rest }: ButtonProps): JSX.Element {
  return (
    <button type="button" {...rest} className={`${style.button} ${style[look]}`}>
      {icon === undefined ? null : <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'className' | 'children'> & {
  readonly icon: IconName;
  /** The accessible name, also shown as the tooltip. */
  readonly label: string;
};

export function IconButton({ icon, label, ...rest }: IconButtonProps): JSX.Element {
  return (
    <button type="button" title={label} {...rest} aria-label={label} className={style.iconButton}>
      <Icon name={icon} />
    </button>
  );
}
