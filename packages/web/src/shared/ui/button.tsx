import clsx from 'clsx';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent/90 font-semibold',
  secondary: 'border border-edge/50 bg-raised text-ink hover:border-edge hover:bg-paper font-medium',
  ghost: 'text-ink hover:bg-paper font-medium',
  danger: 'border border-danger/40 bg-raised text-danger hover:bg-danger-tint font-medium',
};
const sizes = {
  small: 'h-8 gap-1.5 rounded-md px-2.5 text-[0.8125rem]',
  medium: 'h-10 gap-2 rounded-md px-4 text-[0.9375rem]',
  large: 'h-12 gap-2.5 rounded-lg px-6 text-base',
  icon: 'size-9 rounded-md',
};

interface ButtonProps extends ComponentProps<'button'> {
  variant?: keyof typeof variants;
  size?: keyof typeof sizes;
  /** Renders the only child (a link) with the button's looks. */
  asChild?: boolean;
  busy?: boolean;
}

export function Button({ variant = 'secondary', size = 'medium', asChild, busy, className, ...props }: ButtonProps) {
  const Component = asChild ? Slot.Root : 'button';
  return (
    <Component
      {...(asChild ? {} : { type: 'button' as const })}
      {...props}
      disabled={props.disabled || busy}
      aria-busy={busy || undefined}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center whitespace-nowrap transition-[background-color,border-color,opacity,transform] duration-150 active:translate-y-px disabled:pointer-events-none disabled:opacity-55',
        variants[variant],
        sizes[size],
        busy && 'animate-pulse',
        className,
      )}
    />
  );
}
