import type { LucideIcon } from "lucide-react";
import type { ComponentProps, MouseEvent } from "react";

interface Props extends Omit<ComponentProps<"button">, "icon" | "label" | "size" | "className"> {
  icon: LucideIcon;
  label: string;
  size?: number;
  className?: string | undefined;
  act?: ((event: MouseEvent<HTMLElement>) => void) | undefined;
}

/** A row of a menu: an icon, and what it does in words. */
export function MenuItem({ icon: Icon, label, act, ...more }: Props) {
  return (
    <button type="button" className="quiet small" onClick={act} {...more}>
      <Icon size={18} aria-hidden="true" />
      {label}
    </button>
  );
}

/** A button that shows an icon, and says what it does to a mouse and to screen readers. */
export function IconButton(props: Props) {
  const { icon: Icon, label, size = 18, className = "", act, ...more } = props;
  return (
    <button
      type="button"
      className={`quiet icon ${className}`}
      title={label}
      aria-label={label}
      onClick={act}
      {...more}
    >
      <Icon size={size} aria-hidden="true" />
    </button>
  );
}
