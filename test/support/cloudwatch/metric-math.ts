/** Value of a metric in a period; undefined where there is no data. */
type Value = number | undefined;

const tokens = /\s*(\d+(?:\.\d+)?|[A-Za-z]\w*|[=!<>]=|[<>(),])/y;

/**
 * Evaluates an expression of CloudWatch's metric math for one period: `IF`, `FILL`, comparisons, `AND` and `OR`, which are what
 * the stack's alarms use. Anything else is refused. As in CloudWatch, an operation with missing data has none.
 */
export const evaluateExpression = (expression: string, metrics: Readonly<Record<string, Value>>): Value => {
  const words = tokenise(expression);
  let position = 0;
  const next = (): string => words[position++] ?? fail("its end");
  const fail = (what: string): never => {
    throw new Error(`Metric math that is not known here: ${what} in ${expression}`);
  };
  const expect = (word: string): void => {
    const found = next();
    if (found !== word) fail(found);
  };

  const operand = (): Value => {
    const word = next();
    if (/^\d/.test(word)) return Number(word);
    if (word === "(") {
      const value = either();
      expect(")");
      return value;
    }
    if (words[position] === "(") return call(word);
    return word in metrics ? metrics[word] : fail(word);
  };

  const call = (name: string): Value => {
    expect("(");
    const list = [either()];
    while (words[position] === ",") {
      expect(",");
      list.push(either());
    }
    expect(")");
    const [first, second, third] = list;
    if (name === "FILL") return first ?? second;
    if (name === "IF") return first === undefined ? undefined : first === 0 ? third : second;
    return fail(name);
  };

  const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
    "==": (left, right) => left === right,
    "!=": (left, right) => left !== right,
    "<": (left, right) => left < right,
    "<=": (left, right) => left <= right,
    ">": (left, right) => left > right,
    ">=": (left, right) => left >= right,
  };

  const comparison = (): Value => {
    const left = operand();
    const compare = comparisons[words[position] ?? ""];
    if (compare === undefined) return left;
    next();
    const right = operand();
    return left === undefined || right === undefined ? undefined : Number(compare(left, right));
  };

  const both = (): Value => {
    let left = comparison();
    while (words[position] === "AND") {
      next();
      const right = comparison();
      left = left === undefined || right === undefined ? undefined : Number(left !== 0 && right !== 0);
    }
    return left;
  };

  const either = (): Value => {
    let left = both();
    while (words[position] === "OR") {
      next();
      const right = both();
      left = left === undefined || right === undefined ? undefined : Number(left !== 0 || right !== 0);
    }
    return left;
  };

  const result = either();
  return position === words.length ? result : fail(words[position] ?? "");
};

const tokenise = (expression: string): readonly string[] => {
  const words: string[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < expression.trimEnd().length) {
    const start = tokens.lastIndex;
    const word = tokens.exec(expression)?.[1];
    if (word === undefined) throw new Error(`Metric math that is not known here: ${expression.slice(start)}`);
    words.push(word);
  }
  return words;
};
