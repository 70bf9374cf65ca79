/** What Intl knows of a language: its plurals, lists, numbers and dates. */
export function inLanguage(language: string) {
  const reader = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  // The reader's own variety of the language, if they have one: British dates are not American ones.
  const isTheirs = new Intl.Locale(reader.locale).language === language;
  const locale = isTheirs ? reader.locale : language;
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const lists = new Intl.ListFormat(locale);

  return {
    /** The form that goes with a number, which takes the place of `#`. */
    counted: (n: number, forms: Forms): string =>
      (forms[plurals.select(n)] ?? forms.other).replace("#", numbers.format(n)),
    listed: (parts: readonly string[]): string => lists.format(parts),
    /** Dates in this language; the clock has 12 or 24 hours, as the reader is used to. */
    dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
      const { hourCycle } = reader;
      return new Intl.DateTimeFormat(locale, { ...(hourCycle && { hourCycle }), ...options });
    },
  };
}

/** A phrase in the forms that the language has for numbers: in English, `one` and `other`. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
