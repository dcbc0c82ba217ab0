import clsx from 'clsx';
import { ImageOff } from 'lucide-react';
import { useState } from 'react';

interface PhotoProps {
  hash: string | undefined;
  /** Pixels asked of the server. */
  size: 96 | 256 | 512 | 1024;
  alt: string;
  eager?: boolean;
  /** Fill the frame and cut what stands over, instead of showing all of it. */
  cover?: boolean;
  className?: string;
}

/** A stored photo on a paper ground; it appears once loaded, and says so when it is missing. */
export function Photo({ hash, size, alt, eager, cover, className }: PhotoProps) {
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  const missing = !hash || state === 'broken';
  return (
    <div className={clsx('relative overflow-hidden bg-paper', className)}>
      {missing ? (
        <div className="absolute inset-0 grid place-items-center text-muted/60">
          <ImageOff className="size-1/5 max-w-8" strokeWidth={1.25} aria-hidden />
          <span className="sr-only">{alt ? `No photo of ${alt}` : ''}</span>
        </div>
      ) : (
        <img
          src={`/api/v1/images/${hash}?size=${size}`}
          alt={alt}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          onLoad={() => setState('shown')}
          onError={() => setState('broken')}
          className={clsx(
            cover ? 'object-cover' : 'object-contain',
            'absolute inset-0 size-full transition-opacity duration-300',
            state === 'loading' && 'opacity-0',
          )}
        />
      )}
    </div>
  );
}
