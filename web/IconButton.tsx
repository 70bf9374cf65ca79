import type { LucideIcon } from "lucide-react";
import type { MouseEvent } from "react";

interface Props {
  icon: LucideIcon;
  label: string;
  size?: number;
  act: (event: MouseEvent<HTMLElement>) => void;
}

export function IconButton({ icon: Icon, label, size = 18, act }: Props) {
  return (
    <button type="button" className="quiet icon" title={label} aria-label={label} onClick={act}>
      <Icon size={size} aria-hidden="true" />
    </button>
  );
}
