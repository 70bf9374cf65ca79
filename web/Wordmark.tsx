import "./styles/wordmark.css";

/** The page's heading where people come in. */
export function Title() {
  return (
    <h1>
      <Wordmark />
      <span className="visually-hidden">Natter</span>
    </h1>
  );
}

/** The name as a drawing: one thread that ends in a harbour light. index.html holds a copy. */
export function Wordmark() {
  return (
    <svg className="wordmark" viewBox="0 0 89 26" aria-hidden="true">
      <path d="M3 20V8.5m0 4.7a5 5 0 0 1 10 0V20M29 8.5V20m0-5.8a5.6 5.6 0 1 1-11.2 0 5.6 5.6 0 0 1 11.2 0M37 2.5v13.3a4.2 4.2 0 0 0 4.2 4.2M48 2.5v13.3a4.2 4.2 0 0 0 4.2 4.2M33.5 8.5H53m4.2 5.7h11a5.6 5.6 0 1 0-2 4.4m8.3 1.4V8.5m0 5.1a5 5 0 0 1 5.4-5" />
      <circle cx="84.5" cy="18.6" r="2" />
    </svg>
  );
}
