import { useLayoutEffect, useRef } from "react";

/** A picture in 4 × 4 pixels, which the browser smooths as it enlarges them. */
export function Preview({ colours }: { colours: string | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !colours) return;
    const image = context.createImageData(4, 4);
    const bytes = atob(colours);
    image.data.forEach((_, index) => {
      const pixel = Math.floor(index / 4);
      image.data[index] = index % 4 === 3 ? 255 : bytes.charCodeAt(pixel * 3 + (index % 4));
    });
    context.putImageData(image, 0, 0);
  }, [colours]);
  return <canvas ref={canvas} width={4} height={4} />;
}
